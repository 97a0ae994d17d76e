"""Every house lint catches its offence and lets good code pass."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tools.lints import (
    __main__ as runner,
)
from tools.lints import (
    clock_below_faces,
    contexts_without_readme,
    hidden_behaviour,
    inexact_numbers,
    lengths,
    module_names,
    operation_signature,
    outside_world,
    status_outside_move,
    unscoped_query,
    writes_outside_operations,
)
from tools.lints.source import Finding, Module

Lint = Callable[[Module], Iterator[Finding]]

QUERIES = "src/hanse/trade/orders/queries.py"
RULES = "src/hanse/trade/orders/rules.py"
MODELS = "src/hanse/trade/orders/models.py"
PLACE = "src/hanse/trade/orders/operations/place.py"
FACE = "src/hanse/interfaces/api/orders.py"
STATES = "src/hanse/kernel/states.py"

OFFENCES: list[tuple[Lint, str, str]] = [
    (writes_outside_operations.find, QUERIES, "order.save()"),
    (writes_outside_operations.find, QUERIES, "Order.objects.create(code='a')"),
    (writes_outside_operations.find, QUERIES, "Order.objects.filter(id=1).update(note='')"),
    (writes_outside_operations.find, QUERIES, "Order.objects.bulk_create(rows)"),
    (writes_outside_operations.find, QUERIES, "order.delete()"),
    (writes_outside_operations.find, FACE, "order.save(update_fields=['note'])"),
    (writes_outside_operations.find, QUERIES, "cursor.execute('UPDATE trade_order SET note = %s', [''])"),
    (writes_outside_operations.find, QUERIES, "cursor.execute(f'INSERT INTO {table} VALUES (1)')"),
    (
        writes_outside_operations.find,
        QUERIES,
        "cursor.execute('WITH gone AS (DELETE FROM trade_order) SELECT')",
    ),
    (writes_outside_operations.find, QUERIES, "cursor.copy('COPY trade_order (id) FROM STDIN')"),
    (status_outside_move.find, PLACE, "order.status = 'paid'"),
    (status_outside_move.find, PLACE, "order.state: str = 'paid'"),
    (status_outside_move.find, PLACE, "Order.objects.filter(id=1).update(status='paid')"),
    (status_outside_move.find, PLACE, "Order.objects.bulk_update(rows, ['status'])"),
    (status_outside_move.find, PLACE, "cursor.execute('UPDATE trade_order SET note = 1, status = 2')"),
    (inexact_numbers.find, RULES, "half = total * 0.5"),
    (inexact_numbers.find, RULES, "half = total / 2"),
    (inexact_numbers.find, RULES, "total /= 2"),
    (inexact_numbers.find, RULES, "from decimal import Decimal"),
    (inexact_numbers.find, MODELS, "price = models.DecimalField()"),
    (inexact_numbers.find, STATES, "x = float('1')"),
    (unscoped_query.find, FACE, "Order.objects.filter(buyer=1)"),
    (unscoped_query.find, FACE, "get_object_or_404(Order.objects, code='a')"),
    (operation_signature.find, PLACE, "def place(*, at): ..."),
    (operation_signature.find, PLACE, "def place(order, *, at, by): ..."),
    (operation_signature.find, PLACE, "def other(*, at, by): ..."),
    (operation_signature.find, PLACE, "def place(*, at, by): ...\ndef pay(*, at, by): ..."),
    (operation_signature.find, PLACE, "def _place(*, at, by): ..."),
    (lengths.find, RULES, "def long():\n" + "    x = 1\n" * 60),
    (lengths.find, RULES, "x = 1\n" * 401),
    (lengths.find, "tests/trade/test_place.py", "x = 1\n" * 601),
    (module_names.find, "src/hanse/interfaces/utils.py", ""),
    (module_names.find, "src/hanse/trade/common/rules.py", ""),
    (module_names.find, "tools/helpers.py", ""),
    (module_names.find, "src/hanse/trade/orders/pricing.py", ""),
    (clock_below_faces.find, PLACE, "at = timezone.now()"),
    (clock_below_faces.find, PLACE, "day = datetime.date.today()"),
    (clock_below_faces.find, PLACE, "at = time.time()"),
    (clock_below_faces.find, MODELS, "at = models.DateTimeField(auto_now_add=True)"),
    (clock_below_faces.find, MODELS, "at = models.DateTimeField(db_default=Now())"),
    (hidden_behaviour.find, MODELS, "class Order(Model):\n    def save(self): ..."),
    (hidden_behaviour.find, "src/hanse/trade/apps.py", "from django.db.models.signals import post_save"),
    (hidden_behaviour.find, "src/hanse/trade/apps.py", "from django.dispatch import receiver"),
    (outside_world.find, PLACE, "import httpx"),
    (outside_world.find, PLACE, "from urllib import request"),
    (outside_world.find, PLACE, "from django.http import Http404"),
    (outside_world.find, RULES, "from django.db import models"),
]

GOOD: list[tuple[Lint, str, str]] = [
    (writes_outside_operations.find, PLACE, "Order.objects.create(code='a')"),
    (writes_outside_operations.find, STATES, "cursor.execute('UPDATE a SET status = 1')"),
    (writes_outside_operations.find, QUERIES, "seen.update(a=1)\ndigest.update(b'')\ncache.delete('key')"),
    (writes_outside_operations.find, QUERIES, "cursor.execute('SELECT update_count FROM a FOR UPDATE')"),
    (writes_outside_operations.find, QUERIES, '"""INSERT INTO is done elsewhere."""'),
    (writes_outside_operations.find, "src/hanse/trade/migrations/0001_initial.py", "row.save()"),
    (writes_outside_operations.find, "tests/trade/test_place.py", "row.save()"),
    (status_outside_move.find, PLACE, "move(Order, ids, 'pay', at=at, by=by)\nresponse.status_code = 1"),
    (status_outside_move.find, PLACE, "cursor.execute('UPDATE a SET note = 1 WHERE status = 2')"),
    (status_outside_move.find, MODELS, "class Order:\n    status = CharField()"),
    (status_outside_move.find, STATES, "row.status = 'paid'"),
    (inexact_numbers.find, RULES, "shares = split(total, [1, 2])\nwhole = total // 2"),
    (inexact_numbers.find, FACE, "shown = Decimal('1.5') / 2"),
    (unscoped_query.find, FACE, "Order.objects.visible_to(actor).filter(buyer=1)"),
    (unscoped_query.find, "src/hanse/interfaces/jobs/expiry.py", "Order.objects.all()"),
    (unscoped_query.find, QUERIES, "Order.objects.all()"),
    (
        operation_signature.find,
        PLACE,
        "class Refused(Error): ...\ndef place(*, at, by): ...\ndef _step(order): ...",
    ),
    (operation_signature.find, "src/hanse/goods/offers/operations/import_.py", "def import_(*, at, by): ..."),
    (operation_signature.find, "src/hanse/goods/offers/operations/list_.py", "def list_(*, at, by): ..."),
    (operation_signature.find, "src/hanse/trade/orders/operations/_legs.py", "def open_legs(plan): ..."),
    (operation_signature.find, RULES, "def decide(plan): ..."),
    (lengths.find, RULES, "def right():\n" + "    x = 1\n" * 59),
    (lengths.find, RULES, "x = 1\n" * 400),
    (lengths.find, "tests/trade/test_place.py", "x = 1\n" * 600),
    (module_names.find, PLACE, ""),
    (module_names.find, "src/hanse/trade/orders/models/order.py", ""),
    (module_names.find, "src/hanse/interfaces/api/pricing.py", ""),
    (clock_below_faces.find, FACE, "at = clock.now()"),
    (clock_below_faces.find, PLACE, "day = clock.day_of(at, zone)"),
    (hidden_behaviour.find, MODELS, "class Order(Model):\n    def __str__(self): ..."),
    (outside_world.find, RULES, "from django.utils.translation import gettext_lazy as _"),
    (outside_world.find, FACE, "from django.http import Http404"),
    (outside_world.find, PLACE, "from django.db import transaction\nfrom urllib.parse import quote"),
]


@pytest.mark.parametrize(("lint", "path", "text"), OFFENCES)
def test_an_offence_is_caught(lint: Lint, path: str, text: str) -> None:
    assert list(lint(Module(path, text)))


@pytest.mark.parametrize(("lint", "path", "text"), GOOD)
def test_good_code_passes(lint: Lint, path: str, text: str) -> None:
    assert list(lint(Module(path, text))) == []


def test_a_finding_names_file_and_line_and_what_to_do() -> None:
    (finding,) = writes_outside_operations.find(Module(QUERIES, "x = 1\norder.save()"))
    assert str(finding).startswith(f"{QUERIES}:2: .save() writes outside operations/: move it")


def test_a_context_without_a_readme_is_found(tmp_path: Path) -> None:
    context = tmp_path / "src" / "hanse" / "trade" / "orders"
    context.mkdir(parents=True)
    (context / "__init__.py").touch()
    assert len(list(contexts_without_readme.find_in(tmp_path))) == 1
    (context / "README.md").write_text("a\n" * 81)
    assert len(list(contexts_without_readme.find_in(tmp_path))) == 1
    (context / "README.md").write_text("Owns orders.\n")
    assert list(contexts_without_readme.find_in(tmp_path)) == []


def test_the_runner_finds_what_is_wrong_in_a_tree(tmp_path: Path) -> None:
    file = tmp_path / QUERIES
    file.parent.mkdir(parents=True)
    file.write_text("order.save()\n")
    assert [finding.path for finding in runner.examine(tmp_path, [file])] == [QUERIES]


def test_the_lints_know_every_lint() -> None:
    written = {path.stem for path in Path(runner.__file__).parent.glob("*.py")} - {"__init__", "__main__", "source"}
    known = {lint.__module__.rsplit(".", 1)[1] for lint in runner.LINTS}
    assert written == known | {"contexts_without_readme"}
