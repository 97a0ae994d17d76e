"""Steps that change offers, terms and links."""

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from hanse.interfaces.cli.scenario import script
from hanse.interfaces.cli.scenario.reading import opening, scalars
from hanse.interfaces.cli.scenario.reading.bodies import Body
from hanse.interfaces.cli.scenario.reading.names import Names
from hanse.interfaces.cli.scenario.reading.page import Fields
from hanse.interfaces.cli.scenario.reading.terms import percent, terms
from hanse.interfaces.cli.scenario.script import Action, LinkSaid, OfferSaid, Terms
from hanse.kernel.money import WHOLE


def list_offers(names: Names, body: Body) -> Action:
    """Read `list: {tee@shop: {…}}`: offers that do not exist yet must say their price."""
    return script.ListOffers(names.page.each(body.within(), lambda said: _listed(names, said[1], said[2])))


def _listed(names: Names, key: Node, node: Node) -> OfferSaid:
    name = names.pair(key)
    offer = opening.offer(names, key, node, new=name not in names.offers)
    names.offers[name] = None
    return offer


def change(names: Names, body: Body) -> Action:
    """Read `change:` with policy, party, link or offer; a link or offer may be named with its terms beside it."""
    fields = body.inner_fields("policy", "party", "link", "offer", "terms")
    if not {"policy", "party", "link", "offer"} & fields.nodes.keys():
        raise names.page.wrong(body.node, "a change of policy, party, link or offer", "none of them")
    beside: Terms | None = fields.may("terms", lambda n: terms(names, n), None)
    links = fields.may("link", lambda n: _links(names, n, beside), ())
    offers = fields.may("offer", lambda n: _offers(names, n, beside), ())
    parties = fields.may("party", lambda n: _parties(names, n, beside), ())
    policy: Terms | None = fields.may("policy", lambda n: terms(names, n), None)
    if beside is not None and not _may_stand_beside(fields):
        names.page.wrong(fields.nodes["terms"], "terms beside exactly one party, link or offer", "another change")
    return script.Change(policy, parties, links, offers)


def _may_stand_beside(fields: Fields) -> bool:
    return "policy" not in fields and len({"party", "link", "offer"} & fields.nodes.keys()) == 1


def _links(names: Names, node: Node, beside: Terms | None) -> tuple[LinkSaid, ...]:
    nodes = node.value if isinstance(node, SequenceNode) else [node]
    found: tuple[LinkSaid, ...] = names.page.each(nodes, lambda n: opening.link(names, n))
    if beside is None:
        return found
    return tuple(LinkSaid(link.spot, link.kind, link.up, link.down, {**link.terms, **beside}) for link in found)


def _offers(names: Names, node: Node, beside: Terms | None) -> tuple[OfferSaid, ...]:
    if isinstance(node, ScalarNode):
        return (OfferSaid(names.page.spot(node), names.offer(node), terms=beside or {}),)
    pairs = names.page.pairs(node, "an offer, or a mapping of offers to what changes")
    return names.page.each(pairs, lambda said: _changed(names, said[1], said[2]))


def _changed(names: Names, key: Node, node: Node) -> OfferSaid:
    names.offer(key)
    return opening.offer(names, key, node, new=False)


def _parties(names: Names, node: Node, beside: Terms | None) -> tuple[tuple[str, Terms], ...]:
    if isinstance(node, ScalarNode):
        return ((names.party(node), beside or {}),)
    pairs = names.page.pairs(node, "a party, or a mapping of parties to terms")
    return names.page.each(pairs, lambda said: (names.party(said[1]), terms(names, said[2])))


def promote(names: Names, body: Body) -> Action:
    """Read `promote: NAME` with the offer, what it takes off, and who bears it in what shares."""
    page, fields = names.page, body.fields("offer", "off", "borne_by", "quantity", "lane", "from", "to")
    offer = fields.must("offer", names.offer, "")
    rate = fields.must("off", lambda n: percent(page, n), 0)
    name = names.new(body.head, names.promotions, "a promotion")
    names.promotions[name] = None
    return script.Promote(
        spot=page.spot(body.node),
        name=name,
        offer=offer,
        rate=rate,
        bearers=fields.may("borne_by", lambda n: _bearers(names, n), None),
        quantity=fields.may("quantity", lambda n: names.count(n, 1), 1),
        lane=fields.may("lane", lambda n: page.scalar(n, "a lane from 1 to 9", scalars.at_least(1)), 1),
        starts=fields.may("from", names.moment, None),
        ends=fields.may("to", names.moment, None),
    )


def _bearers(names: Names, node: Node) -> tuple[tuple[str, int], ...]:
    pairs = names.page.pairs(node, "a mapping of parties to the percentages that they bear")
    found = names.page.each(pairs, lambda said: (names.party(said[1]), percent(names.page, said[2])))
    if len(found) == len(pairs) and sum(share for _, share in found) != WHOLE:
        raise names.page.wrong(node, "percentages that make 100%", "others")
    return found


def presale(names: Names, body: Body) -> Action:
    """Read `presale: tee@shop` with the deposit, the window for the balance, from when on it is sent, how many."""
    page, fields = (
        names.page,
        body.fields("deposit", "balance_from", "balance_until", "ships_from", "limit", "forfeits"),
    )
    return script.Presale(
        names.offer(body.head),
        fields.must("deposit", lambda n: percent(page, n), 0),
        fields.must("balance_from", names.moment, names.now),
        fields.must("balance_until", names.moment, names.now),
        fields.must("ships_from", names.moment, names.now),
        fields.may("limit", lambda n: names.count(n, 0), 0),
        fields.may("forfeits", names.word("yes", "no"), "yes") == "yes",
    )


def end_presale(names: Names, body: Body) -> Action:
    """Read `end_presale: tee@shop`."""
    body.fields()
    return script.Presale(names.offer(body.head))


def end_promotion(names: Names, body: Body) -> Action:
    """Read `end_promotion: NAME`."""
    body.fields()
    return script.EndPromotion(names.promotion(body.head))


def open_link(names: Names, body: Body) -> Action:
    """Read `open_link: {kind, up, down, terms}`."""
    return script.OpenLink(_link(names, body))


def close_link(names: Names, body: Body) -> Action:
    """Read `close_link: {kind, up, down}`."""
    return script.CloseLink(_link(names, body))


def _link(names: Names, body: Body) -> LinkSaid:
    if isinstance(body.head, MappingNode):
        body.within()
        return opening.link(names, body.head)
    fields = body.inner_fields(*opening.LINK_KEYS)
    return opening.link_of(names, fields, body.node)
