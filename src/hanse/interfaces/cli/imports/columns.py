"""The names of columns: what a first line may call them, and what is wrong with one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language
from django.utils.translation import gettext as _

SHOWN = 60
NAMES: Mapping[str, tuple[str, ...]] = {
    "party": ("商户编号", "商户"),
    "kind": ("类型", "商户类型"),
    "name": ("名称", "商品名称", "商户名称"),
    "name_en": ("英文名称",),
    "region": ("地区",),
    "terms": ("条款",),
    "product": ("商品编号", "货号"),
    "sku": ("规格编号", "SKU"),
    "owner": ("货主",),
    "category": ("类目", "分类"),
    "summary": ("描述", "商品描述"),
    "summary_en": ("英文描述",),
    "attributes": ("属性",),
    "images": ("图片",),
    "variant": ("规格名称", "规格"),
    "variant_en": ("规格英文名称",),
    "options": ("规格选项",),
    "weight_g": ("重量克", "重量(克)", "重量（克）"),
    "barcode": ("条码", "条形码"),
    "offer": ("报价编号", "报价"),
    "seller": ("卖家",),
    "currency": ("币种",),
    "price": ("价格", "单价"),
    "freight": ("运费",),
    "fulfil": ("发货方式",),
    "source": ("货源报价", "货源"),
    "audience": ("可见范围",),
    "band_min": ("最低转售价",),
    "band_max": ("最高转售价",),
    "commission": ("佣金",),
    "prices": ("阶梯价",),
    "reference": ("单号", "入库单号"),
    "quantity": ("数量",),
    "warehouse": ("仓库",),
    "origin": ("来源",),
    "order": ("订单号", "订单"),
    "carrier": ("承运商", "快递公司"),
    "tracking": ("运单号", "快递单号"),
    "pieces": ("件数",),
}
"""What each column is called in Chinese, the usual name first; its English name is its key."""
WRONG = ("what is wrong", "哪里不对")
"""The column that a file of faulty rows has besides: read over when the mended file comes back."""
_BY_SPELLING = {said.casefold(): name for name, also in NAMES.items() for said in (name, *also)}


@dataclass(frozen=True, slots=True)
class Header:
    """A first line: the columns in their order ("" for one that is read over), and how the file spells them."""

    columns: tuple[str, ...]
    spelled: tuple[str, ...]


def is_chinese() -> bool:
    """Say whether whoever reads reads Chinese."""
    return (get_language() or "").startswith("zh")


def label(name: str) -> str:
    """Return what a column is called in the reader's language."""
    return NAMES[name][0] if is_chinese() and name in NAMES else name


def known_as(spelled: str) -> str:
    """Return the column that is spelled so, "" for one that is read over, else what is spelled."""
    said = spelled.strip().strip("*").strip()
    if said.casefold() in WRONG:
        return ""
    return _BY_SPELLING.get(said.casefold(), said)


def matches(found: Iterable[str], known: Sequence[str]) -> int:
    """Return how many of these words name a known column."""
    return sum(known_as(word) in known for word in found)


def wrong_with(columns: Sequence[str], required: Sequence[str], known: Sequence[str]) -> str:
    """Return what is wrong with the columns of a first line, or an empty text."""
    if missing := [name for name in required if name not in columns]:
        said = {"column": label(missing[0]), "needed": _listed(required)}
        return _("the column %(column)s is missing; needed are %(needed)s") % said
    if strange := [name for name in columns if name and name not in known]:
        shown = "".join(c if c.isprintable() else "�" for c in strange[0][:SHOWN])
        return _("the column '%(column)s' is not known; there are %(known)s") % {
            "column": shown,
            "known": _listed(known),
        }
    twice = [name for position, name in enumerate(columns) if name and name in columns[:position]]
    return _("the column %(column)s stands there twice") % {"column": label(twice[0])} if twice else ""


def _listed(names: Sequence[str]) -> str:
    return ", ".join(label(name) for name in names)
