"""What two parties agree on, as a form: a field for each term, empty where the farther layer decides."""

from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hanse.interfaces.console.kit.forms import CURRENCY, ConsoleForm, MoneyField, PeriodField, RateField, choice, text
from hanse.interfaces.console.kit.page import Ask
from hanse.interfaces.templatetags.hanse import locale, money, percent
from hanse.network.parties.rules import DAY, TERMS

LABELS: Mapping[str, Any] = {
    "pay": _("Payment"),
    "limit": _("Credit limit"),
    "period": _("Days of credit"),
    "level": _("Price level"),
    "hold": _("Unpaid orders are kept for"),
    "urgent_fee": _("Surcharge for urgent orders"),
    "ship_within": _("To be shipped within"),
    "sender": _("Sender on delivery notes"),
    "platform_fee": _("Platform fee"),
    "auto_receive": _("Received by itself after"),
    "return_window": _("Return window"),
    "settlement": _("Settlement"),
    "point_value": _("Value of a point"),
    "advance": _("Advanced at most"),
}
SENDERS = {"shop": _("the shop that sold"), "shipper": _("the party that ships")}
WAYS = {"prepaid": _("in advance"), "credit": _("on account")}
CYCLES = {"day": _("every day"), "week": _("every week"), "month": _("every month")}
PERIOD = _("Such as 15m, 36h or 7d.")


class TermsForm(ConsoleForm):
    """The terms that a seller sets for its partners."""

    blames = {name: name for name in TERMS}

    pay = choice(LABELS["pay"], [("", _("as usual")), *WAYS.items()], required=False)
    limit = MoneyField(label=LABELS["limit"], required=False)
    period = PeriodField(label=LABELS["period"], required=False, help_text=PERIOD)
    level = text(LABELS["level"], 40, required=False)
    hold = PeriodField(label=LABELS["hold"], required=False, help_text=PERIOD)
    urgent_fee = MoneyField(
        label=LABELS["urgent_fee"], required=False, help_text=_("Empty: no urgent orders are taken, 0: at no cost."),
    )  # fmt: skip
    ship_within = PeriodField(label=LABELS["ship_within"], required=False, help_text=PERIOD)
    sender = choice(LABELS["sender"], [("", _("as usual")), *SENDERS.items()], required=False)


class PlatformTerms(TermsForm):
    """All terms, those that are the platform's to set included."""

    platform_fee = RateField(label=LABELS["platform_fee"], required=False, help_text=_("Such as 5% or 3.35%."))
    auto_receive = PeriodField(label=LABELS["auto_receive"], required=False, help_text=PERIOD)
    return_window = PeriodField(label=LABELS["return_window"], required=False, help_text=PERIOD)
    settlement = forms.CharField(
        label=LABELS["settlement"], required=False, max_length=60,
        help_text=_("day, week or month; or days of the month, such as 15, 31."),
    )  # fmt: skip
    point_value = MoneyField(label=LABELS["point_value"], required=False, least=1)
    advance = MoneyField(
        label=LABELS["advance"], required=False,
        help_text=_("How far payouts may go beyond the cash that came in for them; empty: as usual, without a bound."),
    )  # fmt: skip

    def clean_settlement(self) -> Any:
        """Read the cycle."""
        said = str(self.cleaned_data["settlement"]).strip()
        if not said or said in CYCLES:
            return {"every": said} if said else None
        days = [part.strip() for part in said.replace("，", ",").split(",")]
        if all(day.isascii() and day.isdecimal() and 1 <= int(day[:3]) <= 31 for day in days):
            return {"days": sorted({int(day) for day in days})}
        raise forms.ValidationError(_("day, week or month; or days of the month, such as 15, 31."))


def said(ask: Ask) -> dict[str, Any]:
    """Return the terms that the form sets and those that it leaves to the farther layer."""
    given = {name: value for name, value in ask.data.items() if name in TERMS}
    return {
        "terms": {name: value for name, value in given.items() if value not in (None, "")},
        "forget": [name for name, value in given.items() if value in (None, "")],
    }


def typed(terms: Mapping[str, Any]) -> dict[str, Any]:
    """Return terms as a form begins with them."""
    cycle = terms.get("settlement") or {}
    days = ", ".join(str(day) for day in cycle.get("days", ()))
    return {**terms, "settlement": cycle.get("every") or days}


def spoken(name: str, value: Any) -> str:
    """Return one term in the reader's language."""
    if value is None:
        return str(NOTHING.get(name, _("on demand")))
    if value == "" and name == "level":
        return str(_("none"))
    return SPOKEN.get(TERMS[name].unit, str)(value)


NOTHING = {"urgent_fee": _("not accepted"), "advance": _("without a bound")}
"""What it means that a term is agreed on as nothing."""


def cycle(value: Mapping[str, Any]) -> str:
    """Return a settlement cycle in the reader's language."""
    if "every" in value:
        return str(CYCLES[value["every"]])
    days = ("、" if locale() != "en" else ", ").join(str(day) for day in value["days"])
    return str(_("on the days %(days)s of the month") % {"days": days})


def period(seconds: int) -> str:
    """Return a period in the reader's language."""
    if seconds % DAY == 0 and seconds:
        count = seconds // DAY
        return ngettext("%(count)d day", "%(count)d days", count) % {"count": count}
    if seconds % 3600 == 0 and seconds:
        count = seconds // 3600
        return ngettext("%(count)d hour", "%(count)d hours", count) % {"count": count}
    count = seconds // 60
    return ngettext("%(count)d minute", "%(count)d minutes", count) % {"count": count}


SPOKEN: Mapping[str, Callable[[Any], str]] = {
    "bp": percent,
    "minor": lambda value: money(value, CURRENCY),
    "s": period,
    "way": lambda value: str(WAYS[value]),
    "cycle": cycle,
    "sender": lambda value: str(SENDERS[value]),
}
"""How a term of each unit is said."""


def lines(terms: Mapping[str, Any]) -> list[str]:
    """Return what terms say, a line each."""
    return [f"{LABELS[name]}: {spoken(name, value)}" for name, value in terms.items() if name in LABELS]
