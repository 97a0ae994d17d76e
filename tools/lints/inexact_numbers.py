"""Money, points and goods are whole numbers of the smallest unit: no float and no Decimal inside the floors."""

import ast
from collections.abc import Iterator

from tools.lints.source import Finding, Module

NAMES = {"float", "Decimal", "DecimalField", "FloatField"}
ADVICE = (
    "inside a floor: amounts are integers in the smallest unit, rates are basis points and money.split divides; "
    "parse and format at the faces"
)


def find(module: Module) -> Iterator[Finding]:
    """Yield every float, Decimal and true division in a floor."""
    if not (module.is_business or module.floor == "kernel") or module.is_migration:
        return
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, float):
            yield module.at(node, f"the number {node.value!r} {ADVICE}")
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Div):
            yield module.at(node, f"the division / {ADVICE}")
        elif (name := _name(node)) in NAMES:
            yield module.at(node, f"{name} {ADVICE}")


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.name if isinstance(node, ast.alias) else ""
