"""What pages of the mall tell other machines."""

import json
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from hanse.interfaces.web.words import WHY_BACK

register = template.Library()
# Nothing in it can end the element that it stands in.
HARMLESS = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


@register.simple_tag
def ld(thing: dict[str, Any]) -> SafeString:
    """Write one thing as JSON-LD; it is data, which no browser runs and no content policy concerns."""
    text = json.dumps(thing, ensure_ascii=False).translate(HARMLESS)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308 - escaped above


@register.filter
def why_back(reason: str) -> str:
    """Say why money is asked back."""
    return str(WHY_BACK.get(reason, reason))
