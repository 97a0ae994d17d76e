"""Where goods go is in no dump: sealed, read as ever, carried over from what was plain, keys changed."""

import json
from argparse import Namespace
from importlib import import_module
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.core.exceptions import FieldError, ImproperlyConfigured
from django.db import connection
from django.test import override_settings

from hanse.interfaces.cli import rotate_keys
from hanse.interfaces.cli.operations.rotate import rotate, sealed
from hanse.kernel import rows
from hanse.network.access.models import User
from hanse.network.access.operations.create_user import create_user
from hanse.network.parties.models import Particulars
from hanse.network.parties.operations.describe_party import Company, describe_party
from hanse.network.parties.rules import Secret
from hanse.trade.orders.models import Checkout
from tests.trade.world import World

ADDRESS = {"name": "安", "phone": "138 0000 0000", "street": "Pingjiang Road 18"}
OLD, NEW = "b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xkb2w=", "bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmU="


def written(code: str) -> str:
    """Return what the database holds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT address FROM trade_checkout WHERE code = %s", [code])
        return str(cursor.fetchone()[0])


def test_an_address_is_sealed_and_read(chain: World) -> None:
    code = chain.place("ann", {"tee@shop": 1}, address=ADDRESS)
    assert written(code).startswith("gAAAA")
    assert "Pingjiang" not in written(code)
    found = Checkout.objects.get(code=code)
    assert found.address == ADDRESS
    with connection.cursor() as cursor:
        cursor.execute("SELECT json_agg(c)::text FROM trade_checkout c WHERE code = %s", [code])
        assert rows.load(Checkout, cursor.fetchone()[0])[0].address == ADDRESS
    assert Checkout.objects.filter(code=code).values_list("address", flat=True)[0] == ADDRESS
    with pytest.raises(FieldError):
        Checkout.objects.filter(address=ADDRESS).exists()


def test_what_was_plain_is_carried_over_and_back(chain: World) -> None:
    codes = [chain.place("ann", {"tee@shop": 1}, address=ADDRESS) for _number in range(3)]
    migration: Any = import_module("hanse.trade.migrations.0005_sealed")
    editor = SimpleNamespace(connection=connection)
    migration.unseal(None, editor)
    assert [json.loads(written(code)) for code in codes] == [ADDRESS] * 3
    for _twice in range(2):
        migration.seal(None, editor)
        assert [found.address for found in Checkout.objects.all()] == [ADDRESS] * 3
    assert all(written(code).startswith("gAAAA") for code in codes)


def test_keys_are_rotated(chain: World) -> None:
    with override_settings(HANSE_FIELD_KEYS=[OLD]):
        code = chain.place("ann", {"tee@shop": 1}, address=ADDRESS)
    with override_settings(HANSE_FIELD_KEYS=[NEW, OLD]):
        done = rotate(page=1)
        assert done["trade_checkout.address"] == 1
        assert rotate()["trade_checkout.address"] == 1
        assert rotate_keys.run(Namespace()) == 0
    with override_settings(HANSE_FIELD_KEYS=[NEW]):
        assert Checkout.objects.get(code=code).address == ADDRESS
    with override_settings(HANSE_FIELD_KEYS=[OLD]), pytest.raises(ImproperlyConfigured):
        Checkout.objects.get(code=code)


def test_second_steps_are_rotated_and_what_is_empty_stays_empty(chain: World) -> None:
    chain.call(describe_party, party="shop", company=Company(legal_name="Shop Ltd"))
    code = chain.call(create_user, name="Ann", password=Secret("a-long-secret"), email="a@example.com", language="en")
    user, adapter = User.objects.get(code=code), get_adapter()
    Authenticator.objects.create(user=user, type="totp", data={"secret": adapter.encrypt("ABC")})
    codes = {"seed": adapter.encrypt("seed"), "migrated_codes": [adapter.encrypt("one"), adapter.encrypt("two")]}
    Authenticator.objects.create(user=user, type="recovery_codes", data={**codes, "used_mask": 0})
    before = list(Authenticator.objects.order_by("pk").values_list("data", flat=True))
    done = rotate(page=1)
    assert (done["mfa_authenticator.data"], done["network_particulars.licence_number"]) == (2, 0)
    totp, recovery = Authenticator.objects.order_by("pk").values_list("data", flat=True)
    assert totp["secret"] != before[0]["secret"]
    assert adapter.decrypt(totp["secret"]) == "ABC"
    assert [adapter.decrypt(one) for one in recovery["migrated_codes"]] == ["one", "two"]
    assert recovery["used_mask"] == 0


def test_every_sealed_field_is_known_to_the_rotation() -> None:
    fields = {f"{model._meta.db_table}.{field.column}" for model, field in sealed()}
    assert {"trade_checkout.address", "network_paper.content", "network_particulars.phone"} <= fields
    assert f"{Particulars._meta.db_table}.licence_number" in fields
