"""Certificates as people read and send them: what they are called, and files looked at before they are kept."""

from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.utils.http import content_disposition_header
from django.utils.translation import get_language

from hanse.interfaces.web import pictures
from hanse.kernel.actor import STRANGER
from hanse.network.approvals.models import Requirement
from hanse.network.approvals.rules import LABELS
from hanse.network.parties.models import Paper
from hanse.network.parties.rules import LARGEST_PAPER, PAPER_KINDS, File, check_file


def label(item: str) -> str:
    """Return what a certificate is called in the reader's language."""
    if item in LABELS:
        return str(LABELS[item])
    for row in Requirement.objects.visible_to(STRANGER).filter(items__contains=[{"item": item}]).order_by("pk"):
        for one in row.items:
            if one["item"] == item:
                return str((one["label_en"] if get_language() == "en" else "") or one["label"])
    return item


def file_of(upload: "UploadedFile[Any]") -> File:
    """Return a certificate's file as it may be kept: a picture written anew, a PDF as it is.

    Raises what is wrong with it; a file that is too large is not even read.
    """
    raw = upload.read() if (upload.size or 0) <= LARGEST_PAPER else b""
    file = File(upload.name or "", raw)
    _name, kind = check_file(file)
    return file if kind == "pdf" else File(file.name, pictures.clean(raw).raw)


def answer(paper: Paper) -> HttpResponse:
    """Return the file to be saved, never to be opened within a page of ours."""
    response = HttpResponse(paper.content, content_type=PAPER_KINDS[paper.kind][1])
    response.headers["Content-Disposition"] = content_disposition_header(True, paper.name) or "attachment"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response
