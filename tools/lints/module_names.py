"""A module is named by what it holds; inside a context by one of four names that every context shares."""

from collections.abc import Iterator

from tools.lints.source import Finding, Module

FORBIDDEN = {"utils", "helpers", "services", "managers", "signals", "exceptions", "constants", "common"}
INSIDE_A_CONTEXT = {"__init__", "models", "rules", "queries", "operations"}


def find(module: Module) -> Iterator[Finding]:
    """Yield a finding for a name that says nothing, or that a context does not have."""
    names = {part.removesuffix(".py") for part in module.path.split("/")}
    for name in sorted(names & FORBIDDEN):
        yield Finding(
            module.path, 1, f"nothing may be called {name}: name it by what it holds, or put it where it is used"
        )
    if module.is_business and module.context:
        inside = module.parts[2].removesuffix(".py")
        if inside not in INSIDE_A_CONTEXT:
            allowed = ", ".join(sorted(INSIDE_A_CONTEXT - {"__init__"}))
            yield Finding(module.path, 1, f"{inside} in a context: a context has only {allowed} (module or package)")
