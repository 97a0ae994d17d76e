"""A status changes only through `move`, which checks the state table and records who, when and why."""

import ast
import re
from collections.abc import Iterator

from tools.lints.source import Finding, Module

COLUMNS = {"status", "state"}
ADVICE = "changes a status by hand: call move of hanse.kernel.states, so that the table decides and it is recorded"
SQL = re.compile(
    r"\bUPDATE\b[^;]*\bSET\b((?!\bWHERE\b|\bFROM\b|;).)*\b(status|state)\"?\s*=", re.IGNORECASE | re.DOTALL
)


def find(module: Module) -> Iterator[Finding]:
    """Yield every assignment or update of a status outside the kernel."""
    if not module.parts or module.floor in {"", "kernel", "config"} or module.is_migration:
        return
    yield from _by_assignment(module)
    yield from _by_queryset(module)
    for node, text in module.texts():
        if SQL.search(text):
            yield module.at(node, f"SQL UPDATE {ADVICE}")


def _by_assignment(module: Module) -> Iterator[Finding]:
    for node in ast.walk(module.tree):
        for target in _targets(node):
            if isinstance(target, ast.Attribute) and target.attr in COLUMNS:
                yield module.at(target, f".{target.attr} = … {ADVICE}")


def _by_queryset(module: Module) -> Iterator[Finding]:
    for call, name in module.calls():
        if name in {"update", "aupdate"} and COLUMNS.intersection(word.arg or "" for word in call.keywords):
            yield module.at(call, f".update(…) {ADVICE}")
        if name in {"bulk_update", "abulk_update"} and COLUMNS.intersection(_words(call)):
            yield module.at(call, f".bulk_update(…) {ADVICE}")


def _targets(node: ast.AST) -> list[ast.expr]:
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []


def _words(call: ast.Call) -> set[str]:
    return {node.value for node in ast.walk(call) if isinstance(node, ast.Constant) and isinstance(node.value, str)}
