"""Finds a browser for the journeys or gets one: the system's, else Playwright's own, else Debian's package.

`python -m tools.browser` prints what it found, or says what is missing. HANSE_BROWSER names one outright.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge")
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
    _quietly([sys.executable, "-m", "playwright", "install", "--with-deps" if _may_install() else "", "chromium"])
    if found := find():
        return found
    if _may_install():
        _quietly(["apt-get", "update"])
        _quietly(["apt-get", "install", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"])
    return find()


def _playwrights_own() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def _may_install() -> bool:
    return shutil.which("apt-get") is not None and os.geteuid() == 0


def _quietly(command: list[str]) -> None:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    subprocess.run(
        list(filter(None, command)),
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        timeout=600,
        check=False,
    )


def main() -> int:
    """Print the browser, or what to do where there is none."""
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
