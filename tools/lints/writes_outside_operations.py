"""Operations write; queries, rules, models and faces do not."""

import ast
import re
from collections.abc import Iterator

from tools.lints.source import Finding, Module, chain

ADVICE = "writes outside operations/: move it into the use case that it belongs to, or call that use case"
ALWAYS = {"bulk_create", "bulk_update", "get_or_create", "update_or_create"} | {
    "abulk_create", "abulk_update", "aget_or_create", "aupdate_or_create"
}  # fmt: skip
# Dicts, sets and digests have these too, so here the receiver must look like a manager or a queryset.
ON_QUERYSETS = {"create", "update", "delete", "acreate", "aupdate", "adelete"}
QUERYSETS = {"objects", "filter", "exclude", "all", "visible_to", "select_for_update", "order_by", "_default_manager"}
SQL = re.compile(
    r"\b(INSERT\s+INTO|UPDATE\s+\S+(\s+\w+)?\s+SET|DELETE\s+FROM|TRUNCATE\s|COPY\s+\S.*\bFROM\s+STDIN)\b", re.IGNORECASE
)


def find(module: Module) -> Iterator[Finding]:
    """Yield every write by the ORM or by SQL in a place that must not write."""
    if not module.parts or module.floor in {"", "kernel", "config"} or module.is_operation or module.is_migration:
        return
    for call, name in module.calls():
        if name in ALWAYS or (name in ON_QUERYSETS and _on_a_queryset(call)) or _of_a_row(call, name):
            yield module.at(call, f".{name}() {ADVICE}")
    for node, text in module.texts():
        if found := SQL.search(text):
            yield module.at(node, f"SQL {found.group(1).split()[0].upper()} {ADVICE}")


def _on_a_queryset(call: ast.Call) -> bool:
    return bool(QUERYSETS.intersection(chain(call.func)[:-1]))


def _of_a_row(call: ast.Call, name: str) -> bool:
    """Say whether a row saves or deletes itself: nothing is named but options (a picture names the file it goes to)."""
    deletes = name in {"delete", "adelete"} and not call.keywords
    return not call.args and (deletes or name in {"save", "asave"})
