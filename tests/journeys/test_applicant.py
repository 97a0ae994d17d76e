"""An operator turns an applicant down; the applicant reads why, mends it, submits again and is let in."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, expect

from hanse.network.approvals.models import Approval
from hanse.network.parties.models import Party
from tests.interfaces.web.faces import PASSWORD, Mall
from tests.journeys.test_browser import DESK, PHONE, Visitor, chromium, mall

__all__ = ["chromium", "mall"]  # fixtures, used by their names

ADDRESS = "/business/leader/"


def sign_in(visitor: Visitor, who: str, onward: str) -> None:
    """Sign somebody in, on the way to a page."""
    page = visitor.page
    page.goto(f"/sign-in/?next={onward}")
    page.fill("[name=sign_in]", f"{who}@example.com")
    page.fill("[name=password]", PASSWORD)
    page.click("form:has([name=sign_in]) button")
    page.wait_for_url(lambda url: "sign-in" not in url)


def test_an_operator_rejects_and_then_approves_an_applicant(
    mall: Mall, live_server: Any, chromium: Browser, tmp_path: Path
) -> None:
    base = live_server.url
    paper = tmp_path / "identity.pdf"
    paper.write_bytes(b"%PDF-1.7\n%%EOF")
    bob = Visitor(chromium, base, PHONE, "en-US")
    operator = Visitor(chromium, base, DESK, "en-US")
    sign_in(bob, "bob", ADDRESS)
    bob.page.fill("[name=name]", "Bob's circle")
    bob.page.fill("[name=legal_name]", "Bob Builder")
    bob.page.click("form.card button:has-text('Submit the application')")
    expect(bob.page.locator(".field-error").first).to_be_visible()
    assert bob.page.input_value("[name=legal_name]") == "Bob Builder"
    bob.page.set_input_files("[name=representative_identity-file]", str(paper))
    bob.page.click("form.card button:has-text('Submit the application')")
    expect(bob.page.get_by_text("Somebody looks at it")).to_be_visible()
    code = Approval.objects.get(kind="onboarding").code
    sign_in(operator, "operator", f"/console/approvals/{code}/")
    operator.page.click("summary:has-text('Turn down')")
    operator.page.fill("[name=reasons]", "The picture is blurred")
    operator.page.click("form[action*='reject'] button")
    expect(operator.page.get_by_text("The picture is blurred").first).to_be_visible()
    bob.page.goto(f"/business/applications/{code}/")
    expect(bob.page.get_by_text("The picture is blurred")).to_be_visible()
    bob.page.set_input_files("[name=representative_identity-file]", str(paper))
    bob.page.click("button:has-text('Submit again')")
    expect(bob.page.get_by_text("Somebody looks at it").first).to_be_visible()
    operator.page.goto(f"/console/approvals/{code}/")
    operator.page.click("form[action*='tick'] button")
    operator.page.click("summary:has-text('Approve')")
    operator.page.click("form[action*='approve'] button")
    expect(operator.page.get_by_text("Approved").first).to_be_visible()
    bob.page.goto(f"/business/applications/{code}/")
    bob.page.click("button:has-text('To the console')")
    expect(bob.page).to_have_url(f"{base}/console/")
    assert Party.objects.get(name="Bob's circle").status == "active"
    complaints = [one for one in bob.complaints + operator.complaints if "422" not in one and "404" not in one]
    assert complaints == []
    for visitor in (bob, operator):
        visitor.context.close()
