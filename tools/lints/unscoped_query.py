"""Every party-visible read starts from `visible_to(actor)`: competitors share this database."""

import ast
from collections.abc import Iterator

from tools.lints.source import Finding, Module

# These two act in the engine's own name, after the clock or at an operator's shell.
WITHOUT_A_READER = {"jobs", "cli"}
ADVICE = "reads rows of every party: write .objects.visible_to(actor), or call a query of the context that does"


def find(module: Module) -> Iterator[Finding]:
    """Yield every use of a manager in a face that does not go on with `visible_to`."""
    if module.floor != "interfaces" or module.context in WITHOUT_A_READER or module.is_migration:
        return
    scoped = {
        id(node.value)
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Attribute) and node.attr == "visible_to" and isinstance(node.value, ast.Attribute)
    }
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and node.attr in {"objects", "_default_manager"} and id(node) not in scoped:
            yield module.at(node, f".{node.attr} {ADVICE}")
