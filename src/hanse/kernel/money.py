"""Money as 64-bit integers in minor units, and the only place where any of it is divided.

Source of the exponents: ISO 4217 list one (currencies whose minor unit is not 1/100 are named).
Sharing follows the largest-remainder method (Hamilton); ties go to the earlier share.
"""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from hanse.kernel.errors import MalformedInput

LARGEST = 2**63 - 1
WHOLE = 10_000
"""Basis points in a whole: 10,000 bp = 100 %."""

_MOST_DIGITS = 40  # far beyond the largest amount, far below where reading a number takes time
_WITHOUT_DECIMALS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF POINTS"
_WITH_THREE = "BHD IQD JOD KWD LYD OMR TND"
_EXPONENTS = {
    **dict.fromkeys(_WITHOUT_DECIMALS.split(), 0),
    **dict.fromkeys(_WITH_THREE.split(), 3),
    "CLF": 4,
    "UYW": 4,
}


def whole(value: object, least: int = 1, most: int | None = None) -> bool:
    """Say whether it is a whole number within these bounds; true and false are no numbers."""
    if isinstance(value, bool) or not isinstance(value, int):
        return False
    return value >= least and (most is None or value <= most)


def exponent(currency: str) -> int:
    """Return how many decimals one unit of the currency has (CNY 2, JPY 0, KWD 3)."""
    return _EXPONENTS.get(currency, 2)


def percent(amount: int, rate: int) -> int:
    """Return `rate` basis points of `amount` minor units, rounded half away from zero."""
    sign = -1 if (amount < 0) != (rate < 0) else 1
    return sign * ((2 * abs(amount) * abs(rate) + WHOLE) // (2 * WHOLE))


def split(total: int, weights: Sequence[int]) -> list[int]:
    """Share `total` minor units by non-negative weights so that the shares sum to it exactly.

    Largest remainder first, the earlier weight breaks ties; a negative total mirrors the positive one.
    Raises ValueError when no weight is positive but there is something to share.
    """
    if total < 0:
        return [-share for share in split(-total, weights)]
    if any(weight < 0 for weight in weights):
        raise ValueError("weights must not be negative")
    whole = sum(weights)
    if whole == 0:
        if total:
            raise ValueError("nothing to share by: every weight is zero")
        return [0] * len(weights)
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares


def span(total: int, pieces: int, first: int, count: int) -> int:
    """Return the sum of shares `first` … `first + count - 1` of `split(total, [1] * pieces)`, without building it."""
    if not (0 <= first and 0 <= count and first + count <= pieces):
        raise ValueError("the span must lie within the pieces")
    if total < 0:
        return -span(-total, pieces, first, count)
    if not count:
        return 0
    share, extra = divmod(total, pieces)
    return share * count + max(0, min(extra, first + count) - first)


def parse(text: str, currency: str, field: str = "amount") -> int:
    """Read a plain decimal such as `12.30` or `-5` into minor units; raise MalformedInput for anything else."""
    digits = exponent(currency)
    sign = -1 if text.startswith("-") else 1
    units, dot, cents = text.removeprefix("-").partition(".")
    well_formed = units.isdecimal() and units.isascii() and (cents.isdecimal() and cents.isascii() if dot else True)
    if not well_formed or len(cents) > digits or len(units) > _MOST_DIGITS:
        raise MalformedInput(
            field,
            _("an amount in %(currency)s with at most %(digits)d decimals, such as %(example)s")
            % {"currency": currency, "digits": digits, "example": plain(1230, currency)},
            given=text,
        )
    amount = sign * int(units + cents.ljust(digits, "0"))
    if abs(amount) > LARGEST:
        raise MalformedInput(
            field, _("an amount below %(largest)s") % {"largest": plain(LARGEST, currency)}, given=text
        )
    return amount


def plain(amount: int, currency: str) -> str:
    """Write minor units as a plain decimal with the currency's own number of decimals: 1230 CNY is `12.30`."""
    digits = exponent(currency)
    sign, text = ("-" if amount < 0 else ""), str(abs(amount)).rjust(digits + 1, "0")
    return f"{sign}{text[:-digits]}.{text[-digits:]}" if digits else f"{sign}{text}"
