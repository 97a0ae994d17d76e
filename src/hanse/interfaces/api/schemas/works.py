"""Long work: what is asked for, how far it is."""

from typing import Annotated

from pydantic import Field

from hanse.interfaces.api.schemas.words import Actions, At, Code, In, Out, Rate, Status, Whole, one_word_of
from hanse.interfaces.cli.imports.kinds import KINDS as ROWS
from hanse.interfaces.cli.imports.recognising import AUTO, ENCODINGS
from hanse.interfaces.jobs.works.kinds import KINDS
from hanse.interfaces.jobs.works.listing import MOST
from hanse.interfaces.jobs.works.models import WORK
from hanse.interfaces.web.spreadsheets import CSV, FORMATS

RowKind = Annotated[str, one_word_of(sorted(ROWS))]
Form = Annotated[str, one_word_of(FORMATS)]
FileName = Annotated[
    str, Field(min_length=1, max_length=200, pattern=r"^[^\u0000-\u001f\u007f/\\]+$", examples=["goods.xlsx"])
]


class ImportAsked(In):
    """Which rows the file holds, and how it is to be taken."""

    kind: RowKind
    name: FileName = "rows.csv"
    encoding: Annotated[str, one_word_of((AUTO, *ENCODINGS))] = AUTO
    submit: Annotated[bool, Field(description="Submit new goods for review at once.", examples=[False])] = False
    whole: Annotated[bool, Field(description="All rows or none; not for shipments.", examples=[False])] = False


class TemplateAsked(In):
    """For which rows, and in which form."""

    kind: RowKind
    form: Form = CSV


class ExportIn(In):
    """Which list of the console is to be written, narrowed down by which of its filters."""

    list: Annotated[str, Field(max_length=60, pattern=r"^[a-z-]+$", examples=["offers"])]
    query: Annotated[
        str,
        Field(max_length=1000, pattern=r"^[!-~]*$", description="As in the address of the list.", examples=["q=tee"]),
    ] = ""
    form: Form = CSV


class ListingIn(In):
    """Which offers of others are to be listed in one's own name, at which margin on their cost."""

    offers: Annotated[list[Code], Field(min_length=1, max_length=MOST, examples=[["F-7K2M9-QX4TD"]])]
    margin: Rate
    audience: Annotated[str, one_word_of(("public", "partners"))] = "public"


class SettlementRunIn(In):
    """Nothing is to be said about it: what is due is done."""


class WorkFilter(In):
    """Which works are wanted."""

    kind: Annotated[str | None, one_word_of(sorted(KINDS))] = None
    status: Annotated[str | None, one_word_of(WORK.states)] = None


class Work(Out):
    """Long work. `total` is 0 while nobody knows how much there is to do."""

    code: Code
    kind: Annotated[str, Field(examples=["import-products"])]
    status: Status
    name: Annotated[str, Field(description="The file that was brought.", examples=["goods.xlsx"])]
    done: Whole
    total: Whole
    good: Annotated[int, Field(description="Rows that went in, or were written.", examples=[98])]
    known: Annotated[int, Field(description="Rows that were there before.", examples=[0])]
    bad: Annotated[int, Field(description="Rows that did not go in.", examples=[2])]
    message: Annotated[str, Field(examples=["Everything is in."])]
    files: Annotated[list[str], Field(description="What can be downloaded.", examples=[["errors"]])]
    created_at: At
    finished_at: At | None
    actions: Actions
