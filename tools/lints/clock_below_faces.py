"""Time is an argument: only interfaces and adapters ask the clock, so that a history can be replayed."""

import ast
from collections.abc import Iterator

from tools.lints.source import Finding, Module, chain

CLOCKS = {"now", "utcnow", "today", "localdate", "localtime", "monotonic"}
OWNERS = {"timezone", "datetime", "date", "clock", "time"}
ADVICE = "asks the clock inside a floor: take `at` as an argument"


def find(module: Module) -> Iterator[Finding]:
    """Yield every look at the clock in a business floor, by Python, by Django or by a database function."""
    if not module.is_business:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute):
            names = chain(node)
            if len(names) > 1 and names[-1] in CLOCKS and names[-2] in OWNERS:
                yield module.at(node, f"{'.'.join(names)} {ADVICE}")
            if names[-2:] == ["time", "time"]:
                yield module.at(node, f"time.time {ADVICE}")
        elif isinstance(node, ast.Name | ast.alias) and _name(node) in {"Now", "TransactionNow"}:
            yield module.at(node, f"{_name(node)} {ADVICE}")
        elif isinstance(node, ast.keyword) and node.arg in {"auto_now", "auto_now_add"}:
            yield module.at(node, f"{node.arg} {ADVICE}")


def _name(node: ast.Name | ast.alias) -> str:
    return node.id if isinstance(node, ast.Name) else node.name
