"""Letters for paper: Chinese and Latin ones side by side, escaped for ReportLab's paragraphs.

Without a font of its own (`HANSE_PDF_FONT`, a TrueType file that is then embedded) a document names STSong-Light, which
every PDF reader brings for simplified Chinese, and Helvetica for everything that it can write.
"""

from functools import cache
from itertools import groupby
from xml.sax.saxutils import escape

from django.conf import settings
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont

CHINESE, LATIN, STRONG = "STSong-Light", "Helvetica", "Helvetica-Bold"
OWN = "hanse-own"


@cache
def own_font(path: str) -> bool:
    """Register the fonts once for each setting, and say whether there is a font of our own."""
    pdfmetrics.registerFont(UnicodeCIDFont(CHINESE))
    if path:
        pdfmetrics.registerFont(TTFont(OWN, path))
    return bool(path)


def faces() -> tuple[str, str]:
    """Return the names of the plain and the strong font."""
    return (OWN, OWN) if own_font(settings.HANSE_PDF_FONT) else (LATIN, STRONG)


def marked(text: object) -> str:
    """Return a text as a paragraph takes it: escaped, line breaks kept, what is not Latin in the Chinese font."""
    said = "".join(char for char in str(text) if char.isprintable() or char == "\n")
    if own_font(settings.HANSE_PDF_FONT):
        return escape(said).replace("\n", "<br/>")
    runs = ((latin, escape("".join(run)).replace("\n", "<br/>")) for latin, run in groupby(said, _is_latin))
    return "".join(run if latin else f'<font name="{CHINESE}">{run}</font>' for latin, run in runs)


def _is_latin(char: str) -> bool:
    """Say whether Helvetica has the letter: what Windows' western code page has."""
    try:
        char.encode("cp1252")
    except UnicodeEncodeError:
        return False
    return True
