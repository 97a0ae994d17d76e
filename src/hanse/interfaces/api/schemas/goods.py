"""Categories, products, offers, promotions and stock."""

from typing import Annotated, Any, Literal

from pydantic import Field

from hanse.interfaces.api.schemas.network import SaidTerms, Terms
from hanse.interfaces.api.schemas.words import (
    PLAIN,
    Actions,
    At,
    In,
    Label,
    Minor,
    Moment,
    Money,
    OfferName,
    Out,
    PartyName,
    Phrase,
    Price,
    Prose,
    Rate,
    SkuName,
    Slug,
    Status,
    Who,
    Whole,
    Word,
)

Name200 = Annotated[str, Field(max_length=200, pattern=PLAIN, examples=["White tee"])]
Pairs = Annotated[
    dict[
        Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN)],
        Annotated[str, Field(max_length=500, pattern=PLAIN)],
    ],
    Field(max_length=60, examples=[{"material": "cotton"}]),
]
SaidPairs = Annotated[dict[str, Any], Field(examples=[{"material": "cotton"}])]
CategorySlug = Annotated[str, Field(max_length=80, pattern=r"^[a-z0-9]+([_-][a-z0-9]+)*$", examples=["clothing"])]
WarehouseCode = Annotated[str, Field(max_length=40, pattern=r"^[A-Za-z0-9_-]+$", examples=["main"])]
OfferSlug = Annotated[str, Field(max_length=120, pattern=r"^[A-Za-z0-9_.@#-]+$", examples=["tee@shop"])]
Audience = Annotated[Literal["public", "partners"], Field(examples=["public"])]
Fulfil = Annotated[Literal["stock", "source", "stock_then_source"], Field(examples=["source"])]
Level = Annotated[str, Field(max_length=40, pattern=r"^[^\u0000-\u001f\u007f]*$", examples=["gold"])]


class Property(In):
    """Something that goods of a category have to say, or may: as a text, a number or one of the choices."""

    name: Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN, examples=["面料"])]
    name_en: Annotated[str, Field(max_length=40, pattern=PLAIN, examples=["Fabric"])] = ""
    kind: Annotated[Literal["text", "number", "choice"], Field(examples=["choice"])] = "text"
    required: Annotated[bool, Field(examples=[True])] = False
    choices: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN)]],
        Field(max_length=60, examples=[["棉 | Cotton", "麻 | Linen"]]),
    ] = []


class Category(Out):
    """One node of the tree that buyers browse."""

    slug: Annotated[str, Field(examples=["clothing"])]
    name: Label
    name_en: Label
    parent: Annotated[str | None, Field(examples=[None])]
    position: Whole
    hidden: Annotated[bool, Field(description="Not offered, like all below it; operators alone see it listed.")]
    properties: Annotated[list[Property], Field(description="What its goods, and those below it, have to say.")]


class CategoryPlaceIn(In):
    """What a category is called and where it stands."""

    name: Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN, examples=["服装"])]
    name_en: Annotated[str, Field(max_length=80, pattern=PLAIN, examples=["Clothing"])] = ""
    parent: CategorySlug | None = None
    position: Annotated[int, Field(strict=True, ge=0, le=10_000, examples=[1])] = 0
    hidden: Annotated[bool | None, Field(description="Unless it is said, it stays.", examples=[False])] = None
    properties: Annotated[list[Property] | None, Field(max_length=30, description="Unless said, they stay.")] = None


class CategoryIn(CategoryPlaceIn):
    """A category to be made."""

    slug: CategorySlug


class Brand(Out):
    """A name that goods are known by."""

    slug: Annotated[str, Field(examples=["qinghe"])]
    name: Label
    name_en: Label
    logo: Annotated[str, Field(examples=["brands/qinghe.png"])]


