#!/bin/sh
# Renews requirements.lock: versions and hashes for every system and Python from 3.11 on, and no address of any registry.
set -eu

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
"${PYTHON:-python3}" -m venv "$folder"
"$folder/bin/pip" install --quiet uv
"$folder/bin/uv" pip compile pyproject.toml --all-extras --universal --python-version 3.11 --generate-hashes \
    --no-annotate --no-config --custom-compile-command "make lock" --quiet --upgrade --output-file requirements.lock
