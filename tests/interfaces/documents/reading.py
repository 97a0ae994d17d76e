"""Reading a PDF back: what stands on its pages, and the pages as pictures."""

import re
from typing import Any

import pypdfium2


def pages(answer: Any) -> list[str]:
    """Return the text of every page, white space made single."""
    document = pypdfium2.PdfDocument(answer.content if hasattr(answer, "content") else answer)
    return [re.sub(r"\s+", " ", page.get_textpage().get_text_bounded()) for page in document]


def ink(answer: Any) -> float:
    """Return which share of the first page is not white."""
    picture = pypdfium2.PdfDocument(answer.content)[0].render(scale=1).to_pil().convert("L")
    return float(sum(picture.histogram()[:200]) / (picture.width * picture.height))
