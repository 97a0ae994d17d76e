"""The stand-in's memory: documents in dictionaries, every change appended to a file that is read again at start."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from threading import RLock
from typing import Any, TypeVar


@dataclass(frozen=True, slots=True)
class Payment:
    """A payment: pending → processing → succeeded | failed; `due` is when the payer's bank will have decided."""

    ref: str
    reference: str
    amount: int
    currency: str
    title: str
    return_url: str
    expires_at: int
    created_at: int
    status: str = "pending"
    finished_at: int = 0
    due: float = 0
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refund:
    """Money of a payment on its way back: pending → succeeded | failed at `due`."""

    ref: str
    reference: str
    payment: str
    amount: int
    currency: str
    created_at: int
    due: float
    status: str = "pending"
    finished_at: int = 0
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Payout:
    """Money for somebody's bank account: pending → paid | failed at `due`, and paid → returned."""

    ref: str
    reference: str
    account: str
    amount: int
    currency: str
    created_at: int
    due: float
    status: str = "pending"
    finished_at: int = 0
    troubles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One notice to be delivered: waiting → delivered | given_up; copies of one notice share the id in their body."""

    ref: str
    body: str
    due: float
    status: str = "waiting"
    attempts: int = 0
    answer: str = ""


Document = Payment | Refund | Payout | Message
KINDS: dict[str, type[Document]] = {kind.__name__: kind for kind in (Payment, Refund, Payout, Message)}
Kind = TypeVar("Kind", Payment, Refund, Payout, Message)


class Journal:
    """All documents by kind and ref; whoever reads and then writes holds `lock` in between."""

    def __init__(self, path: Path) -> None:
        self.lock = RLock()
        self._documents: dict[str, dict[str, Any]] = {kind: {} for kind in KINDS}
        self._by_reference: dict[tuple[str, str], str] = {}
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists():
            self._load(path)
        self._file = self._rewrite(path)

    def put(self, document: Document) -> None:
        """Remember the document as it is now; it is in the file when this returns."""
        with self.lock:
            self._file.write(_line(document))
            self._file.flush()
            self._remember(document)

    def get(self, kind: type[Kind], ref: str) -> Kind | None:
        """Return the document that we call so."""
        with self.lock:
            found: Kind | None = self._documents[kind.__name__].get(ref)
            return found

    def of(self, kind: type[Kind], reference: str) -> Kind | None:
        """Return the document that the merchant calls so."""
        with self.lock:
            return self.get(kind, self._by_reference.get((kind.__name__, reference), ""))

    def all(self, kind: type[Kind]) -> list[Kind]:
        """Return every document of the kind, the oldest first."""
        with self.lock:
            return list(self._documents[kind.__name__].values())

    def close(self) -> None:
        """Let the file go."""
        with self.lock:
            self._file.close()

    def _remember(self, document: Document) -> None:
        kind = type(document).__name__
        self._documents[kind][document.ref] = document
        if not isinstance(document, Message):
            self._by_reference[kind, document.reference] = document.ref

    def _load(self, path: Path) -> None:
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                try:
                    kind, given = json.loads(line)
                except ValueError:  # the last line, cut off when the process was killed
                    continue
                if "troubles" in given:
                    given["troubles"] = tuple(given["troubles"])
                self._remember(KINDS[kind](**given))

    def _rewrite(self, path: Path) -> Any:
        """Write what is known now into a fresh file, put it in the old one's place and keep it open for more."""
        fresh = path.with_name(f".{path.name}.new")
        file = fresh.open("w", encoding="utf-8")
        file.writelines(_line(document) for known in self._documents.values() for document in known.values())
        file.flush()
        fresh.replace(path)
        return file


def _line(document: Document) -> str:
    return json.dumps([type(document).__name__, asdict(document)], ensure_ascii=False, separators=(",", ":")) + "\n"
