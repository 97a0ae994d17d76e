"""What an order means in pieces and in money: which pieces move, who is left with what, what a refund takes back.

Rules of arithmetic: the k-th of n pieces reverses the k-th share of `split(total, n)`; what is taken back of an
amount without pieces is taken in proportion. Every party's result is a function of what is *left* on the lines,
so before close it is what will be owed, and a refund after close is the difference of two results.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from hanse.kernel import money
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.parties.rules import check_text
from hanse.value.books.rules import AccountRef


class NothingToPay(DomainError):
    """Nothing is open on this checkout that could be paid."""

    code = "nothing_to_pay"
    message = _("There is nothing left to pay.")


class OrderExpired(DomainError):
    """It was not paid in time, and its goods were released: there is nothing left that could be paid."""

    code = "order_expired"
    message = _("This order was not paid in time and has expired. Please order again.")


def nothing_open(statuses: Iterable[str]) -> DomainError:
    """Return the refusal for a checkout of which nothing is to be paid; its first legs are in these states."""
    return OrderExpired() if "expired" in statuses else NothingToPay()


class BalanceNotDue(DomainError):
    """The balance of a presale is paid within its window, which has not come."""

    code = "balance_not_due"
    message = _("The deposit is paid. The balance can be paid from %(since)s on.")


class PresaleWhole(DomainError):
    """Until its balance is paid, what was ordered in presale stays as it is or is cancelled as a whole."""

    code = "presale_whole"
    message = _("This was ordered in presale: until the balance is paid it can only be cancelled as a whole.")


def next_part(left: int, deposit: int, paid: int) -> int:
    """Return what is to be paid next of what is `left`: the deposit first, then the rest."""
    return (min(left, deposit) if paid < deposit else left) - paid


def forfeit(amount: int, nets: Sequence[int]) -> list[int]:
    """Share a forfeited deposit over the sellers of a chain by what each would have earned; the first gets it all
    where nobody would have earned anything.
    """
    weights = [max(0, net) for net in nets]
    return money.split(amount, weights if any(weights) else [1, *[0] * (len(nets) - 1)])


MOST_PARTS = 20
"""An address of more parts is no address."""
FARTHEST = timedelta(days=366)
"""Nobody wishes to have goods later than this."""


def check_address(address: Mapping[str, str]) -> dict[str, str]:
    """Return the delivery address with its texts checked; MalformedInput names the bad part."""
    if len(address) > MOST_PARTS:
        raise MalformedInput("address", _("at most %(most)d parts") % {"most": MOST_PARTS})
    return {check_text(name, "address", 40): check_text(text, name, 300, blank=True) for name, text in address.items()}


WHERE = ("country", "region", "province", "city", "district", "place", "street", "postcode")
"""The parts of an address that say where, not who."""


def masked(address: Mapping[str, str]) -> dict[str, str]:
    """Return an address that a parcel finds and that tells nobody who lives there; what is not known is left out."""
    shown = {part: text for part, text in address.items() if part in WHERE}
    if name := address.get("name"):
        shown["name"] = name[0] + "**"
    if phone := address.get("phone"):
        shown["phone"] = f"{phone[:3]}****{phone[-4:]}" if len(phone) >= 10 else "****"
    return shown


def check_day(wanted: object, at: datetime) -> date | None:
    """Return the day on which goods are wished for: today (anywhere on earth) or later, within a year."""
    if wanted is None:
        return None
    first, last = (at - timedelta(days=1)).date(), (at + FARTHEST).date()
    if isinstance(wanted, date) and not isinstance(wanted, datetime) and first <= wanted <= last:
        return wanted
    raise MalformedInput("wanted_on", _("a day from today on, within a year"))


@dataclass(frozen=True, slots=True)
class Share:
    """Part of a line that goes elsewhere: booked and still left, minor units. `party` earns or bears it."""

    party: int
    booked: int
    left: int


@dataclass(frozen=True, slots=True)
class Line:
    """The money of one order line; `first` for lines that the order's own buyer pays, not opened by a cascade.

    `awards` are commissions that the seller bears; `bearers` are what others bear of its discounts.
    """

    seller: int
    buyer: int
    first: bool
    quantity: int
    reversed: int
    amount: Share
    freight: Share
    fee: Share
    awards: tuple[Share, ...] = ()
    bearers: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Taken:
    """What a refund takes back from one line, minor units; awards and bearers in the line's order."""

    amount: int
    freight: int
    fee: int
    awards: tuple[int, ...]
    bearers: tuple[int, ...]


