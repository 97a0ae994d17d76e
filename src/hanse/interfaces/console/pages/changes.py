"""Changes of an order, as both sides of a leg ask for them and answer: a table and the acts of the order's page."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.cells import CODE, MOMENT, Column, worded
from hanse.interfaces.console.kit.details import Act
from hanse.interfaces.console.kit.forms import ConsoleForm, text
from hanse.interfaces.console.kit.page import Ask, Desk
from hanse.interfaces.console.kit.tables import Table
from hanse.interfaces.console.pages.stock import goods_name
from hanse.interfaces.templatetags.hanse import day
from hanse.interfaces.web import words
from hanse.kernel.errors import NotFound
from hanse.trade.changes.operations.agree_change import agree_change
from hanse.trade.changes.operations.ask_change import ask_change
from hanse.trade.changes.operations.decline_change import decline_change
from hanse.trade.changes.operations.withdraw_change import withdraw_change
from hanse.trade.changes.queries import ChangeView, changeable, changes_of
from hanse.trade.orders.models import Order, OrderLine
from hanse.trade.quotes.rules import MOST_PIECES

ADDRESS = {"name": _("Recipient"), "phone": _("Telephone"), "place": _("Place"), "street": _("Street, house")}


def buys(form: ConsoleForm) -> bool:
    """Say whether who fills the form in is the buyer of the order."""
    return bool(form.thing.tier == 0 and form.thing.buyer_id == form.desk.party.pk)


class Wish(ConsoleForm):
    """Another number of pieces, another day; the buyer also: more pieces, another address."""

    blames = {"wanted_on": "wanted_on", "why": "why"}

    wanted_on = forms.DateField(
        label=_("Wished for by"), required=False, widget=forms.DateInput({"type": "date"}, format="%Y-%m-%d")
    )
    why = text(_("Why"), 500, required=False)

    def prepare(self) -> None:
        """Ask for each line how many pieces there are to be, and begin with what there is."""
        for line in lines_of(self.thing):
            there = line.quantity - line.cancelled
            field = forms.IntegerField(
                label=goods_name(line.sku), min_value=0, max_value=MOST_PIECES if buys(self) else there,
                initial=there, required=False, help_text=_("%(count)d now") % {"count": there},
            )  # fmt: skip
            field.widget.attrs.update(inputmode="numeric")
            self.fields[f"line-{line.pk}"] = field
        self.fields["wanted_on"].initial = self.thing.checkout.wanted_on
        if buys(self):
            for part, label in ADDRESS.items():
                self.fields[part] = text(label, 300, required=False, initial=self.thing.checkout.address.get(part, ""))
        self.order_fields([name for name in self.fields if name != "why"])

    def clean(self) -> dict[str, Any]:
        """Gather what is to be another."""
        given = dict(super().clean() or {})
        wanted: dict[str, int] = {}
        was: dict[str, int] = {}
        for line in lines_of(self.thing):
            there = line.quantity - line.cancelled
            count = given.get(f"line-{line.pk}")
            wanted[line.offer.code] = wanted.get(line.offer.code, 0) + (there if count is None else count)
            was[line.offer.code] = was.get(line.offer.code, 0) + there
        before: dict[str, str] = self.thing.checkout.address
        said = {part: given.get(part) or "" for part in ADDRESS if part in self.fields}
        address = {**before, **said} if any(before.get(part, "") != value for part, value in said.items()) else None
        lines = {offer: count for offer, count in wanted.items() if count != was[offer]}
        if not self.errors and not lines and address is None and given.get("wanted_on") in (None, self._day()):
            self.add_error(None, _("Nothing is to be another yet."))
        return {**given, "lines": lines, "address": address}

    def _day(self) -> object:
        return self.thing.checkout.wanted_on


class No(ConsoleForm):
    """Why it cannot be."""

    why = text(_("Why not"), 500)


def lines_of(order: Order) -> list[OrderLine]:
    """Return the lines of an order of which there are pieces."""
    rows = order.lines.select_related("offer", "sku__product").order_by("position")
    return [line for line in rows if line.quantity > line.cancelled]


def ask(ask_: Ask) -> str:
    """Ask for what was filled in."""
    wanted, before = ask_.data["wanted_on"], ask_.thing.checkout.wanted_on
    return ask_change(
        **ask_.how, order=ask_.thing.code, lines=ask_.data["lines"], address=ask_.data["address"],
        wanted_on=None if wanted == before else wanted, why=ask_.data["why"],
    )  # fmt: skip


def waiting(desk: Desk, order: Order, action: str) -> ChangeView | None:
    """Return the change of this order with which the actor may do so now."""
    return next((view for view in changes_of(order, desk.actor) if action in view.actions), None)


def the(ask_: Ask, action: str) -> str:
    """Return the code of the change that an answer is about."""
    found = waiting(ask_.desk, ask_.thing, action)
    if found is None:
        raise NotFound(_("change"))
    return found.code


def agree(ask_: Ask) -> str:
    """Agree to the change that waits."""
    return agree_change(**ask_.how, change=the(ask_, "agree"))


def decline(ask_: Ask) -> str:
    """Decline the change that waits."""
    return decline_change(**ask_.how, change=the(ask_, "decline"), reasons=[ask_.data["why"]])


def take_back(ask_: Ask) -> str:
    """Take back the change that was asked for."""
    return withdraw_change(**ask_.how, change=the(ask_, "withdraw"))


def what(view: ChangeView) -> str:
    """Say what a change is about."""
    said = [f"{goods_name(line.line.sku)}: {line.was} → {line.wanted}" for line in view.lines]
    if view.wanted_on:
        said.append(str(_("wished for %(day)s") % {"day": day(view.wanted_on)}))
    if view.address:
        said.append(" ".join(str(text_) for text_ in view.address.values() if text_))
    elif view.readdressed:
        said.append(str(_("another address")))
    if view.supplement:
        said.append(str(_("ordered beside it: %(code)s") % {"code": view.supplement}))
    return "; ".join(said)


TABLE = Table(
    _("Changes asked for"),
    (
        Column(_("Change"), "code", CODE),
        Column(_("Asked"), "asked_at", MOMENT),
        Column(_("What"), what),
        Column(_("Status"), "status", worded(words.CHANGE)),
        Column(_("Why"), lambda view: "; ".join(filter(None, (view.why, *view.reasons)))),
    ),
    lambda desk, order: changes_of(order, desk.actor),
)
ACTS = (
    Act(
        name="agree-change", label=_("Agree to the change"), icon="check", tone="go", run=agree,
        may=lambda desk, order: waiting(desk, order, "agree") is not None,
        done=_("You agreed. It is done once everybody has."),
    ),
    Act(
        name="decline-change", label=_("Decline the change"), icon="x", tone="stop", form=No, run=decline,
        may=lambda desk, order: waiting(desk, order, "decline") is not None, done=_("The order stays as it is."),
    ),
    Act(
        name="withdraw-change", label=_("Take the change back"), icon="undo-2", run=take_back,
        may=lambda desk, order: waiting(desk, order, "withdraw") is not None, done=_("The order stays as it is."),
    ),
    Act(
        name="ask-change", label=_("Ask for a change"), icon="list-checks", form=Wish, run=ask,
        may=lambda desk, order: changeable(order, desk.actor) and not any(
            view.status == "asked" for view in changes_of(order, desk.actor)
        ),
        done=_("Everybody whom it touches is asked to agree."),
    ),
)  # fmt: skip
