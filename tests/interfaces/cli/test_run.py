"""`hanse run`: exit codes, what it prints for people and for programs, and that it notices whatever goes wrong."""

import argparse
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hanse.goods.stock import queries as stock
from hanse.interfaces.cli import run
from hanse.interfaces.cli.scenario import player, reader
from hanse.interfaces.cli.scenario.outcome import Outcome
from hanse.interfaces.cli.scenario.plays import market, orders
from hanse.interfaces.cli.scenario.worlds import Worlds, WorldsUnavailable
from hanse.kernel.errors import DomainError
from hanse.network.parties.models import Party
from hanse.value.books import queries as books

OPENING = """scenario: a shop sells
at: 2026-03-01T10:00:00+08:00
policy: {return_window: 1h, settlement: {every: day}}
parties:
  shop: {kind: retailer}
  ann: {kind: consumer, wallet: 50.00, points: 7}
goods:
  tee: {by: shop, stock: 3}
offers:
  tee@shop: {price: 20.00}
steps:
  - {place: o1, buyer: ann, lines: {tee@shop: 1}}
"""
LINE = OPENING.count("\n") + 1


@pytest.fixture
def play(worlds: Worlds) -> Callable[[str], Outcome]:
    """Plays steps after the opening."""

    def playing(steps: str) -> Outcome:
        scenario = reader.read(f"{OPENING}{steps}".encode(), "x.yaml")
        with worlds.fresh():
            return player.play(scenario)

    return playing


@pytest.fixture
def command(worlds: Worlds, tmp_path: Path) -> Callable[..., int]:
    """Runs the command on files of the names and texts given."""

    def running(files: dict[str, str], **options: Any) -> int:
        for name, text in files.items():
            (tmp_path / name).write_text(text, encoding="utf-8")
        parser = argparse.ArgumentParser()
        run.arguments(parser)
        flags = [f"--{name}" if value is True else f"--{name}={value}" for name, value in options.items()]
        return run.run(parser.parse_args([*flags, *(str(tmp_path / name) for name in files)]))

    return running


def said(outcome: Outcome) -> list[str]:
    return [str(problem) for problem in outcome.problems]


