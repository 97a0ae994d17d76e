"""What an invoice must say of whom it is for: pure."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from django.utils.translation import gettext_lazy as _

from hanse.kernel.errors import MalformedInput
from hanse.network.parties.rules import check_choice, check_text

PERSONAL, COMPANY = "personal", "company"
KINDS = (PERSONAL, COMPANY)
LETTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""Of a unified social credit code: no I, O, S, V, Z, which look like digits or each other."""
WEIGHTS = tuple(3**place % 31 for place in range(17))
_FROM_ABROAD = re.compile(r"[A-Z]{2}[0-9A-Z]{5,14}")
_EMAIL = re.compile(r"[^@\s\"<>(),;:\\\[\]]{1,64}@[^@\s\"<>(),;:\\\[\]]+\.[^@\s.\d\"<>(),;:\\\[\]]{2,63}")


@dataclass(frozen=True, slots=True)
class Invoice:
    """What the seller writes on the invoice, and where it sends it."""

    kind: str
    title: str
    tax_number: str = ""
    email: str = ""


def check_invoice(kind: object, title: object, tax_number: object, email: object) -> Invoice:
    """Return the data in their one form; MalformedInput names what is missing or wrong."""
    chosen = check_choice(kind, "kind", KINDS)
    name = check_text(title, "title", 100)
    number = check_tax_number(tax_number) if chosen == COMPANY else ""
    return Invoice(chosen, name, number, check_email(email))


def check_tax_number(given: object) -> str:
    """Return a tax number without spaces, in capitals; MalformedInput for one that cannot be."""
    number = re.sub(r"[\s-]", "", check_text(given, "tax_number", 40)).upper()
    if not (is_credit_code(number) or _FROM_ABROAD.fullmatch(number)):
        raise MalformedInput(
            "tax_number", _("the 18 characters of the unified social credit code; one of them may be mistyped")
        )
    return number


def is_credit_code(number: str) -> bool:
    """Say whether it is a unified social credit code whose last character fits the others (GB 32100-2015)."""
    if len(number) != 18 or not set(number) <= set(LETTERS):
        return False
    weighed = sum(LETTERS.index(letter) * weight for letter, weight in zip(number, WEIGHTS, strict=False))
    return LETTERS[-weighed % 31] == number[-1]


def check_email(given: object) -> str:
    """Return an e-mail address; MalformedInput for what cannot be one."""
    address = check_text(given, "email", 254)
    if not _EMAIL.fullmatch(address):
        raise MalformedInput("email", _("an e-mail address"))
    return address


def written(invoice: Invoice) -> dict[str, str]:
    """Return the data as they are kept."""
    return asdict(invoice)


def read(kept: Mapping[str, str]) -> Invoice:
    """Return the data as they were kept."""
    return Invoice(**kept)
