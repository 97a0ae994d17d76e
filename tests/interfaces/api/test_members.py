"""What a buyer keeps, over the API."""

import pytest

from hanse.goods.catalogue.models import Product
from hanse.relations.members.models import Address
from tests.interfaces.api.callers import Caller, caller

Callers = dict[str, Caller]
HOME = {"name": "Ann", "phone": "138 0000 0000", "place": "江苏苏州", "street": "Pingjiang Road 18"}


def test_an_address_is_kept_changed_and_removed(callers: Callers) -> None:
    ann = callers["ann"]
    made = ann.post("/addresses", HOME)
    assert made == {**HOME, "id": made["id"], "default": True}
    assert ann.post("/addresses", HOME)["id"] == made["id"]
    second = ann.post("/addresses", {**HOME, "street": "Shantang Street 5", "default": True})
    assert [(one["street"], one["default"]) for one in ann.get("/addresses")["items"]] == [
        ("Shantang Street 5", True),
        ("Pingjiang Road 18", False),
    ]
    path = f"/addresses/{second['id']}"
    assert ann.put(path, {**HOME, "street": "Shantang Street 7"})["street"] == "Shantang Street 7"
    assert ann.call("DELETE", path).status_code == 204
    assert [one["id"] for one in ann.get("/addresses")["items"]] == [made["id"]]
    assert ann.refused("DELETE", path) == (404, "not_found")


def test_asking_again_after_the_address_was_removed(callers: Callers) -> None:
    ann = callers["ann"]
    made = ann.post("/addresses", HOME, key="once")
    ann.call("DELETE", f"/addresses/{made['id']}")
    assert ann.refused("POST", "/addresses", HOME, key="once") == (404, "not_found")


def test_nobody_else_sees_or_changes_an_address(callers: Callers) -> None:
    made = callers["ann"].post("/addresses", HOME)
    for who in ("shop", "operator", "rival"):
        assert all(one["id"] != made["id"] for one in callers[who].get("/addresses")["items"])
        assert callers[who].refused("PUT", f"/addresses/{made['id']}", HOME) == (404, "not_found")
        assert callers[who].refused("DELETE", f"/addresses/{made['id']}") == (404, "not_found")
    keeper = caller("shop", "stock_keeper")
    assert keeper.refused("GET", "/addresses") == (403, "not_allowed")
    assert Address.objects.get().street == HOME["street"]


@pytest.mark.parametrize("part", [*HOME])
def test_an_address_without_a_part_is_refused_by_its_name(callers: Callers, part: str) -> None:
    answer = callers["ann"].call("POST", "/addresses", {**HOME, part: ""})
    assert answer.status_code == 422
    assert part in answer.content.decode()
    assert Address.objects.count() == 0


def test_favourites_and_what_was_looked_at(callers: Callers) -> None:
    ann, tee = callers["ann"], Product.objects.get()
    assert ann.put(f"/favourites/{tee.code}", {"marked": True}) == {"marked": True}
    assert [one["product"] for one in ann.get("/favourites")["items"]] == [tee.code]
    assert callers["rival"].get("/favourites")["items"] == []
    assert ann.put(f"/favourites/{tee.code}", {"marked": False}) == {"marked": False}
    assert ann.get("/favourites")["items"] == []
    ann.put(f"/visits/{tee.code}")
    ann.put(f"/visits/{tee.code}")
    assert [one["product"] for one in ann.get("/visits")["items"]] == [tee.code]
    assert ann.call("DELETE", "/visits").status_code == 204
    assert ann.get("/visits")["items"] == []
    assert ann.refused("PUT", "/visits/G-00000-00000", {}) == (404, "not_found")
