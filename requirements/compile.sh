#!/usr/bin/env bash
# Pins requirements/*.txt anew, with hashes and without addresses. Needs `uv` on PATH; the index is the one of the machine.
set -euo pipefail
cd "$(dirname "$0")"
for name in runtime dev; do
    body=$(mktemp)
    uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links --output-file "$body" "$@" "$name.in"
    { echo "# Pinned by requirements/compile.sh from $name.in; do not edit."; cat "$body"; } > "$name.txt"
    rm -f "$body"
done
