"""Operators of an installation may demand a second step of whoever moves money: without one the right is not there."""

import pytest
from allauth.mfa.totp.internal.auth import TOTP
from pytest_django import Settings

from hanse.interfaces.web import who
from hanse.network.access.queries import actor_for
from tests.interfaces.accounts.test_mine import confirm, entered
from tests.interfaces.web.faces import Mall, text


def test_money_needs_a_second_step_where_that_is_demanded(mall: Mall, settings: Settings) -> None:
    factory = entered(mall, "factory")
    assert factory.get("/console/withdraw/").status_code == 200
    settings.HANSE_SECOND_STEP_FOR = ["money.payout"]
    assert factory.get("/console/withdraw/").status_code == 403
    assert factory.get("/console/money/").status_code == 200
    assert "second step" in text(factory.get("/account/"))
    confirm(factory)
    TOTP.activate(mall.users["factory"], "JBSWY3DPEHPK3PXP")
    assert factory.get("/console/withdraw/").status_code == 200


@pytest.mark.parametrize("name", ["operator", "shop"])
def test_an_operator_without_one_operates_nothing(mall: Mall, settings: Settings, name: str) -> None:
    settings.HANSE_SECOND_STEP_FOR = ["platform.operate"]
    actor = actor_for(mall.users[name])
    kept = who.guarded(actor, mall.users[name])
    assert kept.operates is False
    assert kept.permissions == actor.permissions - {"platform.operate"}
    assert mall.client("operator").get("/console/platform/policy/").status_code in (403, 404)
