#!/usr/bin/env bash
# The wheel: built, tagged for every CPython from 3.11 on, installed into a fresh environment, tested and type-checked.
# Uses the profile dev, whose dependencies `.ci/run` has built; PROFILE=release for the wheel that is given away.
set -euo pipefail
cd "$(dirname "$0")"

cargo fmt --check --package nemcon-python
cargo clippy --locked --package nemcon-python -- -D warnings

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/build"
"$work/build/bin/pip" install --quiet --disable-pip-version-check maturin
"$work/build/bin/maturin" build --locked --quiet --profile "${PROFILE:-dev}" --out "$work/wheels"
wheel=$(echo "$work"/wheels/nemcon-*.whl)
case "$wheel" in
  *-cp311-abi3-*.whl) ;;
  *) echo "$wheel is not for every CPython from 3.11 on" >&2; exit 1 ;;
esac

python3 -m venv "$work/fresh"
# Without what it can be used with: it has no required dependency.
"$work/fresh/bin/pip" install --quiet --disable-pip-version-check "$wheel"
test "$("$work/fresh/bin/pip" --disable-pip-version-check list --format freeze | grep -cv -e ^pip= -e ^setuptools=)" = 1
"$work/fresh/bin/nemcon" --version
(cd / && "$work/fresh/bin/python" -c "import nemcon; print(nemcon.institutions())")
# Without Ray it says what is missing.
test "$("$work/fresh/bin/nemcon-ray" run ../scenarios/nato-2023.toml --quiet 2>"$work/said"; echo $?)" = 69
grep -q "pip install 'nemcon\[ray\]'" "$work/said"

"$work/fresh/bin/pip" install --quiet --disable-pip-version-check pytest mypy pandas pandas-stubs polars nbclient ipykernel matplotlib types-tqdm
here=$PWD
"$work/fresh/bin/pip" install --quiet --disable-pip-version-check "$wheel[ray]"
"$work/fresh/bin/nemcon-ray" --version
"$work/fresh/bin/pytest" -q tests
# From elsewhere, so that the package that is installed is meant, with its stubs.
cd "$work"
"$work/fresh/bin/mypy" --strict --package nemcon
"$work/fresh/bin/mypy" --strict "$here"/tests/*.py
"$work/fresh/bin/stubtest" nemcon._native