def test_a_file_that_comes_out_right(command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert command({"a.yaml": OPENING + "  - expect: {held: 0.00}\n"}) == 0
    out = capsys.readouterr().out
    assert out.startswith("ok     ")
    assert "a.yaml: a shop sells (2 steps, 1 expectations, " in out


def test_every_expectation_that_fails_is_told_with_its_line(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    steps = """  - expect: {held: 1.00, points: {ann: 8}}
  - expect:
      status: {o1: paid}
      stock: {tee@shop: {reserved: 1, available: 3}}
"""
    assert command({"a.yaml": OPENING + steps}) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines[:4] == [
        f"{tmp_path}/a.yaml:{LINE}: expected held 1.00, got 0.00",
        f"{tmp_path}/a.yaml:{LINE}: expected points / ann 8, got 7",
        f"{tmp_path}/a.yaml:{LINE + 2}: expected status / o1 paid, got placed",
        f"{tmp_path}/a.yaml:{LINE + 3}: expected stock / tee@shop / available 3, got 2",
    ]
    assert lines[4].startswith(f"FAILED {tmp_path}/a.yaml: a shop sells (3 steps, 5 expectations, ")


def test_a_malformed_file_weighs_more_than_a_failed_one_and_the_others_are_played(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    files = {
        "a.yaml": OPENING + "  - {pay: o2}\n  - {wait: x}\n",
        "b.yaml": OPENING + "  - expect: {held: 1.00}\n",
        "c.yaml": OPENING,
    }
    assert command(files) == 2
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == f"{tmp_path}/a.yaml:{LINE}: expected the name of an order placed before (o1), got 'o2'"
    assert lines[1].startswith(f"{tmp_path}/a.yaml:{LINE + 1}: expected a duration")
    assert [line.split(":")[0] for line in lines[3:]] == [f"FAILED {tmp_path}/b.yaml", f"ok     {tmp_path}/c.yaml"]


def test_a_file_that_is_not_there_is_malformed(command: Callable[..., int], capsys: pytest.CaptureFixture[str]) -> None:
    assert run.run(argparse.Namespace(files=["/nowhere/a.yaml"], explain=False, json=False, jobs=1)) == 2
    assert capsys.readouterr().out == "/nowhere/a.yaml:1: expected a readable file, got No such file or directory\n"


def test_a_folder_stands_for_its_scenarios(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    command({"b.yaml": OPENING, "a.yaml": OPENING, "c.txt": "x"})
    capsys.readouterr()
    assert run.run(argparse.Namespace(files=[str(tmp_path)], explain=False, json=False, jobs=1)) == 0
    assert [line.split(":")[0][-6:] for line in capsys.readouterr().out.splitlines()] == ["a.yaml", "b.yaml"]


def test_a_folder_without_scenarios_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run.run(argparse.Namespace(files=[str(tmp_path)], explain=False, json=False, jobs=1)) == 2
    assert capsys.readouterr().err == f"hanse run: {tmp_path}: no scenario in this folder (*.yaml)\n"


def test_several_jobs_tell_the_same_in_the_same_order(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command({"a.yaml": OPENING, "b.yaml": OPENING + "  - {pay: o9}\n", "c.yaml": OPENING}, jobs=2) == 2
    found = [line for line in capsys.readouterr().out.splitlines() if "yaml" in line]
    assert ["a.yaml" in found[0], f"b.yaml:{LINE}" in found[1], "c.yaml" in found[2]] == [True, True, True]


def test_explain_shows_every_transfer_with_what_is_held_and_owed(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    steps = "".join(
        f"  - {step}\n" for step in ("{pay: o1, with: wallet}", "{ship: o1}", "{receive: o1}", "{wait: 1d}")
    )
    assert command({"a.yaml": OPENING + steps}, explain=True) == 0
    lines = capsys.readouterr().out.splitlines()[:-1]
    assert len({len(line) for line in lines}) == 1  # the numbers are flush right
    points = ["7 points", "0.00", "0.00"]
    wait = f"{LINE + 3}: wait 1d"
    assert [re.split(r"\s{2,}", line) for line in lines] == [
        ["time", "step", "kind", "from", "to", "amount", "held", "owed"],
        ["2026-03-01 10:00", "(opening)", "top_up", "platform: gateway", "ann: wallet", "50.00", "0.00", "0.00"],
        ["2026-03-01 10:00", "(opening)", "points_granted", "platform: points_issued", "ann: points", *points],
        ["2026-03-01 10:00", f"{LINE}: pay o1", "pay", "ann: wallet", "ann: held", "20.00", "20.00", "0.00"],
        ["2026-03-01 11:00", wait, "close", "ann: held", "shop: owed", "20.00", "0.00", "20.00"],
        ["2026-03-02 00:00", wait, "payout", "shop: owed", "shop: paid_out", "20.00", "0.00", "0.00"],
    ]


def test_json_tells_steps_expectations_and_entries(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    steps = """  - {place: o2, buyer: ann, lines: {tee@shop: 9}, refused: out_of_stock}
  - race: {times: 2, step: {pay: o1, with: wallet}}
  - expect: {held: 20.00, wallet: {ann: 30.01}}
"""
    assert command({"a.yaml": OPENING + steps, "b.yaml": "scenario: x\n"}, json=True) == 2
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert [first["file"], first["scenario"], first["ok"], first["currency"]] == [
        f"{tmp_path}/a.yaml", "a shop sells", False, "CNY",
    ]  # fmt: skip
    assert [(step["line"], step["step"], step["outcome"], step["ok"]) for step in first["steps"]] == [
        (LINE - 1, "place o1", "ok", True),
        (LINE, "place o2", "out_of_stock", True),
        (LINE + 1, "race times, step", "nothing_to_pay: 1, ok: 1", True),
        (LINE + 2, "expect held, wallet", "ok", False),
    ]
    assert first["steps"][2]["outcomes"] == {"nothing_to_pay": 1, "ok": 1}
    assert first["expectations"] == [
        {"line": LINE + 2, "of": ["held"], "expected": "20.00", "actual": "20.00", "ok": True},
        {"line": LINE + 2, "of": ["wallet", "ann"], "expected": "30.01", "actual": "30.00", "ok": False},
    ]
    assert first["failures"] == [{"line": LINE + 2, "message": "expected wallet / ann 30.01, got 30.00"}]
    assert [entry["kind"] for entry in first["entries"]] == ["top_up", "points_granted", "pay"]
    assert first["entries"][2]["transfers"] == [
        {"from": "ann: wallet", "to": "ann: held", "amount": "20.00", "asset": "CNY"}
    ]
    assert second["ok"] is False
    assert second["errors"] == [{"line": 1, "expected": "the key steps in a scenario", "got": "only scenario"}]


def test_a_step_that_should_have_been_refused(play: Callable[[str], Outcome]) -> None:
    outcome = play("  - {pay: o1, refused: insufficient_funds}\n  - expect: {held: 5.00}\n")
    assert said(outcome) == [f"x.yaml:{LINE}: expected to be refused with insufficient_funds, got it done"]
    assert len(outcome.steps) == 2  # what follows would only confuse


def test_a_step_refused_for_another_reason(play: Callable[[str], Outcome]) -> None:
    outcome = play("  - {ship: o1, refused: out_of_stock}\n  - expect: {held: 0.00}\n")
    assert [line.split(" (")[0] for line in said(outcome)] == [
        f"x.yaml:{LINE}: expected to be refused with out_of_stock, got wrong_state"
    ]
    assert len(outcome.steps) == 3


def test_a_step_refused_unexpectedly_ends_the_play(play: Callable[[str], Outcome]) -> None:
    outcome = play("  - ship: o1\n  - expect: {held: 5.00}\n")
    assert [line.split(" (")[0] for line in said(outcome)] == [
        f"x.yaml:{LINE}: expected the step to be done, got wrong_state"
    ]
    assert (outcome.ok, len(outcome.steps)) == (False, 2)


def test_an_opening_that_the_engine_refuses(worlds: Worlds) -> None:
    scenario = reader.read(OPENING.replace("price: 20.00", "price: 0.00").encode(), "x.yaml")
    with worlds.fresh():
        (problem,) = said(player.play(scenario))
    assert problem.startswith("x.yaml:1: the opening was refused: malformed (price: ")


def test_a_refusal_that_leaves_a_trace_is_noticed(
    play: Callable[[str], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    def careless(*_: object) -> None:
        Party.objects.update(region="somewhere")
        raise DomainError

    monkeypatch.setitem(player.PLAYS, player.script.Ship, careless)  # type: ignore[attr-defined]
    outcome = play("  - {ship: o1, refused: refused}\n")
    assert said(outcome) == [f"x.yaml:{LINE}: expected a refusal without a trace, got changes in network_party"]


@pytest.mark.parametrize(("queries", "what"), [(books, "the books"), (stock, "the stock")])
def test_unsound_books_or_stock_fail_the_scenario(
    queries: Any, what: str, play: Callable[[str], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queries, "check", lambda: ["a hole"])
    outcome = play("  - expect: {held: 0.00}\n")
    assert said(outcome) == [f"x.yaml:{LINE - 1}: expected {what} to be sound after this step, got: a hole"]
    assert len(outcome.steps) == 1


def test_an_engine_that_breaks_is_told_like_any_failure(
    play: Callable[[str], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("no way")

    monkeypatch.setitem(player.PLAYS, player.script.Ship, broken)  # type: ignore[attr-defined]
    told = [f"x.yaml:{LINE}: expected an answer of the engine, got ZeroDivisionError('no way')"]
    assert said(play("  - ship: o1\n")) == told
    assert said(play("  - race: {times: 2, step: {ship: o1}}\n")) == told


def test_a_race_that_comes_out_otherwise(play: Callable[[str], Outcome]) -> None:
    race = (
        "  - race: {times: 4, step: {place: o, buyer: ann, lines: {tee@shop: 1}}, outcomes: {ok: 3, out_of_stock: 1}}\n"
    )
    assert said(play(race)) == [
        f"x.yaml:{LINE}: expected outcomes {{ok: 3, out_of_stock: 1}}, got {{ok: 2, out_of_stock: 2}}"
    ]


def test_an_order_that_nobody_won_cannot_be_carried_on(play: Callable[[str], Outcome]) -> None:
    steps = "  - race: {times: 2, step: {place: o, buyer: ann, lines: {tee@shop: 9}}}\n  - pay: o\n"
    assert said(play(steps)) == [f"x.yaml:{LINE + 1}: expected the step to be done, got: no order o came of the race"]


def test_a_step_of_several_operations_is_done_whole_or_not_at_all(play: Callable[[str], Outcome]) -> None:
    steps = """  - {list: {tee@shop: {price: 21.00}, tee@ann: {price: 0.00}}, refused: malformed}
  - {restock: {tee@shop: 5, tee@ann: -1}, refused: malformed}
  - list: {tee@ann: {price: 9.00}}
  - {place: o2, buyer: ann, lines: {tee@shop: 1}}
  - expect: {legs: {o2: {shop: 20.00}}, stock: {tee@shop: {on_hand: 3}}}
"""
    assert said(play(steps)) == []


def test_links_and_payouts_that_are_not_there(play: Callable[[str], Outcome]) -> None:
    link = "{kind: supply, up: shop, down: ann}"
    assert said(play(f"  - close_link: {link}\n")) == [
        f"x.yaml:{LINE}: expected the step to be done, got: there is no open supply link from shop to ann"
    ]
    assert said(play("  - payout_returned: shop\n")) == [
        f"x.yaml:{LINE}: expected the step to be done, got: there was no such payout to shop"
    ]


def test_a_notice_that_comes_to_something_else(play: Callable[[str], Outcome]) -> None:
    steps = (
        "  - {open_payment: p, order: o1}\n  - {notice: p, says: refunded}\n  - {notice: p, says: failed, answer: ok}\n"
    )
    assert said(play(steps)) == [
        f"x.yaml:{LINE + 2}: expected the step to be done, got: the notice came to applied, not to ok"
    ]


def test_a_racer_that_cannot_connect_lets_the_others_go(
    play: Callable[[str], Outcome], monkeypatch: pytest.MonkeyPatch
) -> None:
    class Full:
        def cursor(self) -> None:
            raise ConnectionError("too many")

        def close(self) -> None:
            pass

    monkeypatch.setattr("hanse.interfaces.cli.scenario.plays.race.connection", Full())
    assert said(play("  - race: {times: 3, step: {pay: o1}}\n")) == [
        f"x.yaml:{LINE}: expected an answer of the engine, got ConnectionError('too many')"
    ]


def test_a_server_that_makes_no_databases_ends_the_command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object) -> None:
        raise WorldsUnavailable("no")

    monkeypatch.setattr(Worlds, "__enter__", refuse)
    assert run.run(argparse.Namespace(files=["a.yaml"], explain=False, json=False, jobs=1)) == 1
    assert capsys.readouterr().err == "hanse run: no\n"


def test_every_kind_of_step_and_expectation_can_be_played() -> None:
    from hanse.interfaces.cli.scenario import expect, script
    from hanse.interfaces.cli.scenario.reading import expectations

    of_the_player = {script.Expect, script.Race}
    assert set(player.PLAYS) == set(script.Action.__args__) - of_the_player
    assert set(expect.ANSWERS) == set(expectations.READERS)
    assert {orders.place, market.change} <= set(player.PLAYS.values())
