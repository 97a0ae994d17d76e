"""What came of a scenario: of each of its steps and expectations, for the report."""

from dataclasses import dataclass, field
from datetime import datetime

from hanse.interfaces.cli.scenario.script import Expectation, Scenario, Spot, Step
from hanse.value.books.queries import Posting

OK, FAILED = "ok", "failed"


@dataclass(frozen=True, slots=True)
class Failure:
    """Something that did not come out as the file says."""

    spot: Spot
    text: str

    def __str__(self) -> str:
        return f"{self.spot}: {self.text}"


@dataclass(frozen=True, slots=True)
class Compared:
    """An expectation with what was found."""

    expectation: Expectation
    actual: int | str

    @property
    def met(self) -> bool:
        """Say whether it holds."""
        return self.actual == self.expectation.expected


@dataclass(slots=True)
class Played:
    """One step: `outcome` is ok, the code of a refusal, `failed`, or for a race how often each came."""

    step: Step
    at: datetime
    outcome: str = OK
    outcomes: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    compared: list[Compared] = field(default_factory=list)
    postings: list[Posting] = field(default_factory=list)


@dataclass(slots=True)
class Outcome:
    """The whole play."""

    scenario: Scenario
    steps: list[Played] = field(default_factory=list)
    opening: list[Posting] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    parties: dict[int, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def problems(self) -> list[Failure]:
        """Return everything that did not come out as the file says, in the order of the play."""
        return [*self.failures, *(failure for played in self.steps for failure in played.failures)]

    @property
    def ok(self) -> bool:
        """Say whether everything came out as the file says."""
        return not self.problems
