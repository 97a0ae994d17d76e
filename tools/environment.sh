#!/bin/sh
# Makes .venv from the lock file, or says what is missing. Called by make.
set -eu

PYTHON=${PYTHON:-python3}
NEEDED_MB=1200

stop() {
    printf '\nHanse cannot be set up yet: %s\n\n' "$1" >&2
    exit 1
}

command -v "$PYTHON" >/dev/null 2>&1 ||
    stop "there is no $PYTHON. Install Python 3.11 or newer (Debian: apt install python3 python3-venv), or name one: make PYTHON=/path/to/python demo"

"$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
    stop "$("$PYTHON" -V 2>&1) is too old, 3.11 is needed. Name a newer one: make PYTHON=/path/to/python demo"

"$PYTHON" -c 'import venv, ensurepip' 2>/dev/null ||
    stop "this Python cannot make environments. Install its venv package (Debian: apt install python3-venv)"

case "$(uname -s)" in
Linux | Darwin) ;;
*) stop "PostgreSQL is run here on Linux and macOS; on Windows use WSL" ;;
esac

free_mb=$(df -Pm . 2>/dev/null | awk 'NR == 2 { print $4 }')
[ "$free_mb" -ge "$NEEDED_MB" ] ||
    stop "only $free_mb MB are free on this disk, about $NEEDED_MB MB are needed"

# A folder that was moved, or whose Python has gone, is made anew rather than mended.
if [ -e .venv ] && ! .venv/bin/python -c 'import sys; sys.exit(sys.prefix != sys.argv[1])' "$(pwd -P)/.venv" 2>/dev/null; then
    rm -rf .venv
fi
[ -x .venv/bin/pip ] || { rm -rf .venv; echo "Making .venv ..."; "$PYTHON" -m venv .venv; }

echo "Installing the packages of requirements.lock (once; some 250 MB) ..."
.venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock ||
    stop "the packages could not be installed; the reason stands above. Behind a mirror set PIP_INDEX_URL, behind a proxy HTTPS_PROXY"
.venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ||
    stop "the package itself could not be installed; the reason stands above"
