"""The home page through the API."""

from tests.interfaces.api.callers import Caller

NOTICE = {"kind": "notice", "said": {"text": "放假三天", "text_en": "Closed", "link": "/c/tea/"}}


def test_a_block_from_its_draft_to_its_end(callers: dict[str, Caller]) -> None:
    shop = callers["shop"]
    made = shop.post("/blocks", NOTICE)
    assert (made["stage"], made["live"]) == ("draft", None)
    path = f"/blocks/{made['id']}"
    assert shop.post(f"{path}/publish")["stage"] == "published"
    changed = shop.call("PUT", path, {**NOTICE, "said": {"text": "明天开门"}})
    assert changed.status_code == 200
    assert [one["stage"] for one in shop.get("/blocks")] == ["changed"]
    second = shop.post("/blocks", {"kind": "goods", "said": {"title": "热销", "choose": "best", "count": 4}})
    moved = shop.post(f"/blocks/{second['id']}/move", {"way": "up"})
    assert [one["id"] for one in moved] == [second["id"], made["id"]]
    assert shop.post(f"{path}/take-down")["live"] is None
    assert shop.call("DELETE", path).status_code == 204
    assert [one["id"] for one in shop.get("/blocks")] == [second["id"]]


def test_what_is_no_block_of_ones_own(callers: dict[str, Caller]) -> None:
    made = callers["shop"].post("/blocks", NOTICE)
    rival = callers["rival"]
    assert rival.refused("POST", f"/blocks/{made['id']}/publish") == (404, "not_found")
    assert rival.refused("DELETE", f"/blocks/{made['id']}") == (404, "not_found")
    callers["shop"].post(f"/blocks/{made['id']}/publish")
    assert rival.refused("PUT", f"/blocks/{made['id']}", NOTICE) == (404, "not_found")
    wrong = {"kind": "goods", "said": {"title": "x", "choose": "category"}}
    assert callers["shop"].refused("POST", "/blocks", wrong)[0] == 422
