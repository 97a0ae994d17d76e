"""What a lint looks at and what it reports."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath

# The floors that hold business, low to high; `kernel` below them is the ground and `interfaces` above them the faces.
BUSINESS_FLOORS = ("network", "goods", "value", "trade", "relations", "insight")


@dataclass(frozen=True, slots=True)
class Finding:
    """One offence: where it is and what to do instead."""

    path: str
    line: int
    message: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}"


@dataclass(frozen=True)
class Module:
    """One Python file of the repository, by its path from the root."""

    path: str
    text: str

    @classmethod
    def read(cls, root: Path, file: Path) -> "Module":
        """Return the module that lies in a file below the root."""
        return cls(file.relative_to(root).as_posix(), file.read_text(encoding="utf-8"))

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed text."""
        return ast.parse(self.text, filename=self.path)

    @cached_property
    def parts(self) -> tuple[str, ...]:
        """The folders and the file below `src/hanse`, or nothing for a file elsewhere."""
        parts = PurePosixPath(self.path).parts
        return parts[2:] if parts[:2] == ("src", "hanse") else ()

    @property
    def floor(self) -> str:
        """The floor that the file belongs to, or an empty text."""
        return self.parts[0] if len(self.parts) > 1 else ""

    @property
    def context(self) -> str:
        """The context inside the floor, or an empty text."""
        return self.parts[1] if len(self.parts) > 2 else ""

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return PurePosixPath(self.path).stem

    @property
    def is_migration(self) -> bool:
        """Whether Django wrote the file."""
        return "migrations" in self.parts

    @property
    def is_operation(self) -> bool:
        """Whether the file may write."""
        return "operations" in self.parts[:-1]

    @property
    def is_rules(self) -> bool:
        """Whether the file decides, and so must be pure."""
        return len(self.parts) > 2 and self.parts[2].removesuffix(".py") == "rules"

    @property
    def is_business(self) -> bool:
        """Whether the file belongs to a floor that holds business."""
        return self.floor in BUSINESS_FLOORS and not self.is_migration

    def at(self, node: ast.AST, message: str) -> Finding:
        """Return a finding at the place of a node."""
        return Finding(self.path, getattr(node, "lineno", 1), message)

    def calls(self) -> Iterator[tuple[ast.Call, str]]:
        """Yield every call of a method, with the method's name."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                yield node, node.func.attr

    def texts(self) -> Iterator[tuple[ast.expr, str]]:
        """Yield every literal text that is not a docstring; the holes of an f-string are left as spaces."""
        skipped = {id(node) for node in self._docstrings()}
        for node in ast.walk(self.tree):
            if isinstance(node, ast.JoinedStr):
                parts = [part.value if isinstance(part, ast.Constant) else " _ " for part in node.values]
                skipped.update(id(part) for part in node.values)
                yield node, "".join(str(part) for part in parts)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
                yield node, node.value

    def _docstrings(self) -> Iterator[ast.expr]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
                yield node.value


def chain(node: ast.expr) -> list[str]:
    """Return the names along `a.b(...).c(...)`, from left to right."""
    names: list[str] = []
    current: ast.expr = node
    while True:
        if isinstance(current, ast.Attribute):
            names.append(current.attr)
            current = current.value
        elif isinstance(current, ast.Call | ast.Subscript):
            current = current.func if isinstance(current, ast.Call) else current.value
        else:
            if isinstance(current, ast.Name):
                names.append(current.id)
            return names[::-1]
