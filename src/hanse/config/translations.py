"""Compiled message catalogues: made where they are needed, so that neither gettext nor stale files are required."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

LOCALES = Path(__file__).resolve().parents[1] / "interfaces" / "locale"


def compile_catalogues(folder: Path = LOCALES) -> list[Path]:
    """Compile every catalogue whose text is newer than its compiled form and return those that were compiled."""
    return [source for source in sorted(folder.glob("*/LC_MESSAGES/*.po")) if _compile(source)]


def _compile(source: Path) -> bool:
    target = source.with_suffix(".mo")
    if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
        return False
    with source.open("rb") as text:
        catalogue = read_po(text)
    # Written aside and renamed: two processes that start at once must not read half a file.
    unfinished = target.with_suffix(".mo.part")
    with unfinished.open("wb") as compiled:
        write_mo(compiled, catalogue)
    unfinished.replace(target)
    return True
