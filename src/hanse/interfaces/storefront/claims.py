"""After buying: asking the seller for money back, or for other pieces, another address, another day."""

import secrets
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from hanse.interfaces.storefront.places import Recipient
from hanse.interfaces.storefront.search import Price
from hanse.interfaces.web.fields import key_of, quantity_of
from hanse.interfaces.web.keeping import keep
from hanse.interfaces.web.who import actor_of
from hanse.interfaces.web.words import WHY_BACK
from hanse.kernel import clock
from hanse.kernel.errors import DomainError
from hanse.relations.members.rules import PARTS, divisions
from hanse.trade.aftersales.operations.ask_refund import ask_refund
from hanse.trade.aftersales.operations.refund import REFUNDABLE
from hanse.trade.aftersales.operations.withdraw_refund import withdraw_refund
from hanse.trade.aftersales.rules import MOST_PICTURES
from hanse.trade.changes.operations.agree_change import agree_change
from hanse.trade.changes.operations.ask_change import ask_change
from hanse.trade.changes.operations.decline_change import decline_change
from hanse.trade.changes.operations.withdraw_change import withdraw_change
from hanse.trade.orders.models import Order

CHANGES: Mapping[str, Callable[..., Any]] = {"agree": agree_change, "withdraw": withdraw_change}


class _Several(forms.ClearableFileInput):
    """A chooser of several files at once."""

    allow_multiple_selected = True


class _Pictures(forms.FileField):
    """Some files; what they are is looked at when they are kept."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:  # noqa: ARG002 - Django's signature
        """Return the files."""
        return [one for one in (data if isinstance(data, (list, tuple)) else [data]) if one]


class Claim(forms.Form):
    """What is wanted back, and why."""

    reason = forms.ChoiceField(label=gettext_lazy("Why"), choices=list(WHY_BACK.items()))
    what = forms.ChoiceField(
        label=gettext_lazy("What you want back"),
        choices=[
            ("all", gettext_lazy("Everything that is left")), ("pieces", gettext_lazy("Some pieces")),
            ("amount", gettext_lazy("An amount")),
        ],
        initial="all", widget=forms.RadioSelect,
    )  # fmt: skip
    amount = Price(label=gettext_lazy("Amount"), max_length=15, required=False)
    note = forms.CharField(
        label=gettext_lazy("Tell the seller more"),
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    pictures = _Pictures(
        label=gettext_lazy("Pictures"), required=False,
        help_text=gettext_lazy("PNG, JPEG or WebP, up to 4 MB each."),
        widget=_Several(attrs={"multiple": True, "accept": "image/png,image/jpeg,image/webp"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """Ask for an amount where an amount is wanted."""
        given = dict(super().clean() or {})
        if given.get("what") == "amount" and not given.get("amount") and "amount" not in self.errors:
            self.add_error("amount", _("Say how much."))
        return given


class Change(Recipient):
    """Where the goods are to go instead, and when."""

    wanted_on = forms.DateField(
        label=gettext_lazy("I would like to have it on"), required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
    )  # fmt: skip
    why = forms.CharField(
        label=gettext_lazy("Why"), max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )


def bought(request: HttpRequest, code: str) -> Order:
    """Return one seller's part of what the reader's party bought."""
    actor = actor_of(request)
    mine = Order.objects.visible_to(actor).filter(tier=0, buyer=actor.party)
    found = mine.select_related("seller", "checkout").prefetch_related("lines__sku__product", "lines__offer")
    return get_object_or_404(found, code=code)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def claim(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for money back."""
    order = bought(request, code)
    if order.status not in REFUNDABLE:
        raise Http404
    posted = request.method == "POST"
    form = Claim(request.POST, request.FILES) if posted else Claim()
    rows = [(line, request.POST.get(f"line-{line.pk}", "0")) for line in order.lines.all()]
    if posted and form.is_valid() and _claimed(request, order, form):
        messages.success(request, _("The seller has been asked. You read the answer here."))
        return redirect("order", order.checkout.code)
    context = {"form": form, "order": order, "rows": rows, "key": secrets.token_urlsafe(18)}
    return render(request, "storefront/claim.html", context, status=422 if form.errors else 200)


