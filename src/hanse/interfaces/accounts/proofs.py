"""Proving that an e-mail address or a telephone number is one's own: a code is sent there and must come back.

The code goes out whether or not anybody signs in by that name, so that asking tells a stranger nothing. It is kept in
the session as a keyed digest, for ten minutes and five tries; how often codes are sent to a name, and tried for it, is
limited over all sessions (settings.ACCOUNT_RATE_LIMITS).
"""

import secrets
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from allauth.account.internal.flows.login import get_authentication_records, record_authentication
from allauth.core import ratelimit
from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse.integrations import messages
from hanse.kernel import clock
from hanse.kernel.errors import DomainError
from hanse.network.access import rules
from hanse.network.access.models import User

WAITING, PROVEN = "proof", "proven"
LASTS = timedelta(minutes=10)
TRIES = 5


class TooOften(DomainError):
    """Codes were sent to this name, or tried for it, too often."""

    code = "too_often"
    status = 429
    message = gettext_lazy("Too many codes. Try again later, or use your password.")


class CannotReach(DomainError):
    """Messages of this kind cannot be sent from here."""

    code = "cannot_reach"
    message = gettext_lazy("No messages can be sent to telephones here. Use an e-mail address.")


@dataclass(frozen=True, slots=True)
class Proof:
    """A name to be proven: what for, until when, with how many tries left, and where to go then."""

    purpose: str
    column: str
    name: str
    digest: str
    until: float
    tries: int
    onward: str


def begin(request: HttpRequest, purpose: str, typed: str, onward: str = "") -> None:
    """Send a code to a name and wait for it; what is no name raises MalformedInput."""
    column, name = rules.sign_in_name(typed)
    if not messages.reaches(column):
        raise CannotReach
    if not ratelimit.consume(request, action="code", key=name):
        raise TooOften
    code = f"{secrets.randbelow(1_000_000):06}"
    until = clock.now() + LASTS
    proof = Proof(purpose, column, name, _digest(purpose, name, code), until.timestamp(), TRIES, onward)
    request.session[WAITING] = asdict(proof)
    text = _("%(code)s is your code for Hanse. It is good for ten minutes. Give it to nobody.") % {"code": code}
    messages.deliver(column, name, _("Your code for Hanse"), text)


def waiting(request: HttpRequest, *purposes: str) -> Proof | None:
    """Return the proof that is waited for, if it is for one of these purposes and still good."""
    return _kept(request, WAITING, purposes)


def check(request: HttpRequest, proof: Proof, code: str) -> bool:
    """Say whether this is the code, once; the last wrong try ends the waiting."""
    if not ratelimit.consume(request, action="code_try", key=proof.name):
        raise TooOften
    right = constant_time_compare(_digest(proof.purpose, proof.name, code.strip()), proof.digest)
    if right or proof.tries <= 1:
        del request.session[WAITING]
    else:
        request.session[WAITING] = asdict(replace(proof, tries=proof.tries - 1))
    if right:
        request.session[PROVEN] = {**asdict(proof), "until": (clock.now() + LASTS).timestamp()}
    return right


def proven(request: HttpRequest, purpose: str) -> Proof | None:
    """Return the name that was proven for this purpose a moment ago."""
    return _kept(request, PROVEN, (purpose,))


def onward(request: HttpRequest) -> str:
    """Return where whoever proves a name was going, even if the proof is no longer good; "" for nowhere."""
    kept = request.session.get(WAITING) or request.session.get(PROVEN) or {}
    return str(kept.get("onward", ""))


def forget(request: HttpRequest) -> None:
    """Forget what was proven: it is used up."""
    request.session.pop(PROVEN, None)


def record(request: HttpRequest, user: User) -> None:
    """Note in the session that the user has just shown who they are."""
    record_authentication(request, user, method="code", reauthenticated=True)


def lately(request: HttpRequest) -> bool:
    """Say whether who is signed in has shown who they are by a code lately enough for a change of safety."""
    records = [one for one in get_authentication_records(request, request.user) if one.get("reauthenticated")]
    since = clock.now().timestamp() - getattr(settings, "ACCOUNT_REAUTHENTICATION_TIMEOUT", 300)
    return bool(records) and float(records[-1]["at"]) > since


def _kept(request: HttpRequest, where: str, purposes: tuple[str, ...]) -> Proof | None:
    kept: dict[str, Any] | None = request.session.get(where)
    if kept is None or kept["purpose"] not in purposes:
        return None
    proof = Proof(**kept)
    return proof if datetime.fromtimestamp(proof.until, clock.now().tzinfo) > clock.now() else None


def _digest(purpose: str, name: str, code: str) -> str:
    return salted_hmac("hanse.proof", f"{purpose}:{name}:{code}", algorithm="sha256").hexdigest()
