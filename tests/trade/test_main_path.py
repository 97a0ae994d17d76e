"""One order through three tiers, from placing to closing and back."""

from hanse.goods.stock import queries as stock
from hanse.trade.aftersales.operations.refund import refund
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.close import close
from hanse.trade.orders.operations.pay import pay
from hanse.value.books import queries as books
from hanse.value.funds import queries as funds


def by_slug(found):
    from hanse.network.parties.models import Party

    names = dict(Party.objects.values_list("pk", "slug"))
    return {names[k]: v for k, v in found.items() if v}


def test_three_tiers(chain, django_assert_num_queries):
    code = chain.place("ann", {"tee@shop": 2})
    legs = {o.seller.slug: o.total for o in Order.objects.filter(checkout__code=code)}
    assert legs == {"shop": 20000, "west": 16000, "factory": 12000}
    chain.call(pay, order=code)
    assert by_slug(funds.held("CNY")) == {"ann": 20000}
    chain.call(ship, order=code)
    chain.call(receive, order=code)
    assert {o.status for o in Order.objects.all()} == {"received"}
    chain.wait(days=7)
    chain.call(close, order=Order.objects.get(tier=0).code)
    assert {o.status for o in Order.objects.all()} == {"closed"}
    assert by_slug(funds.earned("CNY")) == {"factory": 12000, "west": 4000, "shop": 3000, "platform": 1000}
    assert stock.check() == [] and books.check() == []
    chain.call(refund, order=code, lines={"tee@shop": 1}, fault="upstream", goods="returned")
    assert by_slug(funds.earned("CNY")) == {"factory": 6000, "west": 2000, "shop": 1500, "platform": 500}
    chain.call(refund, order=code, fault="upstream", goods="returned")
    assert by_slug(funds.earned("CNY")) == {}
    assert stock.check() == [] and books.check() == []


def test_statements(chain):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as ctx:
        code = chain.place("ann", {"tee@shop": 2})
    for q in ctx.captured_queries:
        print(q["time"], q["sql"][:150])
    print(len(ctx))
    with CaptureQueriesContext(connection) as ctx:
        chain.call(pay, order=code)
    for q in ctx.captured_queries:
        print(q["time"], q["sql"][:150])
    print(len(ctx))
