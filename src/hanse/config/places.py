"""Where this installation keeps its files: one visible folder, chosen by the environment."""

import os
from pathlib import Path


def home() -> Path:
    """The folder that holds `var/`: HANSE_HOME, else the checkout, else the current folder."""
    if chosen := os.environ.get("HANSE_HOME"):
        return Path(chosen).resolve()
    checkout = Path(__file__).resolve().parents[3]
    return checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()


def var() -> Path:
    """The folder for everything that running makes: database, logs, keys, media; made on first use."""
    chosen = os.environ.get("HANSE_VAR")
    folder = Path(chosen).resolve() if chosen else home() / "var"
    folder.mkdir(parents=True, exist_ok=True)
    return folder
