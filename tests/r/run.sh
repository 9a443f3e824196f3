#!/usr/bin/env bash
# Runs the code of docs/r.md as one who copies it, and checks what it has read and drawn:
# tests/r/run.sh PROGRAM [FOLDER], where FOLDER is for the charts.
set -euo pipefail
program=$(realpath "$1")
charts=${2:+$(realpath "$2")}
cd "$(dirname "$0")/../.."
desk=$(mktemp -d)
trap 'rm -rf "$desk"' EXIT
mkdir "$desk/bin"
ln -s "$program" "$desk/bin/nemcon"
cp -r scenarios tests/r/ids.toml tests/r/checks.R "$desk"
# Beside ids among which some are a text for R, some of which all are numbers or truth values.
sed 's/NULL/12/g; s/NaN/FALSE/g; s/\bNA\b/T/g; s/\bNO\b/FALSE/g' tests/r/ids.toml >"$desk/all.toml"
# Blocks between ```r and ```; those marked untested are only parsed.
awk '/^```/ { code = ($0 == "```r"); next } code' docs/r.md >"$desk/page.R"
awk '/^```/ { code = ($0 == "```r untested"); next } code' docs/r.md >"$desk/untested.R"
cd "$desk"
PATH="$desk/bin:$PATH" LC_ALL=C.UTF-8 Rscript --vanilla checks.R >log 2>&1 || { tail -n 20 log >&2; exit 1; }
tail -n 1 log
if [ -n "$charts" ]; then cp ./*.png "$charts"; fi
