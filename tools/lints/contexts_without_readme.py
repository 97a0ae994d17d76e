"""Every context says on at most a page what it owns, promises, can do and announces."""

from collections.abc import Iterator
from pathlib import Path

from tools.lints.source import BUSINESS_FLOORS, Finding

LINES = 80
WANTED = "owns, promises (invariants), verbs, facts announced"


def find_in(root: Path) -> Iterator[Finding]:
    """Yield every context below the root whose README is missing or longer than a page."""
    for floor in BUSINESS_FLOORS:
        for folder in sorted((root / "src" / "hanse" / floor).glob("*/")):
            if not (folder / "__init__.py").exists() or folder.name == "migrations":
                continue
            page = folder / "README.md"
            shown = page.relative_to(root).as_posix()
            if not page.exists():
                yield Finding(shown, 1, f"a context without a README: write {WANTED}")
            elif len(page.read_text(encoding="utf-8").splitlines()) > LINES:
                yield Finding(shown, LINES, f"longer than a page of {LINES} lines: {WANTED}, and no more")
