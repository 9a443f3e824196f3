#!/usr/bin/env bash
# Makes the engine of the page, `engine.wasm.gz`, and its fingerprint, `engine.toml`: once per landing.
#
#     page/build.sh            # builds both
#     page/build.sh --check    # says whether the fingerprint is that of the sources at hand; builds nothing
#
# The same sources give the same bytes, wherever they lie: paths are taken out, and no time is noted. It takes npx for
# binaryen's wasm-opt, and zopfli, whose gzip is 5 % smaller.
set -euo pipefail
cd "$(dirname "$0")/.."

# What is compiled into the engine: the library without its command line, the crate in `engine`, what both depend
# on, this recipe, and the compiler.
fingerprint() {
  {
    rustc --version
    find src page/engine/src -type f ! -path 'src/cli/*' ! -path 'src/files/*' ! -path 'src/main.rs' | LC_ALL=C sort |
      xargs sha256sum
    cat Cargo.toml Cargo.lock page/engine/Cargo.toml page/build.sh
  } | sha256sum | cut -d ' ' -f 1
}

engine=page/engine.wasm.gz
if [ "${1:-}" = --check ]; then
  if grep -qx "sources = \"$(fingerprint)\"" page/engine.toml &&
    grep -qx "sha256 = \"$(sha256sum $engine | cut -d ' ' -f 1)\"" page/engine.toml; then
    exit 0
  fi
  echo "$engine is not made of these sources by this compiler: run page/build.sh and commit what it writes" >&2
  exit 1
fi

command -v zopfli >/dev/null || { echo "zopfli is missing: apt-get install zopfli" >&2; exit 1; }
module=target/wasm32-unknown-unknown/release/nemcon_page.wasm
home=${CARGO_HOME:-$HOME/.cargo}
# What is not marked for it is inlined where it is very short: as fast, and a tenth smaller.
export RUSTFLAGS="-C target-feature=+simd128 -C llvm-args=-inline-threshold=40 --remap-path-prefix=$PWD=nemcon --remap-path-prefix=$home=cargo"
cargo build --locked --release --package nemcon-page --target wasm32-unknown-unknown
made=$(mktemp)
trap 'rm -f "$made"' EXIT
npx --yes --package binaryen@132.0.0 wasm-opt -O2 --strip-debug --strip-producers --enable-simd --enable-bulk-memory \
  --enable-bulk-memory-opt --enable-nontrapping-float-to-int --enable-sign-ext --enable-mutable-globals \
  --enable-reference-types --enable-multivalue "$module" -o "$made"
zopfli -c "$made" >$engine
cat >page/engine.toml <<END
# Of what engine.wasm.gz was made; written by build.sh, and .ci/run asks whether it still holds.
sources = "$(fingerprint)"
sha256 = "$(sha256sum $engine | cut -d ' ' -f 1)"
END
echo "$(stat -c %s "$made") bytes of WebAssembly, $(stat -c %s $engine) compressed"
