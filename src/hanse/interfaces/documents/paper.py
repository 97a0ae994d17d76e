"""A sheet of paper: a head, facts, tables, sums and a foot with page numbers, laid out on A4 by ReportLab."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from reportlab.graphics.barcode.code128 import Code128
from reportlab.lib.colors import HexColor
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from hanse.interfaces.documents.letters import faces, marked

WIDTH = A4[0] - 36 * mm
LINE, INK, SOFT, SHADE = HexColor("#c9d3d6"), HexColor("#16262b"), HexColor("#55676d"), HexColor("#eef3f4")
Said = str | Promise


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: heads with their share of the width, rows of texts; `ends` are the columns of numbers."""

    heads: Sequence[tuple[Said, int]]
    rows: Sequence[Sequence[object]]
    ends: frozenset[int] = frozenset()
    title: Said = ""


@dataclass(frozen=True, slots=True)
class Paper:
    """One document: what it is, its number, who it is from and for, what it says."""

    title: Said
    number: str = ""
    sides: Sequence[tuple[Said, Sequence[object]]] = ()
    facts: Sequence[tuple[Said, object]] = ()
    grids: Sequence[Grid] = ()
    sums: Sequence[tuple[Said, object]] = ()
    notes: Sequence[object] = field(default=())


def printed(papers: Sequence[Paper]) -> bytes:
    """Return the documents as one PDF, each on pages of its own; laid out twice, to know how many they are."""
    _raw, pages = _built(papers, 0)
    return _built(papers, pages)[0]


def _built(papers: Sequence[Paper], pages: int) -> tuple[bytes, int]:
    """Lay the documents out, and return them with the number of their pages; each page says which of how many it is."""
    file = BytesIO()
    document = SimpleDocTemplate(
        file, pagesize=A4, leftMargin=18 * mm, rightMargin=18 * mm, topMargin=16 * mm, bottomMargin=18 * mm,
        title=" · ".join(dict.fromkeys(f"{paper.title} {paper.number}".strip() for paper in papers[:3])),
        lang=get_language() or "", invariant=1,
    )  # fmt: skip
    story: list[Any] = []
    for paper in papers:
        story += [*([PageBreak()] if story else []), *_laid_out(paper)]

    def foot(canvas: Canvas, _document: object) -> None:
        said = _("Page %(page)d of %(pages)d") % {"page": canvas.getPageNumber(), "pages": pages}
        line = Paragraph(marked(said), _style(8, textColor=SOFT, alignment=TA_RIGHT))
        line.wrapOn(canvas, WIDTH, 10 * mm)
        line.drawOn(canvas, 18 * mm, 9 * mm)

    document.build(story, onFirstPage=foot, onLaterPages=foot)
    return file.getvalue(), document.page


def _style(size: float, **more: Any) -> ParagraphStyle:
    plain, strong = faces()
    font = strong if more.pop("strong", False) else plain
    said = {"fontSize": size, "leading": size * 1.4, "textColor": INK, "wordWrap": "CJK", **more}
    return ParagraphStyle("hanse", fontName=font, **said)


def _laid_out(paper: Paper) -> list[Any]:
    """Return the parts of one document from top to bottom."""
    found: list[Any] = [_head(paper), Spacer(0, 5 * mm)]
    if paper.sides:
        found += [_sides(paper.sides), Spacer(0, 4 * mm)]
    if paper.facts:
        found += [_facts(paper.facts), Spacer(0, 4 * mm)]
    for grid in paper.grids:
        if grid.title:
            found.append(
                Paragraph(marked(grid.title), _style(11, strong=True, spaceBefore=4, spaceAfter=4, keepWithNext=1))
            )
        found += [_table(grid), Spacer(0, 4 * mm)]
    if paper.sums:
        found += [_sums(paper.sums), Spacer(0, 4 * mm)]
    return found + [Paragraph(marked(note), _style(9, textColor=SOFT, spaceAfter=4)) for note in paper.notes]


