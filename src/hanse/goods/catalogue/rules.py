"""What a product may say, and who may say it: pure."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse.kernel.actor import Actor
from hanse.kernel.errors import MalformedInput, NotFound
from hanse.network.parties.rules import check_choice, check_slug, check_text

REVIEW = "goods.review"
"""Whoever may review products sees every one of them."""
CHECKLIST = ("name_and_category", "pictures", "description", "qualification")
"""What a reviewer looks at before a product is listed."""
HEAVIEST = 100_000_000
"""No piece weighs more than a hundred tons."""
PATH = r"[\w-][\w.-]*(/[\w-][\w.-]*)*"
KINDS = ("text", "number", "choice")
"""In which forms goods can say a property of their category."""
NUMBER = r"-?[0-9]{1,12}(\.[0-9]{1,6})?"
MOST_PROPERTIES = 30
SOUGHT = 2_000
"""What a product is found by is no longer than this."""


@dataclass(frozen=True, slots=True)
class NewSku:
    """A variant to be; a product sold in one form has a single one without a name."""

    name: str = ""
    name_en: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    weight_g: int = 0
    barcode: str = ""
    slug: str | None = None


@dataclass(frozen=True, slots=True)
class NewProduct:
    """A product to be, of an owner (party code) in a category and of a brand (slugs)."""

    owner: str
    name: str
    name_en: str = ""
    category: str | None = None
    summary: str = ""
    summary_en: str = ""
    attributes: Mapping[str, str] = field(default_factory=dict)
    images: Sequence[Mapping[str, str]] = ()
    skus: Sequence[NewSku] = (NewSku(),)
    brand: str | None = None


def require_own(by: Actor, party: int, permission: str) -> None:
    """Let only people of that party (or operators) with the permission through; to others the thing does not exist."""
    if by.party != party and not by.operates:
        raise NotFound(_("party"))
    by.require(permission)


def roles_of(by: Actor) -> tuple[str, ...]:
    """Return the roles in which an actor causes events of this floor's state tables."""
    return ("seller", *(["reviewer"] if by.may(REVIEW) else []), *(["operator"] if by.operates else []))


