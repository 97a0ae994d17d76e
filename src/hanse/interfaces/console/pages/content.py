"""The home page of the mall or of a shop: its blocks, put in order, drafted, looked at, published."""

from collections.abc import Callable
from typing import Any

from django import forms
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse.goods.catalogue.queries import offered
from hanse.interfaces.console.kit.cells import MOMENT, Column, named, worded
from hanse.interfaces.console.kit.details import Act, DetailPage, May
from hanse.interfaces.console.kit.formpages import FormPage
from hanse.interfaces.console.kit.forms import ConsoleForm, choice, fill
from hanse.interfaces.console.kit.forms import text as words
from hanse.interfaces.console.kit.lists import ListPage
from hanse.interfaces.console.kit.operations.keep_pictures import keep_pictures
from hanse.interfaces.console.kit.page import MAKERS, PLATFORMS, Ask, Desk
from hanse.interfaces.console.kit.pictures import PicturesField
from hanse.relations.content import rules
from hanse.relations.content.models import Block
from hanse.relations.content.operations.move_block import move_block
from hanse.relations.content.operations.publish_block import publish_block
from hanse.relations.content.operations.remove_block import remove_block
from hanse.relations.content.operations.save_block import save_block
from hanse.relations.content.operations.take_down_block import take_down_block

WHO: Any = {"needs": (rules.EDIT,), "kinds": MAKERS | PLATFORMS}
KIND = {
    rules.BANNER: _("Banner"), rules.GOODS: _("Row of goods"), rules.TEXT: _("Text"), rules.NOTICE: _("Announcement"),
}  # fmt: skip
STAGE = {"draft": _("Draft"), "published": _("Published"), "changed": _("Published, with changes that are not")}
CHOOSE = {
    "newest": _("The newest"), "best": _("What sells best"), "category": _("Of one category"),
    "offers": _("Those I name"),
}  # fmt: skip
LINK = _("An address within the mall, such as /c/tea/")


def moment(label: Any) -> forms.DateTimeField:
    """Return a field for a moment that may stay empty."""
    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
    return forms.DateTimeField(label=label, required=False, widget=widget)


class BlockForm(ConsoleForm):
    """What every block has: a time, asked for last."""

    def prepare(self) -> None:
        """Ask for the time last."""
        self.order_fields([name for name in self.fields if name not in {"starts", "ends"}])

    starts = moment(_("Shown from"))
    ends = moment(_("Shown until"))


class BannerForm(BlockForm):
    """A picture with words that leads somewhere."""

    title = words(_("Heading"), 60)
    title_en = words(_("English heading"), 60, required=False)
    text = words(_("Text"), 200, required=False)
    text_en = words(_("English text"), 200, required=False)
    link = words(_("Leads to"), 300, required=False, help_text=LINK)
    pictures = PicturesField(
        label=_("Picture"), help_text=_("Wide, such as 1600 × 600; PNG, JPEG or WebP, up to 4 MB.")
    )

    def clean(self) -> dict[str, Any]:
        """Keep the picture once everything else is right; without a new one the earlier one stays."""
        given = dict(super().clean() or {})
        if not self.errors:
            paths = keep_pictures(uploads=given["pictures"][:1], party=self.desk.party.code)
            given["picture"] = paths[0] if paths else (self.thing.draft["picture"] if self.thing else "")
        return given


class GoodsForm(BlockForm):
    """Some goods side by side."""

    title = words(_("Heading"), 60)
    title_en = words(_("English heading"), 60, required=False)
    choose = choice(_("Which goods"), CHOOSE.items())
    category = choice(_("Category"), required=False)
    offers = words(_("Offers, one number on each line"), 2000, required=False, rows=4)
    count = forms.IntegerField(label=_("How many"), min_value=1, max_value=rules.MOST_GOODS, initial=8)

    def prepare(self) -> None:
        """Offer the categories."""
        super().prepare()
        fill(self, "category", ((one.slug, named(one)) for one in offered()), blank=_("none"))

    def clean_offers(self) -> list[str]:
        """Take the lines apart."""
        return str(self.cleaned_data["offers"]).split()


class TextForm(BlockForm):
    """A text with a heading."""

    title = words(_("Heading"), 60, required=False)
    title_en = words(_("English heading"), 60, required=False)
    text = words(_("Text"), 2000, rows=5)
    text_en = words(_("English text"), 2000, required=False, rows=5)


class NoticeForm(BlockForm):
    """A line that everybody should read."""

    text = words(_("Text"), 200)
    text_en = words(_("English text"), 200, required=False)
    link = words(_("Leads to"), 300, required=False, help_text=LINK)


FORMS: dict[str, type[BlockForm]] = {
    rules.BANNER: BannerForm, rules.GOODS: GoodsForm, rules.TEXT: TextForm, rules.NOTICE: NoticeForm,
}  # fmt: skip


def own(desk: Desk) -> Any:
    """Return the blocks of the party's page, from the top."""
    return Block.objects.visible_to(desk.actor).filter(party=desk.party).select_related("party")


