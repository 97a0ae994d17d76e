"""The console's menu, and addresses of its pages in templates."""

from typing import Any

from django import template

from hanse.interfaces.console.kit.page import Page, desk_of
from hanse.interfaces.console.pages import menu, tabs
from hanse.network.notices.queries import unread

register = template.Library()


@register.inclusion_tag("console/kit/menu.html", takes_context=True)
def console_menu(context: dict[str, Any]) -> dict[str, Any]:
    """List the pages that are there for who looks, under their headings."""
    request = context["request"]
    desk = desk_of(request)
    sections = menu(desk) if desk else []
    return {"sections": sections, "here": _here(context, [pair for section in sections for pair in section.pages])}


@register.inclusion_tag("console/tabs.html", takes_context=True)
def console_tabs(context: dict[str, Any]) -> dict[str, Any]:
    """List what a phone keeps at hand."""
    desk = desk_of(context["request"])
    found = tabs(desk) if desk else []
    return {"tabs": found, "here": _here(context, found)}


def _here(context: dict[str, Any], pages: list[tuple[str, Page]]) -> str:
    """Return the address of the entry under which the present page is, the longest if there are several."""
    parent = getattr(context.get("page"), "parent", None)
    paths = (context["request"].path, parent.url() if isinstance(parent, Page) else "")
    return max((href for href, page in pages if page.leads_to(href, paths)), key=len, default="")


@register.simple_tag(takes_context=True)
def unread_notices(context: dict[str, Any]) -> int:
    """Count what the party was told and nobody of it has read; 0 for whoever acts for no party."""
    desk = desk_of(context["request"])
    return unread(desk.actor) if desk else 0


@register.filter
def address(page: Page, code: object) -> str:
    """Return the address of a page about the thing of that code."""
    return page.url(code)