def _claimed(request: HttpRequest, order: Order, form: Claim) -> bool:
    """Say whether the request was made; what stands against it is said in the form."""
    data = form.cleaned_data
    try:
        lines = pieces(request, order) if data["what"] == "pieces" else None
        pictures = _kept(data["pictures"], order)
        ask_refund(
            key=key_of(request.POST), at=clock.now(), by=actor_of(request), order=order.code, reason=data["reason"],
            note=data["note"], lines=lines, amount=data["amount"] if data["what"] == "amount" else None,
            pictures=pictures,
        )  # fmt: skip
    except DomainError as refused:
        form.add_error(_field_of(refused), str(refused))
        return False
    return True


def _field_of(refused: DomainError) -> str | None:
    named = {"not_a_picture": "pictures", "picture_too_large": "pictures", "more_than_left": "amount"}
    field = named.get(refused.code, str(refused.details.get("field", "")))
    return field if field in Claim.base_fields else None


def _kept(uploads: "list[UploadedFile[bytes]]", order: Order) -> list[str]:
    """Keep the pictures of a claim; their names tell nothing and cannot be guessed."""
    return [keep(upload.read(), f"claims/{order.code.lower()}") for upload in uploads[: MOST_PICTURES + 1]]


def pieces(request: HttpRequest, order: Order) -> dict[str, int]:
    """Return the pieces of each line that were typed, by offer; none of a line leaves it out."""
    found: dict[str, int] = {}
    for line in order.lines.all():
        if count := quantity_of({"quantity": request.POST.get(f"line-{line.pk}") or "0"}):
            found[line.offer.code] = found.get(line.offer.code, 0) + count
    return found


@login_required
@require_POST
def drop_claim(request: HttpRequest, request_code: str) -> HttpResponse:
    """Take back what was asked for."""
    withdraw_refund(key=key_of(request.POST), at=clock.now(), by=actor_of(request), request=request_code)
    messages.success(request, _("Done."))
    return redirect(request.POST.get("back") or "orders") if _is_order(request) else redirect("orders")


def _is_order(request: HttpRequest) -> bool:
    return request.POST.get("back", "").startswith("/orders/") and "//" not in request.POST["back"]


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest, code: str) -> HttpResponse:
    """Ask for other pieces, another address or another day."""
    order = bought(request, code)
    before = {part: order.checkout.address.get(part, "") for part in PARTS} | {"wanted_on": order.checkout.wanted_on}
    form = Change(request.POST if request.method == "POST" else None, initial=before)
    if form.is_valid():
        try:
            _asked(request, order, form, before)
        except DomainError as refused:
            field = str(refused.details.get("field", ""))
            form.add_error(field if field in form.fields else None, str(refused))
        else:
            messages.success(request, _("Everybody whom it concerns has been asked. You read the answer here."))
            return redirect("order", order.checkout.code)
    rows = [(line, request.POST.get(f"line-{line.pk}", line.quantity - line.reversed)) for line in order.lines.all()]
    context = {"form": form, "order": order, "rows": rows, "provinces": divisions(), "key": secrets.token_urlsafe(18)}
    return render(request, "storefront/change.html", context, status=422 if form.errors else 200)


def _asked(request: HttpRequest, order: Order, form: Change, before: Mapping[str, Any]) -> None:
    data = form.cleaned_data
    typed = {line: quantity_of({"quantity": request.POST.get(f"line-{line.pk}", "")}) for line in order.lines.all()}
    lines = {line.offer.code: count for line, count in typed.items() if count != line.quantity - line.reversed}
    address = {part: data[part] for part in PARTS}
    moved = any(address[part] != before[part] for part in PARTS)
    ask_change(
        key=key_of(request.POST), at=clock.now(), by=actor_of(request), order=order.code, lines=lines or None,
        address=address if moved else None, why=data["why"],
        wanted_on=data["wanted_on"] if data["wanted_on"] != before["wanted_on"] else None,
    )  # fmt: skip


@login_required
@require_POST
def answer_change(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Agree to what a seller asked to be changed, decline it with a reason, or take back what one asked oneself."""
    how: dict[str, Any] = {"key": key_of(request.POST), "at": clock.now(), "by": actor_of(request), "change": code}
    if verb == "decline":
        decline_change(**how, reasons=[request.POST.get("reason", "")])
    elif verb in CHANGES:
        CHANGES[verb](**how)
    else:
        raise Http404
    messages.success(request, _("Done."))
    return redirect(request.POST["back"]) if _is_order(request) else redirect("orders")
