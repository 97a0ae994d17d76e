"""Ask for a change of an order of which nothing has left."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from hanse.kernel import codes, once
from hanse.kernel.actor import ENGINE, Actor
from hanse.kernel.errors import NotAllowed
from hanse.network.approvals.models import Approval
from hanse.network.approvals.operations.submit import submit
from hanse.network.notices.operations.notify import notify
from hanse.network.parties.models import Party
from hanse.network.parties.rules import check_text
from hanse.trade.changes import rules
from hanse.trade.changes.models import Change, Consent
from hanse.trade.changes.queries import KIND, concerned, may_change
from hanse.trade.orders.models import Order, OrderLine
from hanse.trade.orders.queries import Deal, holders, lock, roles_of, roots_of, waiting
from hanse.trade.orders.rules import PresaleWhole, check_address, check_day, fill, pick, through
from hanse.trade.quotes.queries import Line, quote_for


@once.operation("trade.ask_change")
def ask_change(
    *,
    key: str,
    at: datetime,
    by: Actor,
    order: str,
    lines: Mapping[str, int] | None = None,
    address: Mapping[str, str] | None = None,
    wanted_on: date | None = None,
    why: str = "",
) -> str:
    """Ask for other pieces (`lines`: offer code or slug to the new quantity), address or day; return the change's code.

    Whoever it touches is asked to agree (`agree_change`). Address and day are those of the whole checkout. Raises
    NotFound, NotAllowed, MalformedInput, ChangeTooLate, ChangeWaiting, NothingChanges, OnlyTheBuyer, and what a quote
    of the pieces added raises.
    """
    deal = lock(order)
    asked = _standing(deal, order, by)
    change = Change(
        code=codes.new("H"),
        checkout=deal.checkout,
        leg=asked.legs[0] if len(asked.legs) == 1 else None,
        asker_id=asked.asker,
        address=None if address is None else check_address(address),
        wanted_on=check_day(wanted_on, at),
        why=check_text(why, "why", 500, blank=True),
        asked_at=at,
        asked_by=str(by)[:80],
    )
    if not may_change(deal, concerned(deal, change)):
        raise rules.ChangeTooLate
    added = _compare(deal, change, asked, lines or {}, at)
    if change.address is not None and asked.tier >= 0:
        raise rules.OnlyTheBuyer
    change.save(force_insert=True)
    _put(deal, change, asked, added, at)
    return change.code


@dataclass(frozen=True, slots=True)
class Standing:
    """Who asks, about which legs, from which tier: -1 for the buyer."""

    asker: int
    legs: list[Order]
    tier: int

    @property
    def root(self) -> int | None:
        """Return the first leg of the chain that the asker sells in; none for the buyer."""
        return self.legs[0].root_id if self.tier >= 0 else None


def _standing(deal: Deal, code: str, by: Actor) -> Standing:
    """Return as what the actor asks; NotFound for strangers, NotAllowed for who neither bought nor sells it."""
    roots = roots_of(deal, code)
    roles = roles_of(deal, roots, by)
    named = roots if code == deal.checkout.code else [leg for leg in deal.orders.values() if leg.code == code]
    if not by.may(rules.CHANGES):
        raise NotAllowed(action="change")
    if roles & {"buyer", "operator"} and not any(leg.tier for leg in named):
        return Standing(deal.checkout.buyer_id, named, -1)
    if len(named) == 1 and (by.operates or named[0].seller_id == by.party):
        return Standing(named[0].seller_id, named, named[0].tier)
    raise NotAllowed(action="change")


def _compare(deal: Deal, change: Change, asked: Standing, wanted: Mapping[str, int], at: datetime) -> dict[int, int]:
    """Note on the change what would change, and return the pieces to be added by first line (id)."""
    named = _named(deal.lines_in(asked.legs))
    if wanted and any(leg.status == "placed" and deal.orders[leg.root_id].deposit for leg in asked.legs):
        raise PresaleWhole
    have = {name: sum(line.quantity - line.cancelled for line in some) for name, some in named.items()}
    fewer, more = rules.differences(have, wanted)
    if more and asked.tier >= 0:
        raise rules.OnlyTheBuyer
    pieces: dict[int, int] = {}
    for name, count in fewer.items():
        room = {line.pk: line.quantity - line.cancelled for line in named[name]}
        pieces |= fill(list(room), count, room)
    causes = {line.pk: line.cause_id for line in deal.lines.values()}
    change.fewer = {str(line): count for line, count in rules.at_first(pieces, causes).items() if count}
    change.more = [[named[name][0].offer.code, count] for name, count in more.items()]
    if change.address == deal.checkout.address:
        change.address = None
    if change.wanted_on == deal.checkout.wanted_on:
        change.wanted_on = None
    if not (change.fewer or change.more or change.address is not None or change.wanted_on):
        raise rules.NothingChanges
    if change.more:
        lines = [Line(code, count) for code, count in change.more]
        found = quote_for(deal.checkout.buyer_id, lines, at, urgent=deal.roots[0].urgent)
        change.fingerprint, change.total = found.fingerprint, found.total
    return {named[name][0].pk: count for name, count in more.items()}


def _named(lines: Sequence[OrderLine]) -> dict[str, list[OrderLine]]:
    """Return lines by the code and by the slug of their offer."""
    found: dict[str, list[OrderLine]] = {}
    rows = OrderLine.objects.select_related("offer").in_bulk([line.pk for line in lines])
    for line in lines:
        offer = line.offer = rows[line.pk].offer
        for name in {offer.code, offer.slug or offer.code}:
            found.setdefault(name, []).append(line)
    return found


def _put(deal: Deal, change: Change, asked: Standing, added: Mapping[int, int], at: datetime) -> None:
    """Put the change to everybody whom it touches, each in its own leg."""
    passing = _passing(deal, change)
    touched = {deal.lines[line].order_id for line in (*passing, *added)}
    if change.address is not None or change.wanted_on is not None:
        roots = concerned(deal, change)
        waits = {deal.allocations[pk].line_id for pk in deal.allocations if deal.allocations[pk].to_ship}
        touched |= {root.pk for root in roots}
        touched |= {line.order_id for line in deal.lines_in(deal.legs(roots)) if line.pk in waits}
    if Consent.objects.filter(leg__in=touched, change__status="asked").exists():
        raise rules.ChangeWaiting
    legs = [deal.orders[pk] for pk in touched]
    parts = [rules.Leg(leg.pk, leg.root_id, leg.tier, leg.buyer_id, leg.seller_id) for leg in legs]
    voices = rules.voices(parts, asked.asker, asked.root, asked.tier)
    parties = Party.objects.in_bulk({voice.party for voice in voices})
    for voice in voices:
        leg = deal.orders[voice.leg]
        approval = submit(
            key=change.code, at=at, by=ENGINE, kind=KIND, party=parties[voice.party].code, decider=voice.decider,
            subject_kind="order", subject_id=leg.pk,
            payload={"name": leg.code, "order": leg.code, "change": change.code},
        )  # fmt: skip
        put = Approval.objects.get(code=approval)
        Consent.objects.create(change=change, leg=leg, approval=put, lines=_told(deal, leg, passing, added))
        notify(
            key=change.code, at=at, by=ENGINE, parties=[voice.decider], kind="change.asked",
            subject=f"{leg.code}|{change.code}", needs="orders.see",
            said={"order": leg.code, "side": "purchase" if voice.decider == leg.buyer_id else "sale"},
        )  # fmt: skip


def _passing(deal: Deal, change: Change) -> dict[int, int]:
    """Return how many pieces fewer would pass through which line of the chains."""
    room = waiting(deal)
    chosen: dict[int, int] = {}
    for line, count in change.fewer.items():
        chosen |= pick(int(line), count, room, farthest_first=True)
    return through(chosen, holders(deal), {line.pk: line.cause_id for line in deal.lines.values()})


def _told(deal: Deal, leg: Order, passing: Mapping[int, int], added: Mapping[int, int]) -> list[list[int]]:
    """Return what would change of the lines of one leg: line, pieces there are, pieces there would be."""
    rows = []
    for line in deal.lines_in([leg]):
        there, delta = line.quantity - line.cancelled, added.get(line.pk, 0) - passing.get(line.pk, 0)
        if delta:
            rows.append([line.pk, there, there + delta])
    return rows
