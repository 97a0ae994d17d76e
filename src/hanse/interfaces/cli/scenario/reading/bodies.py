"""The body of one step: what stands under its first key, or beside it."""

from dataclasses import dataclass

from yaml.nodes import MappingNode, Node, ScalarNode

from hanse.interfaces.cli.scenario.reading.page import Fields, Page, Pair, is_nothing, printable

COMMON = ("by", "key", "refused")
"""Keys that any step may carry."""


@dataclass(frozen=True, slots=True)
class Body:
    """A step such as `pay: o1` with what stands beside it, or such as `expect: {…}` with what stands within it."""

    page: Page
    kind: str
    node: Node
    head: Node
    beside: tuple[Pair, ...]

    @property
    def what(self) -> str:
        """Name the step for messages."""
        return f"a {self.kind} step" if self.kind[0] not in "aeiou" else f"an {self.kind} step"

    @property
    def summary(self) -> str:
        """Return the step in a few words for the report."""
        if isinstance(self.head, ScalarNode) and not is_nothing(self.head):
            return f"{self.kind} {printable(self.head.value)}"
        keys = self.within() if isinstance(self.head, MappingNode) or is_nothing(self.head) else ()
        return f"{self.kind} {printable(', '.join(name for name, _, _ in keys))}".rstrip()

    def fields(self, *keys: str) -> Fields:
        """Return the fields beside the head."""
        said = self.page.pairs(self.node, self.what)
        return Fields(self.page, self.node, self.what, (self.kind, *keys, *COMMON), said)

    def within(self) -> tuple[Pair, ...]:
        """Return the pairs under the head, or those beside it where nothing stands under it."""
        if is_nothing(self.head):
            return self.beside
        pairs = tuple(self.page.pairs(self.head, f"a mapping under {self.kind}"))
        for _, key, _ in self.beside:
            self.page.wrong(key, f"a key of {self.what} ({', '.join((self.kind, *COMMON))})")
        return pairs

    def inner_fields(self, *keys: str) -> Fields:
        """Return the fields within the step."""
        return Fields(self.page, self.node, self.what, keys, self.within())
