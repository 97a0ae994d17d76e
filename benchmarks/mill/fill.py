"""Fills a database with orders quickly: real ones, placed by the operations, are copied by SQL into every table.

A few hundred model orders (most closed, some paid, some only placed) are played through the engine; then every row that
they left anywhere is copied as often as wanted, with ids, codes and references of its own, and the counters that are
kept are brought to what the copied movements and transfers come to. Books and stock are sound afterwards.
"""

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from benchmarks.mill import market
from hanse.kernel.actor import ENGINE
from hanse.trade.logistics.operations.receive import receive
from hanse.trade.logistics.operations.ship import ship
from hanse.trade.orders.models import Order
from hanse.trade.orders.operations.close import close
from hanse.trade.orders.operations.pay import pay
from hanse.trade.orders.operations.place import place
from hanse.trade.quotes.queries import Line

MODELS = 200
"""Model orders: each of another buyer and another SKU."""
AT = datetime(2026, 2, 1, tzinfo=UTC)
STAGES = ("placed", "paid", *["closed"] * 18)


@dataclass(frozen=True, slots=True)
class Table:
    """How the rows of one table belong to a model order, and what of them a copy has of its own.

    `mine` selects them by `m.code` (the checkout's) and `m.id`; `refs` are columns that point at copied tables;
    `codes` are unique codes; `texts` hold codes in the middle of something; `unique` texts get the copy's number.
    """

    name: str
    mine: str
    refs: tuple[tuple[str, str], ...] = ()
    codes: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    unique: tuple[str, ...] = ()


ORDERS = "SELECT id FROM trade_order WHERE checkout_id = m.id"
LINES = f"SELECT id FROM trade_orderline WHERE order_id IN ({ORDERS})"
TABLES = (
    Table("trade_checkout", "t.id = m.id", codes=("code",)),
    Table(
        "trade_order",
        "t.checkout_id = m.id",
        refs=(("checkout_id", "trade_checkout"), ("root_id", "trade_order"), ("cause_id", "trade_order")),
        codes=("code",),
    ),
    Table(
        "trade_orderline",
        f"t.order_id IN ({ORDERS})",
        refs=(("order_id", "trade_order"), ("cause_id", "trade_orderline")),
    ),
    Table("trade_allocation", f"t.line_id IN ({LINES})", refs=(("line_id", "trade_orderline"),)),
    Table("trade_tender", f"t.order_id IN ({ORDERS})", refs=(("order_id", "trade_order"),)),
    Table("trade_parcel", f"t.order_id IN ({ORDERS})", refs=(("order_id", "trade_order"),), codes=("code",)),
    Table(
        "trade_parcelline",
        f"t.line_id IN ({LINES})",
        refs=(
            ("parcel_id", "trade_parcel"),
            ("line_id", "trade_orderline"),
            ("allocation_id", "trade_allocation"),
        ),
    ),
    Table(
        "kernel_statechange",
        f"t.subject = 'order' AND t.subject_id IN ({ORDERS})",
        refs=(("subject_id", "trade_order"),),
    ),
    Table("kernel_claim", "t.key LIKE 'fill:' || m.number || ':%'", texts=("result",), unique=("key",)),
    Table("value_entry", "t.subject = m.code", texts=("subject",), unique=("key",)),
    Table(
        "value_transfer",
        "t.entry_id IN (SELECT id FROM value_entry WHERE subject = m.code)",
        refs=(("entry_id", "value_entry"),),
    ),
    Table("goods_entry", "t.subject = m.code", texts=("subject",), unique=("key",)),
    Table(
        "goods_movement",
        "t.entry_id IN (SELECT id FROM goods_entry WHERE subject = m.code)",
        refs=(("entry_id", "goods_entry"),),
        texts=("source_hold", "target_hold"),
    ),
    Table("goods_hold", "t.subject = m.code", refs=(("entry_id", "goods_entry"),), texts=("subject",)),
)


def models() -> None:
    """Play the model orders, unless they are there."""
    chance = random.Random(7)
    for number in range(MODELS):
        stage = STAGES[number % len(STAGES)]
        _play(number, stage, chance)


def _play(number: int, stage: str, chance: random.Random) -> None:
    chain, thing = divmod(number, market.CHAINS)[::-1]
    at, said = AT + timedelta(minutes=number), f"fill:{number:05d}"
    line = [Line(market.offer(chain, thing % market.SKUS), chance.randint(1, 3))]
    buyer = market.buyer(chance.randrange(market.BUYERS))
    code = place(key=f"{said}:place", at=at, by=ENGINE, buyer=buyer, lines=line)
    if stage == "placed":
        return
    pay(key=f"{said}:pay", at=at, by=ENGINE, order=code)
    if stage == "paid":
        return
    ship(key=f"{said}:ship", at=at + timedelta(hours=5), by=ENGINE, order=code)
    receive(key=f"{said}:receive", at=at + timedelta(days=2), by=ENGINE, order=code)
    root = Order.objects.get(checkout__code=code, tier=0)
    close(key=f"{said}:close", at=at + timedelta(days=9), by=ENGINE, order=root.code)