class BrandIn(In):
    """A brand to be made known; operators may leave out whose it is."""

    slug: CategorySlug
    name: Annotated[str, Field(min_length=1, max_length=80, pattern=PLAIN, examples=["青禾"])]
    name_en: Annotated[str, Field(max_length=80, pattern=PLAIN, examples=["Qinghe"])] = ""
    logo: Annotated[
        str, Field(max_length=300, pattern=r"^([\w-][\w.-]*(/[\w-][\w.-]*)*)?$", examples=["brands/qinghe.png"])
    ] = ""
    owner: PartyName | None = None


class Picture(In):
    """A picture, by its path below the media folder."""

    path: Annotated[str, Field(max_length=300, pattern=r"^[\w-][\w.-]*(/[\w-][\w.-]*)*$", examples=["tee/front.jpg"])]
    alt: Name200 = ""
    alt_en: Name200 = ""


class SkuIn(In):
    """One variant to be made."""

    name: Name200 = ""
    name_en: Name200 = ""
    options: Pairs = {}
    weight_g: Annotated[int, Field(strict=True, ge=0, le=100_000_000, examples=[180])] = 0
    barcode: Annotated[str, Field(max_length=40, pattern=r"^[0-9A-Za-z-]*$", examples=["6901234567892"])] = ""
    slug: Slug | None = None


class ProductIn(In):
    """A product to be made, with its variants."""

    owner: PartyName | None = None
    name: Word
    name_en: Name200 = ""
    category: CategorySlug | None = None
    brand: CategorySlug | None = None
    summary: Prose = ""
    summary_en: Prose = ""
    attributes: Pairs = {}
    images: Annotated[list[Picture], Field(max_length=20)] = []
    skus: Annotated[list[SkuIn], Field(min_length=1, max_length=200)]
    review: Annotated[bool, Field(strict=True, description="Operators may list at once with false.")] = True


class ProductChangesIn(In):
    """What is to be said differently; what is left out stays. `skus` are added."""

    name: Word = ""
    name_en: Name200 = ""
    category: CategorySlug | None = None
    brand: CategorySlug | None = None
    summary: Prose = ""
    summary_en: Prose = ""
    attributes: Pairs = {}
    images: Annotated[list[Picture], Field(max_length=20)] = []
    skus: Annotated[list[SkuIn], Field(min_length=1, max_length=200)] = []


class Sku(Out):
    """One variant."""

    code: Annotated[str, Field(examples=["K-7K2M9-QX4TD"])]
    slug: Annotated[str | None, Field(examples=["tee-white-m"])]
    name: Label
    name_en: Label
    options: SaidPairs
    weight_g: Whole
    barcode: Annotated[str, Field(examples=["6901234567892"])]


class Product(Out):
    """What a thing is, whoever sells it; its owner is told to itself and to reviewers."""

    code: Annotated[str, Field(examples=["G-7K2M9-QX4TD"])]
    status: Status
    name: Label
    name_en: Label
    category: Annotated[str | None, Field(examples=["clothing"])]
    brand: Annotated[str | None, Field(examples=["qinghe"])]
    summary: Label
    summary_en: Label
    attributes: SaidPairs
    images: Annotated[list[dict[str, Any]], Field(examples=[[{"path": "tee/front.jpg", "alt": "", "alt_en": ""}]])]
    owner: Who | None
    skus: list[Sku]


class Step(In):
    """A further price per piece: from a quantity on, for a buyer, a level or everyone, within a period."""

    price: Price
    min_quantity: Annotated[int, Field(strict=True, ge=1, le=1_000_000, examples=[10])] = 1
    buyer: PartyName | None = None
    level: Level = ""
    starts: Moment | None = None
    ends: Moment | None = None


class Band(In):
    """The least and the most that resellers may ask."""

    least: Price | None = None
    most: Price | None = None


Rates = Annotated[list[Rate], Field(max_length=8, examples=[[500, 200]])]


class OfferIn(In):
    """An offer to be listed; `source` names the upstream offer that pieces are drawn from."""

    seller: PartyName | None = None
    sku: SkuName
    price: Price
    currency: Annotated[str, Field(pattern=r"^[A-Z]{3}$", examples=["CNY"])]
    source: OfferName | None = None
    fulfil: Fulfil | None = None
    audience: Audience = "public"
    band: Band | None = None
    commission: Rates = []
    prices: Annotated[list[Step], Field(max_length=100)] = []
    terms: Terms = Terms()
    freight: Minor = 0
    slug: OfferSlug | None = None


