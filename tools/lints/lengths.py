"""Functions of at most 60 lines, files of 400, test files of 600: quality is decided in the last percent."""

import ast
from collections.abc import Iterator

from tools.lints.source import Finding, Module

FUNCTION = 60
FILE = 400
TESTS = 600


def find(module: Module) -> Iterator[Finding]:
    """Yield every function and file that is too long."""
    if module.is_migration:
        return
    limit = TESTS if module.path.startswith("tests/") else FILE
    lines = len(module.text.splitlines())
    if lines > limit:
        yield Finding(
            module.path, limit, f"{lines} lines, at most {limit}: find the second subject in it and move that out"
        )
    for node in ast.walk(module.tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > FUNCTION:
                yield module.at(
                    node, f"{node.name} has {length} lines, at most {FUNCTION}: name its steps and make them functions"
                )
