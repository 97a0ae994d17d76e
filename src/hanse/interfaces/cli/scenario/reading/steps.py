"""The steps of a scenario: a reader for each kind."""

from collections.abc import Callable, Mapping
from zoneinfo import ZoneInfo

from yaml.nodes import Node, ScalarNode

from hanse.interfaces.cli.scenario import script
from hanse.interfaces.cli.scenario.reading import changes, expectations, scalars
from hanse.interfaces.cli.scenario.reading.bodies import COMMON, Body
from hanse.interfaces.cli.scenario.reading.names import Names
from hanse.interfaces.cli.scenario.reading.page import Fields, is_nothing, printable
from hanse.interfaces.cli.scenario.script import Action, Pieces, Step

FAULTS = ("buyer", "seller", "upstream", "carrier")
GOODS = ("returned", "kept")
SAYINGS = ("succeeded", "failed", "refunded", "not_refunded")
MEANS = ("outside", "wallet", "credit", "points")
MOST_RACERS = 100
"""Each racer has a database connection of its own."""


def step(names: Names, node: Node) -> Step:
    """Read one step."""
    body, common = _body(names, node, READERS)
    if "refused" in common and body.kind in NEVER_REFUSED:
        names.page.wrong(common.nodes["refused"], f"{body.what} without refused", "one with it")
    refused = common.may("refused", lambda n: names.page.scalar(n, f"any, or {scalars.CODE}", scalars.code), None)
    summary = body.summary
    before = names.declared()
    action = READERS[body.kind](names, body)
    if refused:  # nothing came of it, so nothing of it has a name
        names.forget_since(before)
    return Step(names.page.spot(node), body.kind, summary, action, *_whose(names, common), refused)


def _whose(names: Names, common: Fields) -> tuple[str | None, str | None]:
    key = common.may("key", lambda n: names.page.scalar(n, scalars.NAME, scalars.name), None)
    return common.may("by", names.party, None), key


def _body(names: Names, node: Node, kinds: Mapping[str, object]) -> tuple[Body, Fields]:
    page = names.page
    pairs = page.pairs(node, f"a step (a mapping that begins with one of {', '.join(kinds)})")
    head = next(((name, value) for name, _, value in pairs if name in kinds), None)
    if head is None:
        got = "the keys " + printable(", ".join(name for name, _, _ in pairs)) if pairs else "an empty mapping"
        raise page.wrong(node, f"a step (one of {', '.join(kinds)})", got)
    kind, value = head
    beside = tuple(pair for pair in pairs if pair[0] != kind and pair[0] not in COMMON)
    common = Fields(page, node, "a step", COMMON, [pair for pair in pairs if pair[0] in COMMON])
    return Body(page, kind, node, value, beside), common


def _lines(names: Names) -> Callable[[Node], Pieces]:
    return names.pieces(names.offer)


def _quote(names: Names, body: Body) -> Action:
    fields = body.fields("buyer", "lines", "urgent")
    buyer, lines = fields.must("buyer", names.party, ""), fields.must("lines", _lines(names), ())
    name = names.new(body.head, names.quotes, "a quote")
    names.quotes[name] = None
    return script.Quote(name, buyer, lines, _urgent(names, fields))


def _urgent(names: Names, fields: Fields) -> bool:
    return fields.may("urgent", names.word("yes", "no"), "no") == "yes"


def _place(names: Names, body: Body) -> Action:
    return _placed(names, body, taken=names.orders)


def _placed(names: Names, body: Body, taken: Mapping[str, None]) -> Action:
    fields = body.fields("buyer", "lines", "seen", "urgent")
    buyer, lines = fields.must("buyer", names.party, ""), fields.must("lines", _lines(names), ())
    seen = fields.may("seen", names.quote, None)
    name = names.new(body.head, taken, "an order")
    names.orders[name] = None
    return script.Place(name, buyer, lines, seen, _urgent(names, fields))