def _head(paper: Paper) -> Table:
    title = Paragraph(marked(paper.title), _style(18, strong=True))
    if not paper.number:
        return Table([[title]], colWidths=[WIDTH], style=[("LEFTPADDING", (0, 0), (-1, -1), 0)])
    bars = Code128(paper.number, barHeight=9 * mm, barWidth=0.28 * mm, quiet=0)
    number = Paragraph(marked(paper.number), _style(10, alignment=TA_RIGHT))
    bars.hAlign = "RIGHT"
    style = TableStyle([
        ("LEFTPADDING", (0, 0), (-1, -1), 0), ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
    ])  # fmt: skip
    return Table([[title, [bars, number]]], colWidths=[WIDTH - 70 * mm, 70 * mm], style=style)


def _sides(sides: Sequence[tuple[Said, Sequence[object]]]) -> Table:
    """Lay out who it is from and whom it is for, beside each other."""
    small, plain = _style(8, textColor=SOFT), _style(10)
    row = [
        [Paragraph(marked(label), small), *(Paragraph(marked(line), plain) for line in lines if str(line).strip())]
        for label, lines in sides
    ]
    style = TableStyle([
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("BOX", (0, 0), (-1, -1), 0.5, LINE),
        ("INNERGRID", (0, 0), (-1, -1), 0.5, LINE), ("TOPPADDING", (0, 0), (-1, -1), 5),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 7),
    ])  # fmt: skip
    return Table([row], colWidths=[WIDTH / len(row)] * len(row), style=style)


def _facts(facts: Sequence[tuple[Said, object]]) -> Table:
    small, plain = _style(9, textColor=SOFT), _style(9)
    rows = [[Paragraph(marked(label), small), Paragraph(marked(text), plain)] for label, text in facts]
    style = TableStyle([("LEFTPADDING", (0, 0), (-1, -1), 0), ("TOPPADDING", (0, 0), (-1, -1), 1),
                        ("BOTTOMPADDING", (0, 0), (-1, -1), 1), ("VALIGN", (0, 0), (-1, -1), "TOP")])  # fmt: skip
    return Table(rows, colWidths=[38 * mm, WIDTH - 38 * mm], style=style)


def _table(grid: Grid) -> Table:
    """Lay out a table whose head stands on every page that it reaches."""
    heads = [_cell(label, 8, end=i in grid.ends, textColor=SOFT) for i, (label, _share) in enumerate(grid.heads)]
    rows = [[_cell(text, 9, end=i in grid.ends) for i, text in enumerate(row)] for row in grid.rows]
    whole = sum(share for _label, share in grid.heads)
    style = TableStyle([
        ("BACKGROUND", (0, 0), (-1, 0), SHADE), ("LINEBELOW", (0, 0), (-1, -1), 0.5, LINE),
        ("VALIGN", (0, 0), (-1, -1), "TOP"), ("TOPPADDING", (0, 0), (-1, -1), 3),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
    ])  # fmt: skip
    widths = [WIDTH * share / whole for _label, share in grid.heads]
    return Table([heads, *rows], colWidths=widths, repeatRows=1, style=style)


def _cell(text: object, size: float, *, end: bool, **more: Any) -> Paragraph:
    return Paragraph(marked(text), _style(size, **({"alignment": TA_RIGHT} if end else {}), **more))


def _sums(sums: Sequence[tuple[Said, object]]) -> Table:
    """Lay out sums at the right; the last is the total."""
    last = len(sums) - 1
    rows = [
        [
            Paragraph(marked(label), _style(10, strong=i == last, alignment=TA_RIGHT)),
            Paragraph(marked(text), _style(10, strong=i == last, alignment=TA_RIGHT)),
        ]
        for i, (label, text) in enumerate(sums)
    ]
    style = TableStyle([
        ("LINEABOVE", (0, last), (-1, last), 0.8, INK), ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ])  # fmt: skip
    return Table(rows, colWidths=[45 * mm, 40 * mm], hAlign="RIGHT", style=style)
