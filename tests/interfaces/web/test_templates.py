"""Templates obey the content policy, and every text in them and in the code is translated."""

import re
from pathlib import Path

import pytest
from django.template import loader
from django.utils import translation

from hanse.interfaces.templatetags import hanse as tags
from hanse.interfaces.web import words
from hanse.interfaces.web.middleware import content_policy
from hanse.trade.orders.models import ORDER
from hanse.value.books.rules import PURPOSES
from tools import messages

TEMPLATES = sorted((messages.SOURCE / "interfaces" / "templates").rglob("*.html"))
SPOKEN = re.compile(
    r"{%\s*(?:block)?trans(?:late)?\b.*?%}(?:.*?{%\s*endblocktrans(?:late)?\s*%})?"
    r"|{%.*?%}|{{.*?}}|{#.*?#}|<!--.*?-->|<[^>]*>|&\w+;",
    re.DOTALL,
)
READ_ALOUD = re.compile(r"""\s(?:aria-label|placeholder|title|alt)="([^"{]*\w[^"{]*)["{]""")
BLOCK = re.compile(r"{%\s*blocktrans(?:late)?\b.*?%}.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
# A language is named in itself; the rest are codes that are the same everywhere.
SAME_EVERYWHERE = {
    "CSV",
    "XLSX",
    "中文",
    "English",
    "bad_request",
    "not_allowed",
    "not_found",
    "csrf",
    "internal",
    "too_often",
}


@pytest.mark.parametrize(
    "path", sorted(messages.LOCALES.glob("*/LC_MESSAGES/django.po")), ids=lambda path: path.parts[-3]
)
def test_everything_is_translated(path: Path) -> None:
    assert messages.missing(path) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_says_anything_untranslated(path: Path) -> None:
    source = BLOCK.sub("", path.read_text(encoding="utf-8")).replace("{% block body %}at-desk", "")
    left = {word for word in re.split(r"[\s·×−–›/=:]+", SPOKEN.sub(" ", source)) if re.search(r"[^\W\d_]", word)}
    assert left <= SAME_EVERYWHERE
    assert READ_ALOUD.findall(source) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_breaks_the_content_policy(path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not re.search(r"\sstyle\s*=|<style|\son\w+\s*=|javascript:|hx-on", source)
    assert all("src=" in script for script in re.findall(r"<script[^>]*>", source))
    assert "|safe" not in source
    assert "autoescape off" not in source


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_form_that_changes_something_is_protected(path: Path) -> None:
    for form in re.findall(r"<form[^>]*method=\"post\".*?</form>", path.read_text(encoding="utf-8"), re.DOTALL):
        assert "{% csrf_token %}" in form
        if not re.search(r"sign-out|sign_in|act-for|set_language", form) and path.name != "sign_in.html":
            assert "{% key %}" in form or 'name="key"' in form


def test_templates_are_small() -> None:
    for path in TEMPLATES:
        assert len(path.read_text(encoding="utf-8").splitlines()) <= 60, path


def test_there_are_words_for_every_status_and_purpose() -> None:
    assert set(ORDER.states) <= set(words.STATUS)
    assert {step.event for step in ORDER.transitions} <= set(words.EVENT)
    assert set(PURPOSES) <= set(words.PURPOSE)
    assert words.status("unheard-of") == "unheard-of"


@pytest.mark.parametrize(
    ("language", "amount", "currency", "shown"),
    [
        ("zh-hans", 1230, "CNY", "¥12.30"),
        ("en", 1230, "CNY", "CN¥12.30"),
        ("en", -1230, "CNY", "-CN¥12.30"),
        ("zh-hans", 123_456_789, "CNY", "¥1,234,567.89"),
        ("en", 500, "JPY", "¥500"),
        ("zh-hans", 5, "KWD", "KWD0.005"),
        ("en", 1, "POINTS", "1 point"),
        ("en", 1200, "POINTS", "1,200 points"),
        ("zh-hans", 1200, "POINTS", "1,200 积分"),
        ("en", None, "CNY", "–"),
    ],
)
def test_money_as_the_reader_writes_it(language: str, amount: int | None, currency: str, shown: str) -> None:
    with translation.override(language):
        assert tags.money(amount, currency) == shown


def test_percentages() -> None:
    with translation.override("en"):
        assert [tags.percent(rate) for rate in (500, 335, 10_000)] == ["5%", "3.35%", "100%"]


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_page_for_our_own_faults_needs_nothing_but_itself(language: str) -> None:
    with translation.override(language):
        page = loader.get_template("500.html").render()
    assert ("Something broke" in page) == (language == "en")
    assert "internal" in page


def test_the_policy_lets_forms_lead_on_to_the_gateway_alone() -> None:
    assert "form-action 'self' https://pay.example;" in content_policy("https://pay.example/some/page")
    assert "form-action 'self';" in content_policy("")
