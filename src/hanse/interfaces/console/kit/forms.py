"""Forms of the console: fields that read what people write, refusals shown beside the field they are about."""

from collections.abc import Iterable, Mapping
from typing import Any, ClassVar, TypeAlias

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from hanse.interfaces.console.kit.page import Desk
from hanse.kernel import money
from hanse.kernel.errors import DomainError, MalformedInput
from hanse.network.parties.rules import DAY, read_rate, read_seconds

CURRENCY = "CNY"
Said: TypeAlias = Any
"""A text, perhaps one that is translated when it is read; Django's types have no public name for that."""


class ConsoleForm(forms.Form):
    """A form that knows who fills it in, and about what.

    `blames` says which field of the form a refusal belongs to: by its code, or by the operation's own field name.
    """

    blames: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, desk: Desk, thing: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.desk, self.thing = desk, thing
        for field in self.fields.values():
            if isinstance(field, MoneyField) and (currency := currency_of(thing)):
                field.currency = currency
        self.prepare()

    def prepare(self) -> None:
        """Fill in what depends on who looks: choices, initial values."""

    @property
    def marks(self) -> bool:
        """Say whether fields that may stay empty are marked: not where all of them may."""
        return any(field.required for field in self.fields.values())

    def refuse(self, error: DomainError) -> None:
        """Show why the operation refused, beside the field that it is about."""
        named = str(error.details.get("field", "")) if isinstance(error, MalformedInput) else ""
        field = self.blames.get(named or error.code, named)
        if field not in self.fields:
            self.add_error(None, str(error))
        elif named:
            self.add_error(field, str(_("Expected: %(expected)s.") % error.details))
        else:
            self.add_error(field, str(error))


def currency_of(thing: Any) -> str:
    """Return the currency of a thing or of the offer behind it, "" if it has none."""
    said = getattr(thing, "currency", "") or getattr(getattr(thing, "offer", None), "currency", "")
    return str(said)


class _Read(forms.CharField):
    """A text that is read into something else; what cannot be read is refused in the words of the reader."""

    def read(self, text: str) -> Any:
        """Return what the text says; raise MalformedInput."""
        raise NotImplementedError

    def write(self, value: Any) -> str:
        """Return the text that says so."""
        raise NotImplementedError

    def clean(self, value: Any) -> Any:
        """Read what was typed; nothing stays nothing."""
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.read(text)
        except MalformedInput as refused:
            raise ValidationError(_("Expected: %(expected)s.") % refused.details) from refused

    def prepare_value(self, value: Any) -> Any:
        """Show what was typed, or write what is known."""
        return value if value is None or isinstance(value, str) else self.write(value)


class MoneyField(_Read):
    """An amount in minor units, typed as `12.30`; `least` is the smallest that may be typed."""

    def __init__(self, *, currency: str = CURRENCY, least: int = 0, **kwargs: Any) -> None:
        super().__init__(max_length=40, **kwargs)
        self.currency, self.least = currency, least
        self.widget.attrs.update(inputmode="decimal", autocomplete="off")

    def read(self, text: str) -> int:
        """Read the amount."""
        amount = money.parse(text.replace(",", "").replace("¥", "").strip(), self.currency)
        if amount < self.least:
            raise MalformedInput("amount", _("at least %(least)s") % {"least": self.write(self.least)})
        return amount

    def write(self, value: Any) -> str:
        """Write the amount."""
        return money.plain(value, self.currency)


class RateField(_Read):
    """A rate in basis points, typed as `5%` or `3.35`."""

    def read(self, text: str) -> int:
        """Read the rate."""
        return read_rate(f"{text.rstrip('% ')}%", "rate")

    def write(self, value: Any) -> str:
        """Write the rate."""
        return f"{value // 100}.{value % 100:02}%".replace(".00%", "%")


class PeriodField(_Read):
    """A number of seconds, typed as `15m`, `36h` or `7d`."""

    def read(self, text: str) -> int:
        """Read the period."""
        return read_seconds(text, "period")

    def write(self, value: Any) -> str:
        """Write the period."""
        for size, letter in ((DAY, "d"), (3600, "h"), (60, "m")):
            if value and value % size == 0:
                return f"{value // size}{letter}"
        return f"{value}s"


class LinesField(_Read):
    """Pairs, one a line, typed as `name: value`."""

    widget = forms.Textarea(attrs={"rows": 3})

    def read(self, text: str) -> dict[str, str]:
        """Read the pairs."""
        found: dict[str, str] = {}
        for line in filter(None, (one.strip() for one in text.splitlines())):
            label, mark, said = line.replace("：", ":", 1).partition(":")
            if not mark or not label.strip():
                raise MalformedInput("lines", _("a name and a text on each line, such as Colour: blue"))
            found[label.strip()] = said.strip()
        return found

    def write(self, value: Any) -> str:
        """Write the pairs."""
        return "\n".join(f"{label}: {said}" for label, said in value.items())


def pieces(label: Said, *, least: int = 1, **more: Any) -> forms.IntegerField:
    """Return a field for a number of pieces."""
    field = forms.IntegerField(label=label, min_value=least, max_value=10**12, **more)
    field.widget.attrs.update(inputmode="numeric")
    return field


def text(label: Said, most: int, *, required: bool = True, rows: int = 0, **more: Any) -> forms.CharField:
    """Return a field for a text of at most so many characters, in several rows if asked."""
    widget = forms.Textarea(attrs={"rows": rows}) if rows else forms.TextInput(attrs={"autocomplete": "off"})
    return forms.CharField(label=label, max_length=most, required=required, widget=widget, **more)


def choice(label: Said, choices: Any = (), *, required: bool = True, **more: Any) -> forms.ChoiceField:
    """Return a field for one of several; without choices the form fills them in when it is prepared."""
    return forms.ChoiceField(label=label, choices=choices, required=required, **more)


def fill(form: forms.Form, name: str, choices: Iterable[tuple[Any, Any]], *, blank: str | Promise = "") -> None:
    """Let a field be chosen from these; `blank` stands first where nothing may be chosen."""
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [*([("", str(blank))] if blank or not field.required else []), *choices]


class Reason(ConsoleForm):
    """Why something is done."""

    why = text(_("Why"), 500, rows=2)
