"""Draws docs/maps from the code: `python -m tools.maps` writes them, `--check` says whether they are up to date."""

import importlib
import os
import pkgutil
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import django
import grimp

import hanse

MAPS = Path(__file__).resolve().parents[1] / "docs" / "maps"
FLOORS = ("interfaces", "integrations", "insight", "relations", "trade", "value", "goods", "network", "kernel")
NOTE = "<!-- Drawn by `make maps` from the code; changes by hand are lost. -->"


def states_page() -> str:
    """Return a page with one diagram for each state table."""
    sections = [_diagram(place, table) for place, table in _state_tables()]
    return "\n\n".join([f"# States\n\n{NOTE}\n\nEvery status there is, and who may change it how.", *sections]) + "\n"


def _state_tables() -> Iterator[tuple[str, object]]:
    from hanse.kernel.states import StateTable

    seen: set[int] = set()
    for module in pkgutil.walk_packages(hanse.__path__, "hanse."):
        parts = module.name.split(".")
        if len(parts) < 4 or parts[3] not in {"models", "rules"} or "migrations" in parts:
            continue
        for thing in vars(importlib.import_module(module.name)).values():
            if isinstance(thing, StateTable) and id(thing) not in seen:
                seen.add(id(thing))
                yield f"{parts[1]} · {parts[2]}", thing


def _diagram(place: str, table: object) -> str:
    from hanse.kernel.states import StateTable

    assert isinstance(table, StateTable)
    lines = [f"## {table.name} ({place})", "", "```mermaid", "stateDiagram-v2", f"    [*] --> {table.initial}"]
    sources = {source for step in table.transitions for source in step.sources}
    for step in table.transitions:
        lines += [f"    {state} --> {step.target}: {step.event}" for state in table.states if state in step.sources]
    lines += [f"    {state} --> [*]" for state in table.states if state not in sources]
    lines += ["```", "", "| event | from | to | who |", "|---|---|---|---|"]
    for step in table.transitions:
        from_ = ", ".join(state for state in table.states if state in step.sources)
        lines.append(f"| {step.event} | {from_} | {step.target} | {', '.join(sorted(step.who))} |")
    return "\n".join(lines)


def contexts_page() -> str:
    """Return a page with the contexts and who imports whom."""
    edges = _context_edges()
    nodes = sorted({node for edge in edges for node in edge})
    lines = [
        "# Contexts",
        "",
        NOTE,
        "",
        "An arrow says: this context uses that one. It never points up.",
        "",
        "```mermaid",
    ]
    lines.append("flowchart TD")
    for floor in FLOORS:
        inside = [node for node in nodes if node.split(".")[0] == floor]
        if inside:
            lines.append(f"    subgraph {floor}")
            lines += [f"        {node.replace('.', '_')}[{node.split('.')[-1]}]" for node in inside]
            lines.append("    end")
    lines += [
        f"    {a.replace('.', '_')} --> {b.replace('.', '_')}" for a, b in sorted(edges) if _floor(a) != "interfaces"
    ]
    lines += ["```", "", "The faces use what lies below them:", "", "| face | uses |", "|---|---|"]
    for face in (node for node in nodes if _floor(node) == "interfaces"):
        used = sorted(b for a, b in edges if a == face and _floor(b) != "interfaces")
        lines.append(f"| {face.split('.')[-1]} | {', '.join(used)} |")
    return "\n".join(lines) + "\n"


def _floor(node: str) -> str:
    return node.partition(".")[0]


def _context_edges() -> Counter[tuple[str, str]]:
    graph = grimp.build_graph("hanse", cache_dir=None)
    edges: Counter[tuple[str, str]] = Counter()
    for module in graph.modules:
        for imported in graph.find_modules_directly_imported_by(module):
            pair = _context(module), _context(imported)
            if pair[0] and pair[1] and pair[0] != pair[1]:
                edges[pair[0], pair[1]] += 1
    return edges


def _context(module: str) -> str:
    """Return floor.context, the kernel as one, and nothing for what only holds the house together."""
    parts = module.split(".")[1:]
    if parts[:1] == ["kernel"]:
        return "kernel"
    if len(parts) < 2 or parts[0] not in FLOORS or parts[1] in {"apps", "models", "urls", "migrations"}:
        return ""
    return f"{parts[0]}.{parts[1]}"


def main(arguments: list[str]) -> int:
    """Write the maps, or with --check return 1 if one is out of date."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanse.config.settings")
    os.environ.setdefault("HANSE_DEMO", "1")
    django.setup()
    pages = {"states.md": states_page(), "contexts.md": contexts_page()}
    if "--check" in arguments:
        old = [name for name, text in pages.items() if not (MAPS / name).exists() or (MAPS / name).read_text() != text]
        print(*(f"docs/maps/{name} is out of date: run `make maps`" for name in old), sep="\n", end="\n" if old else "")
        return 1 if old else 0
    MAPS.mkdir(parents=True, exist_ok=True)
    for name, text in pages.items():
        (MAPS / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