def _ask_change(names: Names, body: Body) -> Action:
    fields = body.fields("order", "lines", "to", "wanted_on", "opens")
    asked = script.AskChange(
        names.new(body.head, names.wishes, "a change"),
        fields.must("order", names.order, ""),
        fields.may("lines", _lines(names), None),
        fields.may("to", lambda n: names.page.scalar(n, scalars.TITLE, scalars.title), None),
        fields.may("wanted_on", lambda n: names.moment(n).astimezone(ZoneInfo(names.zone)).date(), None),
        fields.may("opens", lambda n: names.new(n, names.orders, "an order"), None),
    )
    names.wishes[asked.name] = None
    if asked.opens:
        names.orders[asked.opens] = None
    return asked


def _answer_change(names: Names, body: Body) -> Action:
    body.fields()
    return script.AnswerChange(names.wish(body.head), body.kind)


def _pay(names: Names, body: Body) -> Action:
    fields = body.fields("with", "amount")
    means, amount = fields.may("with", names.word(*MEANS), "outside"), fields.may("amount", names.amount, None)
    return script.Pay(names.order(body.head), means, amount)


def _open_payment(names: Names, body: Body) -> Action:
    fields = body.fields("order", "amount")
    order, amount = fields.must("order", names.order, ""), fields.may("amount", names.amount, None)
    name = names.new(body.head, names.payments, "a payment")
    names.payments[name] = None
    return script.OpenPayment(name, order, amount)


def _notice(names: Names, body: Body) -> Action:
    fields = body.fields("says", "amount", "id", "answer")
    says, amount = fields.must("says", names.word(*SAYINGS), ""), fields.may("amount", names.amount, None)
    same = fields.may("id", lambda n: names.page.scalar(n, scalars.NAME, scalars.name), None)
    answer = fields.may("answer", lambda n: names.page.scalar(n, scalars.CODE, scalars.code), None)
    return script.Notice(names.payment(body.head), says, amount, same, answer)


def _part(make: Callable[[str, Pieces | None], Action]) -> "Reader":
    def read(names: Names, body: Body) -> Action:
        lines: Pieces | None = body.fields("lines").may("lines", _lines(names), None)
        return make(names.order(body.head), lines)

    return read


def _refund(names: Names, body: Body) -> Action:
    fields = body.fields("lines", "amount", "fault", "goods")
    if "lines" in fields and "amount" in fields:
        names.page.wrong(body.node, "lines or an amount to refund", "both")
    return script.Refund(
        names.order(body.head),
        fields.may("lines", _lines(names), None),
        fields.may("amount", names.amount, None),
        fields.may("fault", names.word(*FAULTS), ""),
        fields.may("goods", names.word(*GOODS), ""),
    )


def _restock(names: Names, body: Body) -> Action:
    return script.Restock(names.page.each(body.within(), lambda said: (names.pair(said[1]), names.count(said[2]))))


def _sums(make: Callable[[tuple[tuple[str, int | None], ...]], Action]) -> "Reader":
    """Read `withdraw: ann` (with or without `amount:`) as well as `withdraw: {ann: 12.30}`."""

    def read(names: Names, body: Body) -> Action:
        def amount(node: Node) -> int | None:
            return None if is_nothing(node) else names.amount(node)

        if isinstance(body.head, ScalarNode) and not is_nothing(body.head):
            return make(((names.party(body.head), body.fields("amount").may("amount", amount, None)),))
        return make(names.page.each(body.within(), lambda said: (names.party(said[1]), amount(said[2]))))

    return read


def _suspend(names: Names, body: Body) -> Action:
    body.fields()
    named = body.head
    is_offer = isinstance(named, ScalarNode) and "@" in named.value
    return script.Suspend((names.offer if is_offer else names.party)(named), resume=body.kind == "resume")


def _wait(names: Names, body: Body) -> Action:
    body.fields()
    seconds = names.page.scalar(body.head, scalars.DURATION, scalars.duration)
    names.now = names.page.scalar(
        body.head, "a duration that ends before the year 2900", lambda _: scalars.later(names.now, seconds)
    )
    return script.Until(names.now)