def one(desk: Desk, code: str) -> Block | None:
    """Return one of them."""
    number = int(code) if code.isascii() and code.isdecimal() and len(code) < 18 else 0
    found: Block | None = own(desk).filter(pk=number).first()
    return found


def is_kind(kind: str) -> May:
    """Return a condition: the block is of this kind."""
    return lambda _desk, block: bool(block.kind == kind)


def of_kind(kind: str) -> Callable[[Desk, str], Block | None]:
    """Return what finds a block of this kind."""

    def find(desk: Desk, code: str) -> Block | None:
        found = one(desk, code)
        return found if found and found.kind == kind else None

    return find


def heading(block: Block) -> str:
    """Return what a block is called in lists."""
    return str(block.draft.get("title") or block.draft.get("text", ""))[:60]


def save(kind: str) -> Any:
    """Return what keeps a block of this kind: a new one, or the one that the form is about."""

    def run(ask: Ask) -> int:
        times = {name: ask.data[name] for name in ("starts", "ends")}
        said = {name: value for name, value in ask.data.items() if name not in times}
        block = ask.thing.pk if ask.thing else None
        return int(save_block(**ask.how, party=ask.party, kind=kind, said=said, block=block, **times))

    return run


def written(_desk: Desk, block: Block) -> dict[str, Any]:
    """Return what a form about a block begins with."""
    offers = {"offers": "\n".join(block.draft["offers"])} if "offers" in block.draft else {}
    return {**block.draft, **offers, "starts": block.starts, "ends": block.ends}


def preview(desk: Desk) -> str:
    """Return where the page is looked at with its drafts."""
    shop = reverse("shop", args=[desk.party.code])
    return f"{reverse('home') if desk.party.kind == 'platform' else shop}?preview=1"


NEW = tuple(
    FormPage(
        name=f"new-{kind}", route=f"content/new/{kind}/", title=label, icon="plus", form=FORMS[kind], run=save(kind),
        leads=lambda _ask, block: ONE.url(block), button=_("Keep the draft"), **WHO,
    )
    for kind, label in KIND.items()
)  # fmt: skip
CHANGE = {
    kind: FormPage(
        name=f"change-{kind}", route=f"content/<str:code>/change/{kind}/", title=_("Change"), icon="settings",
        form=FORMS[kind], run=save(kind), initial=written,
        find=of_kind(kind),
        leads=lambda _ask, block: ONE.url(block), button=_("Keep the draft"), **WHO,
    )
    for kind in KIND
}  # fmt: skip
LIST: ListPage = ListPage(
    name="content", title=_("Home page"), icon="layout-grid",
    hint=_("What stands above your goods on your page. Write blocks, look at the preview, publish."), rows=own,
    columns=(
        Column(_("Block"), heading), Column(_("Kind"), "kind", worded(KIND)),
        Column(_("Stage"), "stage", worded(STAGE)), Column(_("Shown from"), "starts", MOMENT),
        Column(_("Shown until"), "ends", MOMENT),
    ),
    order=("position", "pk"), links=NEW, open=lambda block: ONE.url(block.pk),
    empty=_("Nothing stands above your goods yet. Begin with a banner or a row of goods."), **WHO,
)  # fmt: skip
ONE: DetailPage = DetailPage(
    name="block", route="content/<str:code>/", title=_("Block"), parent=LIST, find=one, heading=heading, code="pk",
    facts=(
        Column(_("Kind"), "kind", worded(KIND)), Column(_("Stage"), "stage", worded(STAGE)),
        Column(_("Shown from"), "starts", MOMENT), Column(_("Shown until"), "ends", MOMENT),
        Column(_("Text"), lambda block: block.draft.get("text", "")),
        Column(_("Leads to"), lambda block: block.draft.get("link", "")),
    ),
    links=tuple((page, is_kind(kind)) for kind, page in CHANGE.items()),
    acts=(
        Act(
            name="publish", label=_("Publish"), tone="go", may=lambda _desk, block: block.stage != "published",
            run=lambda ask: publish_block(**ask.how, block=ask.thing.pk), done=_("Everybody sees it now."),
        ),
        Act(
            name="look", label=_("Preview"), icon="search", run=lambda _ask: None, done=_("This is how it would look."),
            leads=lambda ask: preview(ask.desk),
        ),
        Act(name="up", label=_("Further up"), run=lambda ask: move_block(**ask.how, block=ask.thing.pk, way="up")),
        Act(
            name="down", label=_("Further down"), run=lambda ask: move_block(**ask.how, block=ask.thing.pk, way="down")
        ),
        Act(
            name="hide", label=_("Take it down"), icon="x", may=lambda _desk, block: block.stage != "draft",
            run=lambda ask: take_down_block(**ask.how, block=ask.thing.pk),
        ),
        Act(
            name="remove", label=_("Remove"), icon="x", tone="stop",
            run=lambda ask: remove_block(**ask.how, block=ask.thing.pk), leads=lambda _ask: LIST.url(),
        ),
    ),
    **WHO,
)  # fmt: skip
PAGES = (*NEW, *CHANGE.values(), LIST, ONE)