def check_fields(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return what is said of a product in its one form; raise MalformedInput naming an unknown or unfit field."""
    checks: Mapping[str, Any] = {
        "name": lambda v: check_text(v, "name", 200),
        "name_en": lambda v: check_text(v, "name_en", 200, blank=True),
        "category": check_category,
        "summary": lambda v: check_text(v, "summary", 5000, blank=True),
        "summary_en": lambda v: check_text(v, "summary_en", 5000, blank=True),
        "attributes": lambda v: _pairs(v, "attributes"),
        "images": _images,
        "brand": check_brand,
    }
    for name in given:
        if name not in checks:
            raise MalformedInput(str(name), _("one of %(choices)s") % {"choices": ", ".join(checks)})
    return {name: checks[name](value) for name, value in given.items()}


def check_properties(given: object) -> list[dict[str, Any]]:
    """Return what goods of a category have to say in its one form: names, kinds, whether it must be, what to choose."""
    if not isinstance(given, (list, tuple)) or len(given) > MOST_PROPERTIES:
        raise MalformedInput("properties", _("at most %(most)d properties") % {"most": MOST_PROPERTIES})
    found = [_property(one) for one in given]
    if len({one["name"] for one in found}) < len(found):
        raise MalformedInput("properties", _("properties of different names"))
    return found


def _property(given: object) -> dict[str, Any]:
    known = {"name", "name_en", "kind", "required", "choices"}
    if not isinstance(given, Mapping) or not {"name"} <= set(given) <= known:
        raise MalformedInput("properties", _("name, name_en, kind, required and choices of each property"))
    choices, required = given.get("choices", []), given.get("required", False)
    if not isinstance(choices, (list, tuple)) or len(choices) > 60 or not isinstance(required, bool):
        raise MalformedInput("properties", _("at most 60 choices, and whether it is required as true or false"))
    kind = check_choice(given.get("kind", "text"), "properties", KINDS)
    texts = list(dict.fromkeys(check_text(one, "properties", 80) for one in choices))
    if (kind == "choice") != bool(texts) or any(re.search("[,，、;；]", one) for one in texts):
        raise MalformedInput("properties", _("choices without commas for what is chosen, and for nothing else"))
    name_en = check_text(given.get("name_en", ""), "properties", 40, blank=True)
    name = check_text(given["name"], "properties", 57 - len(name_en) if name_en else 60)
    return {"name": name, "name_en": name_en, "kind": kind, "required": required, "choices": texts}


def labelled(one: Mapping[str, Any]) -> str:
    """Return under which name goods say a property: `中文 | English` where there are two."""
    return f"{one['name']} | {one['name_en']}" if one["name_en"] else str(one["name"])


def check_said(properties: Iterable[Mapping[str, Any]], attributes: Mapping[str, str]) -> None:
    """Raise MalformedInput unless goods say of these properties what they must, each in its kind."""
    for one in properties:
        name = labelled(one)
        value, blank = attributes.get(name, ""), _("something for %(name)s") % {"name": name}
        if not value and one["required"]:
            raise MalformedInput("attributes", blank)
        if value and one["kind"] == "number" and not re.fullmatch(NUMBER, value):
            raise MalformedInput("attributes", _("a number for %(name)s") % {"name": name})
        if value and one["kind"] == "choice" and value not in one["choices"]:
            said = {"name": name, "choices": ", ".join(one["choices"])}
            raise MalformedInput("attributes", _("one of %(choices)s for %(name)s") % said)


def check_category(slug: object) -> str | None:
    """Return the slug that a category may be asked for by."""
    return None if slug is None else check_slug(slug, "category")


def check_brand(slug: object) -> str | None:
    """Return the slug that a brand may be asked for by."""
    return None if slug is None else check_slug(slug, "brand")


def check_picture(path: object, field: str, *, blank: bool = False) -> str:
    """Return the path of one picture below the media folder."""
    text = check_text(path, field, 300, blank=blank)
    if text and not re.fullmatch(PATH, text):
        raise MalformedInput(field, _("a path below the media folder, such as tee/front.jpg"))
    return text


def check_skus(skus: Sequence[NewSku | Mapping[str, Any]]) -> list[NewSku]:
    """Return the variants in their one form; there is at least one and no two are the same."""
    if not isinstance(skus, (list, tuple)) or not 1 <= len(skus) <= 200:
        raise MalformedInput("skus", _("1 to 200 variants"))
    found = [_sku(sku) for sku in skus]
    if len({(sku.name, tuple(sorted(sku.options.items()))) for sku in found}) < len(found):
        raise MalformedInput("skus", _("variants that differ in name or options"))
    return found


def plain_skus(skus: Sequence[NewSku]) -> list[dict[str, Any]]:
    """Return the variants as an approval carries them."""
    return [asdict(sku) for sku in skus]


def _sku(given: NewSku | Mapping[str, Any]) -> NewSku:
    if isinstance(given, NewSku):
        stated = given
    elif isinstance(given, Mapping) and set(given) <= set(NewSku.__dataclass_fields__):
        stated = NewSku(**given)
    else:
        raise MalformedInput("skus", _("name, name_en, options, weight_g, barcode and slug of each variant"))
    weight = stated.weight_g
    if isinstance(weight, bool) or not isinstance(weight, int) or not 0 <= weight <= HEAVIEST:
        raise MalformedInput("weight_g", _("whole grams, at most %(most)d") % {"most": HEAVIEST})
    barcode = check_text(stated.barcode, "barcode", 40, blank=True)
    if not re.fullmatch(r"[0-9A-Za-z-]*", barcode):
        raise MalformedInput("barcode", _("digits, letters and dashes only"))
    return NewSku(
        check_text(stated.name, "sku_name", 200, blank=True),
        check_text(stated.name_en, "sku_name_en", 200, blank=True),
        _pairs(stated.options, "options"),
        weight,
        barcode,
        check_slug(stated.slug),
    )


def _pairs(given: object, name: str) -> dict[str, str]:
    if not isinstance(given, Mapping) or len(given) > 60:
        raise MalformedInput(name, _("at most 60 names with a text each"))
    return {check_text(k, name, 60): check_text(v, name, 500, blank=True) for k, v in given.items()}


def _images(given: object) -> list[dict[str, str]]:
    if not isinstance(given, (list, tuple)) or len(given) > 20:
        raise MalformedInput("images", _("at most 20 pictures"))
    return [_image(image) for image in given]


def _image(given: object) -> dict[str, str]:
    if not isinstance(given, Mapping) or not {"path"} <= set(given) <= {"path", "alt", "alt_en"}:
        raise MalformedInput("images", _("path, alt and alt_en of each picture"))
    path = check_picture(given["path"], "images")
    alt, alt_en = (check_text(given.get(name, ""), "images", 200, blank=True) for name in ("alt", "alt_en"))
    return {"path": path, "alt": alt, "alt_en": alt_en}


def normal(text: str) -> str:
    """Return a text as words are compared: one width, small letters, single spaces between words and no marks."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def spelled(text: str) -> tuple[str, str]:
    """Return how a text is typed without Chinese letters: in pinyin, and by the first letter of every syllable."""
    from pypinyin import lazy_pinyin  # its dictionary takes a moment to load, and most processes never need it

    plain = normal(text)
    syllables = lazy_pinyin(plain.replace(" ", "")) if not plain.isascii() else plain.split()
    return "".join(syllables), "".join(syllable[:1] for syllable in syllables)


def sought(name: str, name_en: str) -> str:
    """Return what a product is found by: its names, the Chinese one also without gaps, in pinyin and its initials."""
    plain = normal(name)
    spellings = () if plain.isascii() else (plain.replace(" ", ""), *spelled(plain))
    words = dict.fromkeys((plain, *spellings, normal(name_en)))
    return "".join(f" {word}" for word in words if word)[:SOUGHT]
