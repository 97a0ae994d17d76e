"""Does work: takes it up, goes on where it had come to, notes every step, and puts it down when its time is over."""

import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from hanse.interfaces.jobs.works.models import Work
from hanse.interfaces.jobs.works.operations.advance import advance
from hanse.interfaces.jobs.works.operations.fail import fail
from hanse.interfaces.jobs.works.operations.finish import finish
from hanse.interfaces.jobs.works.operations.rest import rest
from hanse.interfaces.jobs.works.operations.start import start
from hanse.interfaces.jobs.works.rules import ATTEMPTS, SLICE, Outcome, Step, pause, still_allowed
from hanse.kernel import clock
from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import DomainError
from hanse.network.access.queries import actor_for

log = logging.getLogger(__name__)


class Unworkable(Exception):
    """The work cannot be done, and trying again would not help; the text tells the person why."""


class Lost(BaseException):
    """The work was stopped, or somebody else is at it: whatever goes on must end here."""


class TimeUp(BaseException):
    """Others have their turn."""


@dataclass(frozen=True, slots=True)
class WorkKind:
    """One kind of long work: what it is called, which permissions (one is enough) it needs, and what does it.

    `run` may be ended after any step, and is called again: it goes on at `task.place` and does nothing twice.
    """

    label: str | Promise
    needs: tuple[str, ...]
    run: "Callable[[Task], Outcome]"


@dataclass
class Task:
    """Some work in the hands of one runner."""

    work: Work
    runner: str
    actor: Actor
    place: dict[str, Any] = field(default_factory=dict)
    until: datetime | None = None

    @property
    def given(self) -> Mapping[str, Any]:
        """Return what was asked for."""
        given: dict[str, Any] = self.work.given
        return given

    def tell(self, step: Step, **place: Any) -> None:
        """Note how far it is and where to go on; raise Lost or TimeUp, on which nothing more may be done."""
        at = self.note(step, **place)
        self.until = self.until or at + SLICE  # finding the place again is not part of one's time
        if at >= self.until:
            raise TimeUp

    def note(self, step: Step, **place: Any) -> datetime:
        """Note how far it is without giving way to others; raise Lost if the work is no longer this runner's."""
        at = clock.now()
        self.place |= place
        if not advance(at=at, by=ENGINE, work=self.work.pk, runner=self.runner, step=step, place=self.place):
            raise Lost
        return at


def run(code: str, kinds: Mapping[str, WorkKind]) -> None:
    """Do the work of that code as long as it is one's turn; nothing happens if it is over or somebody is at it."""
    runner = secrets.token_hex(16)
    work = start(at=clock.now(), by=ENGINE, work=code, runner=runner)
    if work is None:
        return
    with translation.override(work.language):
        try:
            task = Task(work, runner, _actor(work), dict(work.place))
            kind = kinds[work.kind]
            if not any(task.actor.may(need) for need in kind.needs):
                raise Unworkable(_("You may no longer do this."))
            finish(at=clock.now(), by=ENGINE, work=work, runner=runner, outcome=kind.run(task))
        except Lost:
            log.info("%s was stopped or taken over", code)
        except TimeUp:
            rest(at=clock.now(), by=ENGINE, work=work, runner=runner)
        except (Unworkable, DomainError) as refusal:
            fail(at=clock.now(), by=ENGINE, work=work, runner=runner, why=str(refusal))
        except Exception:
            log.exception("%s broke", code)
            _broke(work, runner)


def _broke(work: Work, runner: str) -> None:
    """Try again a little later what broke, unless it broke too often without having come on."""
    work.refresh_from_db(fields=["attempts"])
    if work.attempts < ATTEMPTS:
        rest(at=clock.now(), by=ENGINE, work=work, runner=runner, pause=pause(work.attempts))
    else:
        why = _("Something went wrong on our side. It has been noted.")
        fail(at=clock.now(), by=ENGINE, work=work, runner=runner, why=why)


def _actor(work: Work) -> Actor:
    """Return who acts: whoever asked, with what was allowed then and is allowed now."""
    if work.user is None:
        return Actor(party=work.party_id, permissions=frozenset(work.permissions), name=work.asker)
    now = actor_for(work.user, work.party.code)
    return Actor(now.party, now.user, still_allowed(work.permissions, now.permissions), work.asker)