def _until(names: Names, body: Body) -> Action:
    body.fields()
    moment = names.moment(body.head)
    if moment < names.now:
        shows = names.now.astimezone(ZoneInfo(names.zone)).isoformat()
        raise names.page.wrong(body.head, f"a moment not before {shows}, which the clock shows then")
    names.now = moment
    return script.Until(moment)


def _expect(names: Names, body: Body) -> Action:
    pairs = body.within()
    if not pairs:
        raise names.page.wrong(body.head, "expectations under expect", "nothing")
    return expectations.facts(names, list(pairs))


def _race(names: Names, body: Body) -> Action:
    page, fields = names.page, body.inner_fields("times", "step", "steps", "outcomes")
    racer = f"a whole number from 1 to {MOST_RACERS}"
    times = fields.may("times", lambda n: page.scalar(n, racer, _racers), 1)
    if ("step" in fields) == ("steps" in fields):
        page.wrong(body.node, "either step or steps in a race", "both" if "step" in fields else "neither")
    taken = dict(names.orders)
    one = fields.may("step", lambda n: (_racing(names, n, taken),), ())
    several = fields.may(
        "steps", lambda n: page.each(page.items(n, "a list of steps"), lambda s: _racing(names, s, taken)), ()
    )
    steps = (one + several) * times
    if len(steps) > MOST_RACERS:
        page.wrong(body.node, f"at most {MOST_RACERS} steps at once", str(len(steps)))
    outcomes = fields.may("outcomes", lambda n: _outcomes(names, n, len(steps)), None)
    return script.Race(steps, outcomes)


def _racers(text: str) -> int:
    if not 1 <= (number := scalars.pieces(text)) <= MOST_RACERS:
        raise ValueError(text)
    return number


def _racing(names: Names, node: Node, taken: Mapping[str, None]) -> Step:
    body, common = _body(names, node, RACERS)
    if "refused" in common:
        names.page.wrong(node, "outcomes beside the steps of a race", "refused in one of them")
    summary = body.summary
    action = _placed(names, body, taken) if body.kind == "place" else READERS[body.kind](names, body)
    return Step(names.page.spot(node), body.kind, summary, action, *_whose(names, common))


def _outcomes(names: Names, node: Node, racers: int) -> tuple[tuple[str, int], ...]:
    page = names.page
    pairs = page.pairs(node, "a mapping of ok and codes of refusals to numbers")
    expected = f"ok, or {scalars.CODE}"
    found = page.each(pairs, lambda said: (page.scalar(said[1], expected, scalars.code), names.count(said[2], 0)))
    total = sum(number for _, number in found)
    if racers and total != racers:
        page.wrong(node, f"outcomes that add up to {racers}, as many as there are steps", str(total))
    return found


Reader = Callable[[Names, Body], Action]

READERS: Mapping[str, Reader] = {
    "quote": _quote,
    "place": _place,
    "pay": _pay,
    "open_payment": _open_payment,
    "notice": _notice,
    "ask_change": _ask_change,
    "agree": _answer_change,
    "decline": _answer_change,
    "take_back": _answer_change,
    "cancel": _part(script.Cancel),
    "ship": _part(script.Ship),
    "receive": _part(script.Receive),
    "refund": _refund,
    "restock": _restock,
    "list": changes.list_offers,
    "presale": changes.presale,
    "end_presale": changes.end_presale,
    "promote": changes.promote,
    "end_promotion": changes.end_promotion,
    "change": changes.change,
    "open_link": changes.open_link,
    "close_link": changes.close_link,
    "suspend": _suspend,
    "resume": _suspend,
    "withdraw": _sums(script.Withdraw),
    "payout_returned": _sums(script.PayoutReturned),
    "wait": _wait,
    "until": _until,
    "expect": _expect,
    "race": _race,
}
"""Every kind of step; how each is played stands in `player.py`."""

NEVER_REFUSED = ("wait", "until", "expect", "race")

RACERS = {
    kind: read
    for kind, read in READERS.items()
    if kind not in {"quote", "ask_change", "open_payment", "promote", "wait", "until", "expect", "race"}
}
"""The steps that may race: those that one of the engine's operations answers."""