def results(lines: Iterable[Line], platform: int, asset: str) -> dict[AccountRef, int]:
    """Return what every party of a chain is left with: signed minor units that sum to what the buyer pays.

    Each tier earns its leg's total less that of the leg it opened upstream, less fees, commission and discounts.
    """
    found: dict[AccountRef, int] = {}

    def add(party: int, amount: int, purpose: str = "owed") -> None:
        account = AccountRef(party, purpose, asset)
        found[account] = found.get(account, 0) + amount

    for line in lines:
        total = line.amount.left + line.freight.left
        add(line.seller, total)
        if not line.first:
            add(line.buyer, -total)
        add(line.seller, -line.fee.left)
        add(platform, line.fee.left, "fee")
        for award in line.awards:
            add(line.seller, -award.left)
            add(award.party, award.left)
        for bearer in line.bearers:
            add(line.seller, bearer.left)
            add(bearer.party, -bearer.left)
    return {account: amount for account, amount in found.items() if amount}


def take_pieces(line: Line, pieces: int, *, with_freight: bool) -> Taken:
    """Return what undoing the next `pieces` of the line takes back; freight only if it is given back too."""

    def share(part: Share) -> int:
        if line.reversed + pieces == line.quantity:
            return part.left
        return min(money.span(part.booked, line.quantity, line.reversed, pieces), part.left)

    amount = share(line.amount)
    all_gone = amount == line.amount.left
    freight = min(money.span(line.freight.booked, line.quantity, line.reversed, pieces), line.freight.left)
    return Taken(
        amount,
        freight if with_freight else 0,
        line.fee.left if all_gone else share(line.fee),
        tuple(award.left if all_gone else share(award) for award in line.awards),
        tuple(share(bearer) for bearer in line.bearers),
    )


def after(line: Line, taken: Taken) -> Line:
    """Return the line as it is once this was taken from it."""

    def less(share: Share, part: int) -> Share:
        return replace(share, left=share.left - part)

    return replace(
        line,
        amount=less(line.amount, taken.amount),
        freight=less(line.freight, taken.freight),
        fee=less(line.fee, taken.fee),
        awards=tuple(map(less, line.awards, taken.awards)),
        bearers=tuple(map(less, line.bearers, taken.bearers)),
    )


def both(one: Taken | None, other: Taken | None) -> Taken:
    """Return what two steps of one refund take from the same line together."""
    if one is None or other is None:
        found = one or other
        if found is None:
            raise ValueError("nothing was taken")
        return found
    return Taken(
        one.amount + other.amount,
        one.freight + other.freight,
        one.fee + other.fee,
        tuple(a + b for a, b in zip(one.awards, other.awards, strict=True)),
        tuple(a + b for a, b in zip(one.bearers, other.bearers, strict=True)),
    )


def take_amount(line: Line, amount: int) -> Taken:
    """Return what giving back `amount` without any piece takes from the line: the rest in proportion."""

    def share(part: Share) -> int:
        return money.split(part.left, [amount, line.amount.left - amount])[0]

    if not amount:
        return Taken(0, 0, 0, (0,) * len(line.awards), (0,) * len(line.bearers))
    return Taken(amount, 0, share(line.fee), tuple(map(share, line.awards)), tuple(map(share, line.bearers)))


@dataclass(frozen=True, slots=True)
class Room:
    """How many pieces of a line could be moved now: on its own allocations, and beyond them upstream."""

    own: tuple[tuple[int, int], ...]
    upstream: int | None


def room_of(line: int, rooms: Mapping[int, Room]) -> int:
    """Return how many pieces of the line can be moved in all, its own and those upstream."""
    own = sum(pieces for _allocation, pieces in rooms[line].own)
    upstream = rooms[line].upstream
    return own + (room_of(upstream, rooms) if upstream is not None else 0)


def pick(line: int, pieces: int, rooms: Mapping[int, Room], *, farthest_first: bool = False) -> dict[int, int]:
    """Choose which allocations the pieces come from: own before upstream, or the other way round.

    Goods leave and arrive own pieces first; what is undone is undone from the far end, so that a seller keeps the
    sale of its own goods. Raises ValueError for more pieces than there is room for.
    """
    chosen: dict[int, int] = {}
    own, upstream = rooms[line].own, rooms[line].upstream
    if farthest_first and upstream is not None:
        far = min(pieces, room_of(upstream, rooms))
        chosen.update(pick(upstream, far, rooms, farthest_first=True))
        pieces -= far
    for allocation, there in own:
        if taken := min(pieces, there):
            chosen[allocation] = taken
            pieces -= taken
    if pieces and upstream is not None and not farthest_first:
        chosen.update(pick(upstream, pieces, rooms))
        pieces = 0
    if pieces:
        raise ValueError("more pieces than there is room for")
    return chosen


