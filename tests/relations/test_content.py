"""Home pages: drafts and what is published, in order, within their time; one's own alone."""

from datetime import timedelta
from typing import Any

import pytest

from hanse.kernel.actor import ENGINE, STRANGER, Actor
from hanse.kernel.errors import MalformedInput
from hanse.network.parties.queries import party
from hanse.relations.content.models import Block
from hanse.relations.content.operations.move_block import move_block
from hanse.relations.content.operations.publish_block import publish_block
from hanse.relations.content.operations.remove_block import remove_block
from hanse.relations.content.operations.save_block import save_block
from hanse.relations.content.operations.take_down_block import take_down_block
from hanse.relations.content.queries import shown, written
from hanse.relations.content.rules import MOST_BLOCKS, check_block
from tests.trade.refusals import refused
from tests.trade.world import World

NOTICE = {"text": "放假三天", "text_en": "Closed for three days", "link": "/c/tea/"}


@pytest.fixture
def world(db: None) -> World:
    world = World().found()
    for slug in ("shop", "rival"):
        world.party(slug, "retailer")
    return world


def shop(world: World, slug: str = "shop") -> Actor:
    return world.actor(slug, frozenset({"offers.edit"}))


def notice(world: World, text: str = "放假三天", **more: Any) -> int:
    said = NOTICE | {"text": text}
    return int(world.call(save_block, by=shop(world), party="shop", kind="notice", said=said, **more))


def texts(blocks: list[Block]) -> list[str]:
    return [str((block.live or {}).get("text")) for block in blocks]


def test_a_draft_is_seen_by_its_party_until_it_is_published(world: World) -> None:
    block = notice(world)
    page = party("shop").pk
    assert shown(page, STRANGER, world.at) == []
    assert [one.stage for one in written(page, shop(world))] == ["draft"]
    assert written(page, shop(world, "rival")) == []
    assert world.call(publish_block, by=shop(world), block=block) == block
    assert texts(shown(page, STRANGER, world.at)) == ["放假三天"]
    notice(world, "明天开门", block=block)
    assert texts(shown(page, STRANGER, world.at)) == ["放假三天"]
    assert [one.stage for one in written(page, ENGINE)] == ["changed"]
    world.call(publish_block, by=shop(world), block=block)
    assert texts(shown(page, STRANGER, world.at)) == ["明天开门"]
    assert [one.stage for one in written(page, STRANGER)] == ["published"]
    world.call(take_down_block, by=shop(world), block=block)
    assert shown(page, STRANGER, world.at) == []
    world.call(remove_block, by=shop(world), block=block)
    assert written(page, shop(world)) == []


def test_it_is_shown_within_its_time(world: World) -> None:
    hour = timedelta(hours=1)
    block = notice(world, starts=world.at + hour, ends=world.at + 2 * hour)
    world.call(publish_block, by=shop(world), block=block)
    page = party("shop").pk
    seen = [len(shown(page, STRANGER, world.at + part * hour)) for part in (0, 1, 1.5, 2)]
    assert seen == [0, 1, 1, 0]
    with refused("malformed", field="ends"):
        notice(world, starts=world.at, ends=world.at)


def test_blocks_change_places(world: World) -> None:
    blocks = [notice(world, text) for text in "abc"]
    for block in blocks:
        world.call(publish_block, by=shop(world), block=block)
    page = party("shop").pk

    def move(block: int, way: str) -> list[str]:
        world.call(move_block, by=shop(world), block=block, way=way)
        return texts(shown(page, STRANGER, world.at))

    assert move(blocks[2], "up") == ["a", "c", "b"]
    assert move(blocks[0], "up") == ["a", "c", "b"]
    assert move(blocks[0], "down") == ["c", "a", "b"]
    assert move(blocks[1], "down") == ["c", "a", "b"]
    with refused("malformed"):
        move(blocks[0], "away")


def test_nobody_writes_on_anothers_page(world: World) -> None:
    block = notice(world)
    with refused("not_found"):
        world.call(save_block, by=shop(world, "rival"), party="shop", kind="notice", said=NOTICE)
    for verb in (publish_block, take_down_block, remove_block):
        with refused("not_found"):
            world.call(verb, by=shop(world, "rival"), block=block)
        with refused("not_allowed"):
            world.call(verb, by=world.actor("shop", frozenset()), block=block)
    with refused("not_found"):
        world.call(publish_block, by=shop(world), block=block + 1)
    with refused("malformed"):
        world.call(save_block, by=shop(world), party="shop", kind="text", said={"text": "x"}, block=block)
    assert world.call(save_block, party="platform", kind="notice", said=NOTICE)


def test_a_page_has_an_end(world: World) -> None:
    for _one in range(MOST_BLOCKS):
        notice(world)
    with refused("page_full"):
        notice(world)


@pytest.mark.parametrize(
    ("kind", "field", "given"),
    [
        ("other", "kind", {}),
        ("banner", "title", {"title": ""}),
        ("banner", "picture", {"title": "x", "picture": "../x.png"}),
        ("banner", "link", {"title": "x", "link": "https://evil.example/"}),
        ("banner", "link", {"title": "x", "link": "//evil.example/"}),
        ("banner", "link", {"title": "x", "link": "/\\evil.example/"}),
        ("notice", "text", {"text": "x" * 201}),
        ("text", "text", {"title": "x"}),
        ("goods", "choose", {"title": "x", "choose": "dearest"}),
        ("goods", "category", {"title": "x", "choose": "category"}),
        ("goods", "offers", {"title": "x", "choose": "offers", "offers": []}),
        ("goods", "offers", {"title": "x", "choose": "offers", "offers": "tee@shop"}),
        ("goods", "count", {"title": "x", "choose": "best", "count": 13}),
        ("goods", "count", {"title": "x", "choose": "best", "count": "4"}),
    ],
)
def test_what_no_block_says(kind: str, field: str, given: dict[str, Any]) -> None:
    with pytest.raises(MalformedInput) as refusal:
        check_block(kind, given)
    assert refusal.value.details["field"] == field


def test_a_block_keeps_just_what_is_known() -> None:
    said = {"title": "茶", "choose": "category", "category": "tea", "offers": ["x"], "count": 4, "script": "no"}
    assert check_block("goods", said) == {
        "title": "茶", "title_en": "", "choose": "category", "category": "tea", "offers": [], "count": 4,
    }  # fmt: skip
    chosen = check_block("goods", {"title": "茶", "choose": "offers", "offers": ["tee@shop"], "category": "tea"})
    assert (chosen["category"], chosen["offers"], chosen["count"]) == (None, ["tee@shop"], 8)
    assert check_block("text", {"text": "a\nb"})["text"] == "a\nb"
    assert (
        check_block("banner", {"title": "x", "picture": "a/b.png", "link": "/c/tea/?page=2"})["link"]
        == "/c/tea/?page=2"
    )
