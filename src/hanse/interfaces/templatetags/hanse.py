"""Money, numbers, moments, names and keys in templates, all for the reader's language."""

import secrets
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.numbers import format_currency, format_decimal, format_percent
from django import template
from django.conf import settings
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext

from hanse.interfaces.web import words
from hanse.kernel.money import WHOLE, plain

register = template.Library()


def locale() -> str:
    """Return the reader's locale in Babel's spelling."""
    return "zh_Hans_CN" if (get_language() or "zh").startswith("zh") else "en"


@register.filter
def money(amount: int | None, currency: str) -> str:
    """Write minor units as money: 1230 CNY is ¥12.30 in Chinese and CN¥12.30 in English."""
    if amount is None:
        return "–"
    if currency == "POINTS":
        return ngettext("%(count)s point", "%(count)s points", amount) % {"count": number(amount)}
    return format_currency(Decimal(plain(amount, currency)), currency, locale=locale())


@register.filter
def number(value: int) -> str:
    """Write a number with the reader's separators."""
    return format_decimal(value, locale=locale())


@register.filter
def percent(rate: int) -> str:
    """Write basis points as a percentage: 335 is 3.35%."""
    return format_percent(Decimal(rate) / WHOLE, "#,##0.##%", locale=locale())


@register.filter
def moment(at: datetime | None) -> str:
    """Write day and minute in the business zone."""
    return format_datetime(at, _MOMENT[locale()], ZoneInfo(settings.HANSE_ZONE), locale()) if at else "–"


@register.filter
def day(at: date | None) -> str:
    """Write the business day of a moment, or a day as it is."""
    local = at.astimezone(ZoneInfo(settings.HANSE_ZONE)) if isinstance(at, datetime) else at
    return format_date(local, "medium", locale()) if local else "–"


_MOMENT = {"zh_Hans_CN": "y年M月d日 HH:mm", "en": "d MMM y, HH:mm"}


@register.filter
def name(thing: Any) -> str:
    """Return the name of a party, product, SKU or category in the reader's language, else the one it has."""
    return said(thing, "name")


@register.filter
def summary(thing: Any) -> str:
    """Return the summary in the reader's language."""
    return said(thing, "summary")


@register.filter
def alt(picture: dict[str, str]) -> str:
    """Return what a picture shows, in the reader's language."""
    return (picture.get("alt_en") if locale() == "en" else None) or picture.get("alt", "")


def said(thing: Any, field: str) -> str:
    """Return a text that exists in two languages in the reader's, falling back to the owner's own."""
    english = getattr(thing, f"{field}_en", "") if locale() == "en" else ""
    return str(english or getattr(thing, field, ""))


@register.filter
def media(path: str) -> str:
    """Return the address of a stored file."""
    return f"{settings.MEDIA_URL}{path}"


@register.filter
def item(mapping: dict[Any, Any], key: Any) -> Any:
    """Look a key up in a mapping; None where there is none."""
    return mapping.get(key)


@register.simple_tag
def badge(value: str) -> SafeString:
    """Show a status as a coloured label."""
    return format_html('<span class="badge badge-{}">{}</span>', words.tone(value), words.status(value))


@register.filter
def event(value: str) -> str:
    """Say what happened."""
    return words.event(value)


@register.filter
def status(value: str) -> str:
    """Say a status in words alone."""
    return words.status(value)


@register.filter
def entry_kind(value: str) -> str:
    """Say what an entry of the books is about."""
    return words.entry(value)


@register.filter
def purpose(value: str) -> str:
    """Say what an account is for."""
    return words.purpose(value)


@register.filter
def kind(value: str) -> str:
    """Say what sort of party it is."""
    return words.kind(value)


@register.filter
def role(value: str) -> str:
    """Say what somebody is within a party."""
    return words.role(value)


@register.simple_tag
def key() -> SafeString:
    """Give a form the key that makes sending it twice the same as sending it once."""
    return format_html('<input type="hidden" name="key" value="{}">', secrets.token_urlsafe(18))


@register.simple_tag
def icon(symbol: str, css: str = "") -> SafeString:
    """Draw one symbol of our own sprite; it says nothing to a screen reader."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        css, static("hanse/icons.svg"), symbol,
    )  # fmt: skip
