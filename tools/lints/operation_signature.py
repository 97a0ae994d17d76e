"""One use case, one module, one public keyword-only function named by its verb, with `at` and `by`."""

import ast
import keyword
from collections.abc import Iterator

from tools.lints.source import Finding, Module

SECOND = "one use case per module; begin a step with _, put a shared step into a module that begins with _, or a rule"


def find(module: Module) -> Iterator[Finding]:
    """Yield everything about an operation's public function that breaks the convention."""
    if not (module.is_business and module.is_operation) or module.name.startswith("_"):
        return
    public = [
        node
        for node in module.tree.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and not node.name.startswith("_")
    ]
    if not any(_same_verb(function.name, module.name) for function in public):
        yield module.at(module.tree, f"no public function named {module.name}: name it by the verb of its module")
    for function in public:
        if _same_verb(function.name, module.name):
            yield from _signature(module, function)
        else:
            yield module.at(function, f"{function.name} is public beside {module.name}: {SECOND}")


def _signature(module: Module, function: ast.FunctionDef | ast.AsyncFunctionDef) -> Iterator[Finding]:
    arguments = function.args
    if arguments.args or arguments.posonlyargs or arguments.vararg:
        yield module.at(function, f"{function.name}: make every argument keyword-only (begin with *)")
    given = {argument.arg for argument in arguments.kwonlyargs}
    for missing in [name for name in ("at", "by") if name not in given]:
        yield module.at(function, f"{function.name}: add `{missing}`: time and actor are arguments, never looked up")


def _same_verb(function: str, module: str) -> bool:
    return function == module or (function == module.rstrip("_") and not keyword.iskeyword(function))
