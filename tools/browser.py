"""Finds a browser for the journeys or gets one: the system's, else Playwright's own, else Debian's package.

`python -m tools.browser` prints what it found, or says what is missing. HANSE_BROWSER names one outright.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
PLAYWRIGHT = (sys.executable, "-m", "playwright")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

# Nothing but the journey's own pages is fetched; as root Chromium runs only without its sandbox.
ARGUMENTS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--disable-gpu",
    "--no-first-run",
    *(("--no-sandbox",) if hasattr(os, "geteuid") and os.geteuid() == 0 else ()),
)


def find() -> str | None:
    """Return the path of a browser that is there, or nothing."""
    if chosen := os.environ.get("HANSE_BROWSER"):
        return chosen
    found = next(filter(None, map(shutil.which, NAMES)), None)
    return found or next((path for path in MAC if Path(path).exists()), None) or _playwrights_own()


def get() -> str | None:
    """Return the path of a browser, installing one if there is none and that is possible."""
    if found := find():
        return found
    print("There is no browser for the journeys; getting one ...", flush=True)
    _quietly([*PLAYWRIGHT, "install", *(["--with-deps"] if _may_install() else []), "chromium"])
    return find() or (_install("chromium", "fonts-noto-cjk") and find()) or None


def driver_problem() -> str:
    """Return why Playwright's driver does not run, or nothing; its Node needs a library that a bare Debian lacks."""
    problem = _complaint()
    return _complaint() if problem and _install("libatomic1") else problem


def _complaint() -> str:
    done = subprocess.run([*PLAYWRIGHT, "--version"], capture_output=True, text=True, check=False)
    return "" if done.returncode == 0 else (done.stderr or done.stdout).strip() or "It says nothing."


def _playwrights_own() -> str | None:
    cache = "Library/Caches" if sys.platform == "darwin" else ".cache"
    folder = Path(os.environ.get("PLAYWRIGHT_BROWSERS_PATH") or Path.home() / cache / "ms-playwright")
    inside = "chrome-mac*/*.app/Contents/MacOS/*" if sys.platform == "darwin" else "chrome-linux*/chrome"
    return next((str(path) for path in sorted(folder.glob(f"chromium-*/{inside}"), reverse=True)), None)


def _install(*packages: str) -> bool:
    if not _may_install():
        return False
    _quietly(["apt-get", "update"])
    return _quietly(["apt-get", "install", "-y", "--no-install-recommends", *packages])


def _may_install() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def _quietly(command: Sequence[str]) -> bool:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=600,
        check=False,
    )
    return done.returncode == 0


def main() -> int:
    """Print the browser, or what to do where there is none."""
    if problem := driver_problem():
        print(f"The journeys need Playwright, which does not run here (Debian: apt install libatomic1). {problem}")
        return 1
    if found := get():
        print(f"Browser: {found}")
        return 0
    print(
        "The journeys need a browser and none could be got. Install Chromium (Debian: apt install chromium) "
        "or name one: HANSE_BROWSER=/path/to/chrome make test",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
