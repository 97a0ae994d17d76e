"""A mall whose people ask for long work, and a worker that does it."""

from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from django.core.files.storage import storages
from openpyxl import Workbook, load_workbook
from PIL import Image
from procrastinate.contrib.django.models import ProcrastinateJob
from pytest_django import Settings

from hanse.interfaces.jobs.works import running, store
from hanse.interfaces.jobs.works.kinds import KINDS
from hanse.interfaces.jobs.works.models import Work
from hanse.interfaces.jobs.works.operations.begin import TASK, begin
from hanse.kernel import clock
from hanse.network.access.queries import actor_for
from tests.interfaces.web.faces import Mall, made

GOODS = "product,sku,name,variant,weight_g\nhat,hat-s,Hat,S,100\nhat,hat-m,,M,110\nbag,bag,Bag,,300\n"


@dataclass
class Works:
    """Asks for works and does them."""

    mall: Mall

    def ask(self, kind: str, who: str, content: bytes | str = "", name: str = "rows.csv", **given: Any) -> Work:
        """Ask for some work; with content for one with a file."""
        actor = actor_for(self.mall.users[who])
        raw = content.encode() if isinstance(content, str) else content
        source = store.keep_upload(BytesIO(raw), who) if raw else ""
        key = f"ask-{Work.objects.count()}-{name}"
        language = given.pop("language", "en")
        code = begin(
            key=key, at=clock.now(), by=actor, kind=kind, given=given, language=language, source=source,
            source_name=name,
        )  # fmt: skip
        return Work.objects.get(code=code)

    def do(self, work: Work) -> Work:
        """Let a worker do it for as long as it takes."""
        for _turn in range(100):
            running.run(work.code, KINDS)
            work.refresh_from_db()
            if work.is_over:
                return work
        raise AssertionError(f"{work.kind} does not end: {work.status}")

    def bring(self, kind: str, who: str, content: bytes | str, name: str = "rows.csv", **given: Any) -> Work:
        """Import a file."""
        return self.do(self.ask(f"import-{kind}", who, content, name, **given))

    def jobs(self) -> list[Any]:
        """Return the jobs that wait for a worker."""
        return list(ProcrastinateJob.objects.filter(task_name=TASK, status="todo").order_by("pk"))


def counts(work: Work) -> tuple[str, int, int, int]:
    """Return what became of the rows: went in, were there, did not."""
    return work.status, work.good, work.known, work.bad


def faulty(work: Work) -> str:
    """Return the file of what did not go in."""
    with store.opened(work.errors) as file:
        return file.read().decode("utf-8-sig")


def book(*rows: list[Any]) -> bytes:
    """Return a workbook of these rows."""
    made, file = Workbook(), BytesIO()
    sheet: Any = made.active
    for row in rows:
        sheet.append(row)
    made.save(file)
    return file.getvalue()


def read_book(raw: bytes) -> list[list[Any]]:
    """Return the rows of a workbook."""
    sheet: Any = load_workbook(BytesIO(raw)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def pack(**files: bytes | str) -> bytes:
    """Return an archive of these files; `__` in a name stands for the dot."""
    file = BytesIO()
    with ZipFile(file, "w") as packed:
        for name, content in files.items():
            packed.writestr(name.replace("__", "."), content)
    return file.getvalue()


def picture(colour: str = "red") -> bytes:
    """Return a small picture with a comment in it."""
    file = BytesIO()
    Image.new("RGB", (40, 30), colour).save(file, "JPEG", comment=b"secret")
    return file.getvalue()


@pytest.fixture
def private(settings: Settings, tmp_path: Path) -> Path:
    """Return the folder in which files of works lie."""
    where = tmp_path / "private"
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": where}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    settings.MEDIA_ROOT = tmp_path / "media"
    assert Path(storages["private"].location) == where  # type: ignore[attr-defined]
    return where


@pytest.fixture
def works(db: None, settings: Settings, private: Path) -> Works:
    """Return a mall with a worker."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return Works(made())
