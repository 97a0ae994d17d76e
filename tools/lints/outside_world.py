"""A use case is the same from a page, the API, a job and the command line, and waits for nobody else's server."""

import ast
from collections.abc import Iterator

from tools.lints.source import Finding, Module

# import-linter cannot name parts of packages that are not ours, hence a lint.
NETWORK = ("httpx", "urllib.request", "http.client", "smtplib", "socket", "django.core.mail")
HTTP = (
    "django.http",
    "django.shortcuts",
    "django.urls",
    "django.template",
    "django.forms",
    "django.views",
    "django_htmx",
)


def find(module: Module) -> Iterator[Finding]:
    """Yield every import by which a floor learns of HTTP or speaks to the network."""
    if not (module.is_business or module.floor == "kernel"):
        return
    for node in ast.walk(module.tree):
        for name in _imported(node):
            if module.is_rules and _within(name, ("django",)) and not _within(name, ("django.utils.translation",)):
                yield module.at(node, f"{name} in rules: a rule is a pure function; pass in what it needs")
            if _within(name, NETWORK):
                yield module.at(
                    node, f"{name} in a floor: locks would be held as long as others take; use integrations/"
                )
            elif _within(name, HTTP):
                yield module.at(node, f"{name} in a floor: parsing and rendering belong to interfaces/")


def _imported(node: ast.AST) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.module:
        return [f"{node.module}.{alias.name}" for alias in node.names]
    return []


def _within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(package + ".") for package in packages)
