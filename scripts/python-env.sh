#!/usr/bin/env bash
# Makes .cache/venv: the Python with pyiceberg that the tests use as the lakehouse's other writer.
set -euo pipefail
cd "$(dirname "$0")/.."
readonly PACKAGES=("pyiceberg[pyarrow]==0.12.0")
readonly STAMP=.cache/venv/packages.txt

if [ -f "$STAMP" ] && [ "$(cat "$STAMP")" = "${PACKAGES[*]}" ]; then exit 0; fi
rm -rf .cache/venv
mkdir -p .cache
python3 -m venv .cache/venv
.cache/venv/bin/pip install --quiet --disable-pip-version-check "${PACKAGES[@]}"
printf '%s' "${PACKAGES[*]}" > "$STAMP"
