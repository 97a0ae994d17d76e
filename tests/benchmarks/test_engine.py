"""The benchmark of the engine, so small that its rates mean nothing: it runs, and what it fills is sound."""

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_a_small_run(open_folder: Path, tmp_path: Path) -> None:
    figures = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks.engine", "--orders", "600", "--seconds", "1", "--rounds", "1"]
    done = subprocess.run(
        [*command, "--turns", "1", "--json", str(figures)],
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
    assert found["unsound"] == [], said
    by_name = {check["what"]: check for check in found["checks"]}
    assert "cost of an order, 600 orders / 200" in by_name
    assert by_name["statements to place a three-tier order"]["reached"]
    assert by_name["the same with 50 lines"]["reached"]
    assert found["statements"]["pay 1 line"] == found["statements"]["pay 50 lines"]
    assert all(rate > 0 for rates in found["rounds"].values() for rate in rates)
    assert done.returncode in (0, 1)
    assert ("NOT REACHED" in said) == (done.returncode == 1)
