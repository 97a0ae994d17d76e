"""Pictures in pages: of every picture the copy that fits, in the best format that the browser reads."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from hanse.interfaces.templatetags.hanse import media
from hanse.interfaces.web.keeping import FORMATS, read

register = template.Library()
SIZES = {
    "card": "(min-width: 1000px) 240px, (min-width: 640px) 30vw, 46vw",
    "large": "(min-width: 900px) 560px, 100vw",
    "wide": "(min-width: 1240px) 1200px, 100vw",
    "thumb": "120px",
    "small": "72px",
}
"""How large a picture is shown where, as the browser wants to know it before it knows the styles."""


@register.simple_tag
def picture(path: str, alt: str = "", size: str = "card", *, first: Any = False, **attrs: Any) -> SafeString:
    """Show a picture (its path below the media folder); all but the `first` ones wait until they come into sight."""
    kept = read(path)
    width, height = (kept.width, kept.height) if kept else (800, 800)
    said = {
        "src": media(kept.fallback if kept else path), "alt": alt, "width": width, "height": height,
        **({"fetchpriority": "high"} if first else {"loading": "lazy"}), "decoding": "async",
        **{name.replace("_", "-"): value for name, value in attrs.items()},
    }  # fmt: skip
    image = format_html("<img{}>", format_html_join("", ' {}="{}"', said.items()))
    if kept is None:
        return image
    sources = format_html_join(
        "",
        '<source type="image/{}" srcset="{}" sizes="{}">',
        (
            (kind, ", ".join(f"{media(where)} {wide}w" for where, wide in kept.copies(kind)), SIZES[size])
            for kind in FORMATS
        ),
    )
    return format_html("<picture>{}{}</picture>", sources, image)


@register.filter
def largest(path: str) -> str:
    """Return the address of the largest copy that every browser reads."""
    kept = read(path)
    return media(kept.fallback if kept else path)
