"""The benchmark of searching, with so few goods that its times mean nothing: every look finds something, evenly."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_small_run(open_folder: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks.search", "--few", "100", "--many", "200", "--rounds", "1"]
    done = subprocess.run(
        [*command, "--json", str(figures)],
        env={**os.environ, "HANSE_VAR": str(open_folder / "var"), "HANSE_DATABASE_URL": ""},
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    said = done.stdout + done.stderr
    assert figures.exists(), said
    found = json.loads(figures.read_text())
    assert found["found"]["all goods"] == [100, 200]
    assert found["found"]["a rare word"] == found["found"]["pinyin"] == [20, 20]
    assert found["found"]["a typing error"] == [20, 20]
    assert found["found"]["a common word"] == [5, 10]
    for name, (few, many) in found["statements"].items():
        assert few == many <= 12, name
    assert done.returncode in (0, 1)
    assert ("NOT REACHED" in said) == (done.returncode == 1)
