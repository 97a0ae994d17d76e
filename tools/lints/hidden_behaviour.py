"""No signals, no `save` overrides: everything that happens is findable by reading."""

import ast
from collections.abc import Iterator

from tools.lints.source import Finding, Module

OVERRIDES = {"save", "delete", "bulk_create", "full_clean"}


def find(module: Module) -> Iterator[Finding]:
    """Yield every signal receiver and every model method that changes what saving means."""
    if not module.parts or module.is_migration:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").endswith(("dispatch", "signals")):
            yield module.at(
                node, "a signal: call what follows from the operation, or list it in interfaces/jobs/subscriptions.py"
            )
        if isinstance(node, ast.ClassDef) and "models" in module.path:
            for item in node.body:
                if isinstance(item, ast.FunctionDef) and item.name in OVERRIDES:
                    yield module.at(item, f"{node.name}.{item.name} changes what writing means: do it in the operation")