class OfferChangesIn(In):
    """What is to be said differently; what is left out stays."""

    price: Price = 1
    source: OfferName | None = None
    fulfil: Fulfil = "stock"
    audience: Audience = "public"
    band: Band | None = None
    commission: Rates = []
    terms: Terms = Terms()
    freight: Minor = 0


class PricesIn(In):
    """All further prices from now on."""

    prices: Annotated[list[Step], Field(max_length=100)]


class QuantityPrice(Out):
    """The price per piece from a quantity on."""

    min_quantity: Whole
    price: Whole


class Own(Out):
    """What only the offer's seller knows of it."""

    source: Annotated[str | None, Field(examples=["F-7K2M9-QX4TE"])]
    cost: Annotated[int | None, Field(description="What a piece costs upstream now.", examples=[8000])]
    fulfil: Annotated[str, Field(examples=["source"])]
    audience: Annotated[str, Field(examples=["public"])]
    band_min: Annotated[int | None, Field(examples=[9000])]
    band_max: Annotated[int | None, Field(examples=[12000])]
    commission: Annotated[list[int], Field(examples=[[500]])]
    terms: SaidTerms
    base_price: Whole
    own_stock: Whole
    obstacle: Annotated[str, Field(description="Why nothing can be had now.", examples=[""])]
    actions: Actions


class Offer(Out):
    """An offer as the caller meets it: at its own price; `available` is never told beyond 99 to others."""

    code: Annotated[str, Field(examples=["F-7K2M9-QX4TD"])]
    slug: Annotated[str | None, Field(examples=["tee@shop"])]
    status: Status
    seller: Who
    sku: Annotated[str, Field(examples=["K-7K2M9-QX4TD"])]
    product: Annotated[str, Field(examples=["G-7K2M9-QX4TD"])]
    name: Label
    price: Money
    prices: list[QuantityPrice]
    freight: Money
    available: Whole
    own: Annotated[Own | None, Field(description="Only for its seller.")]


class Availability(Out):
    """How many pieces can be had now, at most 99 told."""

    offer: Annotated[str, Field(examples=["F-7K2M9-QX4TD"])]
    available: Whole


class PromotionIn(In):
    """A reduction on an offer: basis points off, from a quantity on, in a lane, for a period, borne in shares."""

    offer: OfferName
    label: Annotated[
        str,
        Field(
            min_length=1,
            max_length=80,
            pattern=r"^[^\s\u0000-\u001f\u007f][^\u0000-\u001f\u007f]*$",
            examples=["Spring sale"],
        ),
    ]
    rate: Annotated[int, Field(strict=True, ge=1, le=10_000, examples=[1000])]
    bearers: Annotated[
        dict[PartyName, Annotated[int, Field(strict=True, ge=1, le=10_000)]] | None,
        Field(description="Party to basis points; left out: the seller bears all.", examples=[None]),
    ] = None
    lane: Annotated[int, Field(strict=True, ge=1, le=9, examples=[1])] = 1
    min_quantity: Annotated[int, Field(strict=True, ge=1, le=1_000_000, examples=[1])] = 1
    starts: Moment | None = None
    ends: Moment | None = None


class Bearer(Out):
    """A party that bears a share of a promotion, in basis points."""

    party: Who
    share: Whole


class Promotion(Out):
    """A promotion."""

    code: Annotated[str, Field(examples=["M-7K2M9-QX4TD"])]
    offer: Annotated[str, Field(examples=["F-7K2M9-QX4TD"])]
    label: Label
    rate: Whole
    lane: Whole
    min_quantity: Whole
    starts: At
    ends: At | None
    bearers: list[Bearer]


class WhyNot(In):
    """Why, if there is something to say."""

    why: Phrase = ""
