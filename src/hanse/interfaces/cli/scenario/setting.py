"""Sets the stage: parties with their terms and what they start with, links, goods, stock and offers."""

from hanse.goods.catalogue.models import Sku
from hanse.goods.catalogue.operations.create_product import create_product
from hanse.goods.stock.operations.restock import restock
from hanse.interfaces.cli.scenario.plays.market import list_offer, open_link
from hanse.interfaces.cli.scenario.script import PLATFORM, GoodsSaid, PartySaid, Scenario
from hanse.interfaces.cli.scenario.stage import Stage
from hanse.kernel.actor import ENGINE
from hanse.network.parties.models import Party
from hanse.network.parties.operations.change_terms import change_terms
from hanse.network.parties.operations.found_platform import found_platform
from hanse.network.parties.operations.register_party import register_party
from hanse.value.funds.operations.grant_points import grant_points
from hanse.value.funds.operations.top_up_wallet import top_up_wallet


def set_up(scenario: Scenario) -> Stage:
    """Build everything that the file declares before its steps, with the operations that people use for it."""
    stage = Stage(scenario, scenario.at)
    _platform(stage)
    for party in scenario.parties:
        _party(stage, party)
    for link in scenario.links:
        open_link(stage, link, next(stage.keys(spot=link.spot)), stage.operator)
    for goods in scenario.goods:
        _goods(stage, goods)
    for offer in scenario.offers:
        list_offer(stage, offer, next(stage.keys(spot=offer.spot)), stage.operator)
    return stage


def _platform(stage: Stage) -> None:
    keys, at, terms = stage.keys(spot=stage.scenario.spot), stage.now, stage.scenario.policy
    stage.parties[PLATFORM] = found_platform(key=next(keys), at=at, by=ENGINE)
    stage.ids[PLATFORM] = Party.objects.get(code=stage.parties[PLATFORM]).pk
    if terms:
        change_terms(key=next(keys), at=at, by=stage.operator, party=stage.parties[PLATFORM], terms=terms)


def _party(stage: Stage, said: PartySaid) -> None:
    keys, by = stage.keys(spot=said.spot), stage.operator
    code = register_party(key=next(keys), at=stage.now, by=by, kind=said.kind, name=said.name, terms=said.terms)
    stage.parties[said.name] = code
    stage.ids[said.name] = Party.objects.get(code=code).pk
    if said.wallet:
        top_up_wallet(key=next(keys), at=stage.now, by=by, party=code, amount=said.wallet, asset=stage.currency)
    if said.points:
        grant_points(key=next(keys), at=stage.now, by=by, party=code, points=said.points)


def _goods(stage: Stage, said: GoodsSaid) -> None:
    keys, by = stage.keys(spot=said.spot), stage.operator
    owner = stage.parties[said.by]
    product = create_product(key=next(keys), at=stage.now, by=by, owner=owner, name=said.name, review=False)
    sku = Sku.objects.get(product__code=product)
    stage.skus[said.name], stage.sku_ids[said.name] = sku.code, sku.pk
    for party, pieces in said.stock:
        if pieces:
            restock(key=next(keys), at=stage.now, by=by, party=stage.parties[party], sku=sku.code, quantity=pieces)