def through(moved: Mapping[int, int], line_of: Mapping[int, int], cause_of: Mapping[int, int | None]) -> dict[int, int]:
    """Return how many pieces pass through every line when these allocations move: the holder's and all downstream."""
    found: dict[int, int] = {}
    for allocation, pieces in moved.items():
        line: int | None = line_of[allocation]
        while line is not None:
            found[line] = found.get(line, 0) + pieces
            line = cause_of[line]
    return found


def fill(lines: Sequence[int], pieces: int, room: Mapping[int, int]) -> dict[int, int]:
    """Share pieces over lines in order, each as far as it has room; what is too much is left to the last."""
    found = {}
    for line in lines[:-1]:
        found[line] = min(pieces, room[line])
        pieces -= found[line]
    return found | {lines[-1]: pieces}


FAULTS = ("buyer", "seller", "upstream", "carrier")
GOODS = ("returned", "kept", "lost")
"""What becomes of shipped pieces that are refunded: they come back, stay, or never arrived."""


def climbs(fault: str, *, returned: bool) -> bool:
    """Say whether a refund reverses the legs upstream too, or stays with the first seller.

    A seller's own fault is its own cost. What upstream or the carrier spoiled, the party that ships answers for.
    A buyer who returns pieces gives them back to whoever shipped them, so those sales are undone; money given to a
    buyer without pieces `returned` and without anyone upstream being at fault is the seller's goodwill.
    """
    return fault in ("upstream", "carrier") or (fault == "buyer" and returned)


def gives_freight_back(fault: str, *, shipped: bool) -> bool:
    """Say whether the freight of the pieces goes back: not for a buyer who changed their mind after shipping."""
    return not (shipped and fault == "buyer")


def share_out(amount: int, weights: Sequence[int]) -> list[int]:
    """Share an amount refunded without pieces over lines by what is left on them; never more than that."""
    return money.split(amount, weights) if amount else [0] * len(weights)


@dataclass(frozen=True, slots=True)
class Paid:
    """What is left of one means of payment (its id): what can still go back, minor units."""

    id: int
    credit: bool
    left: int


def give_back(amount: int, paid: Sequence[Paid]) -> list[tuple[int, int]]:
    """Spread a refund over what paid, returning (tender, amount) in the order taken.

    Unpaid credit goes first, so that nobody gets cash for what they never paid; then the latest payment goes back
    first. Raises ValueError for more than was paid.
    """
    spread = []
    for tender in [*(p for p in paid if p.credit), *(p for p in reversed(paid) if not p.credit)]:
        if part := min(amount, tender.left):
            spread.append((tender.id, part))
            amount -= part
    if amount:
        raise ValueError("more is given back than was paid")
    return spread


def units_for(amounts: Sequence[int], worths: Sequence[int]) -> list[int]:
    """Return how many points pay each amount, a point being worth so many minor units there.

    Only the sum of those to whom a point is worth the same must be whole points. Raises ValueError where it is not,
    or where an amount would get none.
    """
    units = [0] * len(amounts)
    for worth in set(worths):
        alike = [i for i, found in enumerate(worths) if found == worth]
        points, rest = divmod(sum(amounts[i] for i in alike), worth)
        if rest:
            raise ValueError("not a whole number of points")
        for i, share in zip(alike, money.split(points, [amounts[i] for i in alike]), strict=True):
            units[i] = share
    if 0 in units:
        raise ValueError("less than a point")
    return units


def units_back(units: int, amount: int, refunded: int, part: int) -> int:
    """Return how many of `units` points go back with `part` of `amount`, of which `refunded` went back before."""
    before = money.split(units, [refunded, amount - refunded])[0]
    return money.split(units, [refunded + part, amount - refunded - part])[0] - before


_WAYS = {
    ("paid", "partly_shipped"): ("ship_part",),
    ("paid", "shipped"): ("ship",),
    ("partly_shipped", "shipped"): ("ship",),
    ("partly_shipped", "received"): ("ship", "receive"),
    ("shipped", "received"): ("receive",),
    ("paid", "cancelled"): ("cancel",),
}


def way(status: str, quantity: int, shipped: int, received: int) -> tuple[str, ...]:
    """Return the events that bring a paid order to where its pieces are; `quantity` is without what was cancelled."""
    if not quantity:
        stage = "cancelled"
    elif not shipped:
        stage = "paid"
    elif shipped < quantity:
        stage = "partly_shipped"
    else:
        stage = "shipped" if received < quantity else "received"
    return _WAYS.get((status, stage), ())
