"""The console's menu, and addresses of its pages in templates."""

from typing import Any

from django import template

from hanse.interfaces.console.kit.page import Page, desk_of
from hanse.interfaces.console.pages import menu

register = template.Library()


@register.inclusion_tag("console/kit/menu.html", takes_context=True)
def console_menu(context: dict[str, Any]) -> dict[str, Any]:
    """List the pages that are there for who looks, under their headings."""
    request = context["request"]
    desk = desk_of(request)
    sections = menu(desk) if desk else []
    parent = getattr(context.get("page"), "parent", None)
    paths = (request.path, parent.url() if isinstance(parent, Page) else "")
    addresses = [href for section in sections for href, page in section.pages if page.leads_to(href, paths)]
    return {"sections": sections, "here": max(addresses, key=len, default="")}


@register.filter
def address(page: Page, code: object) -> str:
    """Return the address of a page about the thing of that code."""
    return page.url(code)
