"""Presale by the offer's page: opened, told, ended."""

from datetime import timedelta

from hanse.goods.offers.models import Presale
from hanse.goods.offers.queries import offer
from hanse.kernel import clock
from tests.interfaces.web.faces import Mall, key, text


def test_an_offer_is_sold_before_there_are_goods(mall: Mall) -> None:
    client, code = mall.client("factory"), offer("tee@factory").code
    path = f"/console/offers/{code}/"
    assert "Sell before there are goods" in text(client.get(path))
    assert "End the presale" not in text(client.get(path))
    days = [(clock.now() + timedelta(days=ahead)).date().isoformat() for ahead in (10, 12, 20)]
    given = {
        "key": key(), "deposit": "20%", "balance_from": days[0], "balance_until": days[1], "ships_from": days[2],
        "most": "500", "forfeits": "on",
    }  # fmt: skip
    refused = client.post(f"{path}do/presale/", {**given, "balance_until": days[0]})
    assert (refused.status_code, Presale.objects.count()) == (422, 0)
    assert client.post(f"{path}do/presale/", {**given, "key": key()}).status_code == 302
    made = Presale.objects.get()
    assert (made.deposit, made.most, made.forfeits, made.promised) == (2_000, 500, True, 0)
    assert "0 of 500 promised" in text(client.get(path))
    assert client.post(f"{path}do/end-presale/", {"key": key()}).status_code == 302
    assert Presale.objects.get().ended_at is not None
    assert mall.client("shop").post(f"{path}do/presale/", {**given, "key": key()}).status_code == 404