def fill(orders: int) -> Iterator[str]:
    """Copy the model orders until there are about so many; yield the tables as they are done."""
    copies = max(0, orders // MODELS - 1)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")  # references hold by construction
        cursor.execute("SET LOCAL synchronous_commit = off")
        cursor.execute("SET LOCAL maintenance_work_mem = '512MB'")
        cursor.execute(
            "CREATE TEMPORARY TABLE m ON COMMIT DROP AS SELECT c.id, c.code, split_part(k.key, ':', 2) AS number"
            " FROM kernel_claim k JOIN trade_checkout c ON to_jsonb(c.code) = k.result"
            " WHERE k.key LIKE 'fill:%:place' AND split_part(k.key, ':', 4) = ''"
        )
        for table in TABLES:
            _gather(table)
        for table in TABLES:
            _copy(table, copies)
            yield table.name
        _count()
        yield "counters"
    with connection.cursor() as cursor:
        cursor.execute("VACUUM (ANALYZE)")
        cursor.execute("CHECKPOINT")
    yield "statistics"


def _gather(table: Table) -> None:
    """Number the model rows of a table: a copy's id is so far beyond the first free one."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE m_{table.name} ON COMMIT DROP AS"
            f" SELECT t.id, m.code AS of_code, m.id AS of_id, row_number() OVER (ORDER BY t.id) - 1 AS place,"
            f" count(*) OVER () AS size, (SELECT max(id) + 1 FROM {table.name}) AS first"
            f" FROM {table.name} t JOIN m ON {table.mine}"
        )
        cursor.execute(f"CREATE UNIQUE INDEX ON m_{table.name} (id)")
        cursor.execute(f"ANALYZE m_{table.name}")


def _copy(table: Table, copies: int) -> None:
    """Insert the copies with the other indexes taken away meanwhile, and let the ids go on behind them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name FROM information_schema.columns WHERE table_name = %s"
            " AND table_schema = current_schema() AND column_name <> 'id' ORDER BY ordinal_position",
            [table.name],
        )
        columns = [row[0] for row in cursor.fetchall()]
        dropped = _drop_indexes(table.name)
        names = ", ".join(f'"{column}"' for column in columns)
        values = ", ".join(_value(table, column) for column in columns)
        cursor.execute(
            f"INSERT INTO {table.name} (id, {names})"
            f" SELECT i.first + (n - 1) * i.size + i.place, {values}"
            f" FROM generate_series(1, %s::bigint) AS n CROSS JOIN {table.name} t JOIN m_{table.name} i ON i.id = t.id",
            [copies],
        )
        for definition in dropped:
            cursor.execute(definition)
        cursor.execute(
            f"SELECT setval(pg_get_serial_sequence('{table.name}', 'id'), (SELECT max(id) FROM {table.name}))"
        )


def _value(table: Table, column: str) -> str:
    refs = dict(table.refs)
    if column in refs:
        other = refs[column]
        return f"(SELECT r.first + (n - 1) * r.size + r.place FROM m_{other} r WHERE r.id = t.{column})"
    if column in table.codes:
        return f"overlay(t.code placing {_scrambled('(n * i.size + i.place)')} from 3)"
    if column in table.texts:
        fresh = f"left(i.of_code, 2) || {_scrambled('(n * (SELECT size FROM m_trade_checkout LIMIT 1) + o.place)')}"
        kind = "::jsonb" if column == "result" else ""
        return (
            f"(SELECT replace(t.{column}::text, i.of_code, {fresh}) FROM m_trade_checkout o WHERE o.id = i.of_id){kind}"
        )
    return f"t.{column} || ':' || n" if column in table.unique else f't."{column}"'


def _scrambled(number: str) -> str:
    """Return ten digits that look drawn by lot and are different for every number: codes fill their index evenly."""
    digits = f"upper(lpad(to_hex(mod({number} * 2654435761, 1099511627776)), 10, '0'))"
    return f"(left({digits}, 5) || '-' || right({digits}, 5))"


def _drop_indexes(table: str) -> Sequence[str]:
    """Drop the indexes that hold no constraint and return how to make them again."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT indexrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index"
            " WHERE indrelid = %s::regclass AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)",
            [table],
        )
        found = cursor.fetchall()
        for name, _definition in found:
            cursor.execute(f"DROP INDEX {name}")
    return [definition for _name, definition in found]


_KEPT = """
    UPDATE value_account a SET balance = t.amount FROM (
        SELECT account, sum(amount) AS amount FROM (
            SELECT target_id AS account, amount FROM value_transfer
            UNION ALL SELECT source_id, -amount FROM value_transfer) s GROUP BY account) t
     WHERE t.account = a.id AND a.floor IS NOT NULL AND a.balance <> t.amount
"""
_SHELVES = """
    UPDATE goods_shelf s SET available = b.available, reserved = b.reserved, in_transit = b.in_transit
      FROM (SELECT shelf, coalesce(sum(n) FILTER (WHERE state = 'available'), 0) AS available,
                   coalesce(sum(n) FILTER (WHERE state = 'reserved'), 0) AS reserved,
                   coalesce(sum(n) FILTER (WHERE state = 'in_transit'), 0) AS in_transit
              FROM (SELECT source_shelf_id AS shelf, source_state AS state, -quantity AS n FROM goods_movement
                    UNION ALL SELECT target_shelf_id, target_state, quantity FROM goods_movement) m
             WHERE shelf IS NOT NULL GROUP BY shelf) b WHERE b.shelf = s.id
"""


def _count() -> None:
    """Bring the counters that are kept to what their movements and transfers come to."""
    with connection.cursor() as cursor:
        cursor.execute(_KEPT)
        cursor.execute(_SHELVES)
