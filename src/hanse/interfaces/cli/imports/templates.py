"""Files to begin with: the columns of a kind in the reader's language, with a row or two that show how."""

from typing import IO

from hanse.interfaces.cli.imports.columns import label
from hanse.interfaces.cli.imports.kinds import Kind
from hanse.interfaces.web.spreadsheets import writer


def columns_of(kind: Kind, *, owned: bool) -> list[str]:
    """Return the columns of a template; those that say whose it is are left out where that is known."""
    return [name for name in kind.columns if not (owned and name in kind.own)]


def write(kind: Kind, form: str, file: IO[bytes], *, owned: bool) -> None:
    """Write the template of a kind."""
    out, columns = writer(form, file), columns_of(kind, owned=owned)
    out.head([label(name) for name in columns])
    for row in kind.example:
        out.row([row.get(name, "") for name in columns])
    out.close()
