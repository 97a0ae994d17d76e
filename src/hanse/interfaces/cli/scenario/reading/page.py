"""One file as nodes that know their line, and the list of all that is wrong with it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from hanse.interfaces.cli.scenario.script import Spot

Part = TypeVar("Part")
Value = TypeVar("Value")
Other = TypeVar("Other")

Pair = tuple[str, Node, Node]
"""A key of a mapping: its text, its node, the node of its value."""

SHOWN = 60
"""So many characters of a wrong value are quoted."""


class Unreadable(Exception):
    """This part of the file cannot be read; what is wrong with it is noted already."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a file."""

    spot: Spot
    expected: str
    got: str
    column: int = 0

    def __str__(self) -> str:
        return f"{self.spot}: expected {self.expected}, got {self.got}"


class Page:
    """The file being read. What cannot be read is noted as a problem and reading goes on beside it."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Problem] = []

    def spot(self, node: Node) -> Spot:
        """Return where the node begins."""
        return Spot(self.file, node.start_mark.line + 1)

    def wrong(self, node: Node, expected: str, got: str | None = None) -> Unreadable:
        """Note a problem at the node and return the exception to raise, where reading cannot go on."""
        self.problems.append(
            Problem(self.spot(node), expected, shown(node) if got is None else got, node.start_mark.column)
        )
        return Unreadable()

    def pairs(self, node: Node, expected: str) -> list[Pair]:
        """Return (key, node of the key, node of the value) of a mapping; a key said twice is noted and left out."""
        if not isinstance(node, MappingNode):
            raise self.wrong(node, expected)
        found: dict[str, tuple[Node, Node]] = {}
        for key, value in node.value:
            if not isinstance(key, ScalarNode):
                self.wrong(key, "a key")
            elif key.value in found:
                first = self.spot(found[key.value][0])
                self.wrong(key, "each key once", f"{quoted(key.value)} again (first in line {first.line})")
            else:
                found[key.value] = (key, value)
        return [(name, key, value) for name, (key, value) in found.items()]

    def items(self, node: Node, expected: str) -> list[Node]:
        """Return the nodes of a list."""
        if not isinstance(node, SequenceNode):
            raise self.wrong(node, expected)
        return list(node.value)

    def scalar(self, node: Node, expected: str, read: Callable[[str], Value]) -> Value:
        """Return what `read` makes of the scalar's text; its ValueError says that the text is not what is expected."""
        if not isinstance(node, ScalarNode) or is_nothing(node):
            raise self.wrong(node, expected)
        try:
            return read(node.value)
        except ValueError:
            raise self.wrong(node, expected) from None

    def each(self, parts: Iterable[Part], read: Callable[[Part], Value]) -> tuple[Value, ...]:
        """Return what `read` makes of every part, without those that cannot be read."""
        found = []
        for part in parts:
            try:
                found.append(read(part))
            except Unreadable:
                continue
        return tuple(found)

    def fields(self, node: Node, what: str, known: Sequence[str]) -> "Fields":
        """Return the mapping's fields; keys that `what` does not have are noted."""
        return Fields(self, node, what, known, self.pairs(node, f"{what} (a mapping with the keys {', '.join(known)})"))


class Fields:
    """A mapping with known keys."""

    def __init__(self, page: Page, node: Node, what: str, known: Sequence[str], pairs: Iterable[Pair]) -> None:
        self.page, self.node, self.what = page, node, what
        self.nodes: dict[str, Node] = {}
        for name, key, value in pairs:
            if name in known:
                self.nodes[name] = value
            else:
                page.wrong(key, f"a key of {what} ({', '.join(known)})")

    def __contains__(self, name: str) -> bool:
        return name in self.nodes

    def may(self, name: str, read: Callable[[Node], Value], default: Other) -> Value | Other:
        """Return the value of a key that may be there."""
        if name not in self.nodes:
            return default
        try:
            return read(self.nodes[name])
        except Unreadable:
            return default

    def must(self, name: str, read: Callable[[Node], Value], stand_in: Other) -> Value | Other:
        """Return the value of a key that must be there; the stand-in goes on when it is not, so that all is read."""
        if name not in self.nodes:
            got = ", ".join(self.nodes) or "nothing"
            self.page.wrong(self.node, f"the key {name} in {self.what}", f"only {got}" if self.nodes else got)
        return self.may(name, read, stand_in)


def compose(page: Page, data: bytes) -> Node:
    """Return the root node of a file, or raise Unreadable where it is not YAML at all."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _not_yaml(page, line, "text in UTF-8", f"the byte 0x{data[error.start]:02x}") from None
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
    except RecursionError:
        raise _not_yaml(page, 1, "YAML of a reasonable depth", "thousands of levels") from None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _not_yaml(page, mark.line + 1 if mark else 1, "YAML", f"something else ({error.problem})") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise _not_yaml(page, line, "YAML", f"the character U+{ord(text[error.position]):04X}") from None
    if root is None:
        raise _not_yaml(page, 1, "a scenario", "an empty file")
    return root


def _not_yaml(page: Page, line: int, expected: str, got: str) -> Unreadable:
    page.problems.append(Problem(Spot(page.file, line), expected, got))
    return Unreadable()


def is_nothing(node: Node) -> bool:
    """Say whether the node is YAML's null, that is, nothing stands there."""
    return isinstance(node, ScalarNode) and node.tag == "tag:yaml.org,2002:null" and node.style is None


def shown(node: Node) -> str:
    """Describe a node for a message."""
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, SequenceNode):
        return "a list"
    return "nothing" if is_nothing(node) else quoted(str(node.value))


def printable(text: str) -> str:
    """Return a text from the file without what a terminal could not show, and not too long."""
    short = text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in short)


def quoted(text: str) -> str:
    """Quote a text from the file."""
    return f"'{printable(text)}'"
