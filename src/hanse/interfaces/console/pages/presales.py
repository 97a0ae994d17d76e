"""Selling an offer before there are goods: the acts of the offer's page, and what it says of a presale."""

from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from hanse.goods.offers.models import OFFER, Presale
from hanse.goods.offers.operations.end_presale import end_presale
from hanse.goods.offers.operations.open_presale import open_presale
from hanse.interfaces.console.kit.details import Act, by_event
from hanse.interfaces.console.kit.forms import ConsoleForm, RateField
from hanse.interfaces.console.kit.page import Ask, Desk
from hanse.interfaces.console.pages.market import EDIT
from hanse.interfaces.templatetags.hanse import day, percent
from hanse.kernel.actor import ENGINE

DAY = {"type": "date"}


class Early(ConsoleForm):
    """What is paid first, when the rest is due, from when on goods are sent, how many are promised."""

    blames = {"balance_until": "balance_until", "ships_from": "ships_from", "most": "most", "deposit": "deposit"}

    deposit = RateField(label=_("Deposit"), help_text=_("Such as 20%: paid with the order."))
    balance_from = forms.DateField(label=_("Balance due from"), widget=forms.DateInput(DAY))
    balance_until = forms.DateField(
        label=_("Balance due before"), widget=forms.DateInput(DAY), help_text=_("That day itself is too late.")
    )
    ships_from = forms.DateField(label=_("Sent from"), widget=forms.DateInput(DAY))
    most = forms.IntegerField(
        label=_("Pieces promised at most"), min_value=0, max_value=10**9, initial=0,
        help_text=_("Beyond your stock; 0 if your supplier promises them."),
    )  # fmt: skip
    forfeits = forms.BooleanField(
        label=_("The deposit is kept if the balance is not paid"), required=False, initial=True
    )


def found(thing: Any) -> Presale | None:
    """Return the presale of an offer (by its row) that is on, if there is one."""
    return Presale.objects.visible_to(ENGINE).filter(offer__code=thing.code, ended_at=None).first()


def beginning(day_: Any) -> datetime:
    """Return the moment at which a day begins in the business zone."""
    return datetime.combine(day_, time(), ZoneInfo(settings.HANSE_ZONE))


def begin(ask: Ask) -> str:
    """Open the presale, or change how it goes."""
    moments: dict[str, Any] = {
        name: beginning(ask.data[name]) for name in ("balance_from", "balance_until", "ships_from")
    }
    plain = {name: ask.data[name] for name in ("deposit", "most", "forfeits")}
    return open_presale(**ask.how, offer=ask.thing.code, **moments, **plain)


def said(thing: Any) -> str:
    """Say how an offer is sold before there are goods, "" if it is not."""
    early = found(thing)
    if early is None:
        return ""
    terms = _("%(deposit)s first, the rest from %(since)s until %(until)s, sent from %(ships)s") % {
        "deposit": percent(early.deposit), "since": day(early.balance_from), "until": day(early.balance_until),
        "ships": day(early.ships_from),
    }  # fmt: skip
    return f"{terms}; " + str(_("%(promised)d of %(most)d promised") % {"promised": early.promised, "most": early.most})


def on(_desk: Desk, thing: Any) -> bool:
    """Say whether the offer is in presale."""
    return found(thing) is not None


ACTS = (
    Act(
        name="presale", label=_("Sell before there are goods"), icon="clock", form=Early, run=begin,
        may=by_event(OFFER, "suspend", EDIT), done=_("It is sold in two parts now: deposit and balance."),
    ),
    Act(
        name="end-presale", label=_("End the presale"), icon="minus",
        run=lambda ask: end_presale(**ask.how, offer=ask.thing.code),
        may=by_event(OFFER, "suspend", EDIT, also=on), done=_("What was ordered keeps its terms."),
    ),
)  # fmt: skip
