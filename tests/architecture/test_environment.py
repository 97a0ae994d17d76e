"""What is missing on the machine is said in one clear line, before anything is made."""

import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "tools" / "environment.sh"

OLD = """case "$*" in *version_info*) exit 1 ;; -V) echo Python 3.9.2 ;; esac"""
WITHOUT_VENV = """case "$*" in *ensurepip*) exit 1 ;; esac"""


def _python(folder: Path, script: str) -> str:
    file = folder / "python"
    file.write_text(f"#!/bin/sh\n{script}\n")
    file.chmod(0o755)
    return str(file)


def _said(folder: Path, python: str, path: str = "/usr/bin:/bin") -> str:
    environment = {"PYTHON": python, "PATH": path}
    done = subprocess.run(
        ["/bin/sh", str(SCRIPT)], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert not (folder / ".venv").exists()
    return done.stderr


def test_no_python(tmp_path: Path) -> None:
    assert "there is no python99. Install Python 3.11 or newer" in _said(tmp_path, "python99")


@pytest.mark.parametrize(
    ("script", "line"),
    [
        (OLD, "Python 3.9.2 is too old, 3.11 is needed"),
        (WITHOUT_VENV, "Debian: apt install python3-venv"),
    ],
)
def test_a_python_that_will_not_do(tmp_path: Path, script: str, line: str) -> None:
    assert line in _said(tmp_path, _python(tmp_path, script))


def test_a_full_disk(tmp_path: Path) -> None:
    df = tmp_path / "df"
    df.write_text("#!/bin/sh\necho header\necho /dev/x 1000 900 100 90% /\n")
    df.chmod(0o755)
    said = _said(tmp_path, _python(tmp_path, "exit 0"), f"{tmp_path}:/usr/bin:/bin")
    assert "only 100 MB are free" in said


def test_the_lock_names_no_registry() -> None:
    """Any mirror must do: what must arrive is fixed by its hash, where it comes from is not."""
    lock = (ROOT / "requirements.lock").read_text()
    assert "://" not in lock
    assert "--find-links" not in lock
    assert "index-url" not in lock
