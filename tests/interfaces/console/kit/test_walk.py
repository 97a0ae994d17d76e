"""Every page of the console as every role and as a stranger: what is not meant for them answers 403 or 404."""

import pytest
from django.utils import translation
from django.utils.html import escape

from hanse.interfaces.console.kit.page import Page
from hanse.interfaces.console.pages import PAGES
from tests.interfaces.web.faces import Mall, text

FLAT = [page for page in PAGES if "<" not in page.address]
WHO = {
    "factory": "supplier", "west": "wholesaler", "shop": "retailer", "ann": "consumer", "clerk": "retailer",
    "operator": "platform", "works": "enterprise", "lea": "leader",
}  # fmt: skip


@pytest.mark.parametrize("who", ["", *WHO])
def test_lists_and_forms_open_for_whom_they_are_meant(mall: Mall, who: str) -> None:
    mall.ordered()
    client = mall.client(who)
    permissions = _permissions(mall, who)
    for page in FLAT:
        answer = client.get(page.url())
        if not who:
            assert answer.status_code == 302, page.name
            assert "/sign-in/" in answer.headers["Location"]
        elif WHO[who] not in page.kinds:
            assert answer.status_code == 404, page.name
        elif (who, page.name) == ("ann", "money"):
            assert answer.status_code == 404, "a household that brought nobody has no money here"
        elif not permissions & set(page.needs) and who != "operator":
            assert answer.status_code == 403, page.name
        else:
            assert answer.status_code == 200, (page.name, text(answer)[:200])
            with translation.override("en"):
                assert escape(str(page.title)) in text(answer), page.name


def _permissions(mall: Mall, who: str) -> frozenset[str]:
    from hanse.network.access.queries import actor_for

    return actor_for(mall.users[who]).permissions if who else frozenset()


@pytest.mark.parametrize("page", FLAT, ids=lambda page: page.name)
def test_what_cannot_be_read_does_no_harm(mall: Mall, page: Page) -> None:
    who = next((one for one, kind in WHO.items() if kind in page.kinds), "operator")
    for odd in ("?q=%00", "?page=9999", "?page=x", "?sort=-password", "?status=nonsense&sort=&q=" + "x" * 300):
        assert mall.client(who).get(page.url() + odd).status_code == 200, odd
