"""The executable specification: every scenario file of the project is played against the engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

from hanse.interfaces.cli.scenario import player, reader
from hanse.interfaces.cli.scenario.worlds import Worlds

FOLDER = Path(__file__).parents[2] / "scenarios"


@pytest.fixture(scope="module")
def worlds(django_db_blocker: DjangoDbBlocker) -> Iterator[Worlds]:
    """Worlds of their own, beside the test database."""
    with django_db_blocker.unblock(), Worlds() as opened:
        yield opened


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.yaml")), ids=lambda file: file.stem)
def test_a_scenario(file: Path, worlds: Worlds) -> None:
    scenario = reader.read_file(file, f"scenarios/{file.name}")
    with worlds.fresh():
        outcome = player.play(scenario)
    assert [str(problem) for problem in outcome.problems] == []
