"""What sending and receiving pieces have in common: which ones are meant, and that they are counted all along."""

from collections.abc import Mapping, Sequence

from hanse.kernel.errors import DomainError
from hanse.trade.orders.models import Allocation, Order, OrderLine
from hanse.trade.orders.queries import Deal, named_lines
from hanse.trade.orders.rules import Room, pick, room_of, through


def choose(
    deal: Deal,
    legs: Sequence[Order],
    lines: Mapping[str, int] | None,
    room: Mapping[int, Room],
    refusal: type[DomainError],
) -> dict[int, int]:
    """Return how many pieces of which allocation move: those named (offer to pieces), or all that there is room for.

    Raises the refusal if more is named than there is, or if there is nothing.
    """
    there = {line.pk: room_of(line.pk, room) for line in deal.lines_in(legs)}
    wanted = there if lines is None else named_lines(legs, lines, there)
    chosen: dict[int, int] = {}
    for line, count in wanted.items():
        if count > there[line]:
            raise refusal(line=deal.lines[line].position)
        chosen.update(pick(line, count, room))
    if not chosen:
        raise refusal
    return chosen


def count_on(deal: Deal, chosen: Mapping[int, int], column: str) -> None:
    """Count the pieces as `shipped` or `received` on their allocations and on every line that they pass through."""
    passing = through(
        chosen,
        {pk: allocation.line_id for pk, allocation in deal.allocations.items()},
        {line.pk: line.cause_id for line in deal.lines.values()},
    )
    allocations = {deal.allocations[pk]: count for pk, count in chosen.items()}
    counted = {deal.lines[pk]: count for pk, count in passing.items()}
    for row, count in [*allocations.items(), *counted.items()]:
        setattr(row, column, getattr(row, column) + count)
    Allocation.objects.bulk_update(allocations, [column])
    OrderLine.objects.bulk_update(counted, [column])
