"""Changes of orders: what is asked for, and whom it was put to."""

from django.db import models
from django.db.models import F, Q

from hanse.kernel import states
from hanse.kernel.actor import Actor
from hanse.kernel.sealed import EncryptedJSONField
from hanse.network.approvals.models import Approval
from hanse.network.parties.models import Party
from hanse.trade.orders.models import Checkout, Order

ORDER_CHANGE = states.table(
    "order_change",
    "asked",
    [
        ("apply", "asked", "applied", "decider engine"),
        ("decline", "asked", "declined", "decider"),
        ("withdraw", "asked", "withdrawn", "asker"),
    ],
)


class ChangeQuerySet(models.QuerySet["Change"]):
    """Changes as one actor may see them."""

    def visible_to(self, actor: Actor) -> "ChangeQuerySet":
        """Keep what the actor's party asked for or was asked, in its own leg; operators see all, strangers none."""
        if actor.operates:
            return self
        if actor.party is None:
            return self.none()
        put = Consent.objects.filter(Q(approval__decider=actor.party) | Q(approval__party=actor.party))
        return self.filter(Q(asker=actor.party) | Q(pk__in=put.values("change")))


class Change(models.Model):
    """What somebody asks to be changed of a checkout, and once it is done what it was before.

    `leg` is the order it was asked about, none for a whole checkout. `fewer` maps lines of first legs (ids) to pieces
    that fall away; `more` lists offers (codes) with pieces to be added, quoted by `fingerprint` and `total`, which
    become the checkout `supplement`. `address` and `wanted_on` are the new ones, where they are to change.
    """

    code = models.CharField(max_length=13, unique=True)
    checkout = models.ForeignKey(Checkout, models.PROTECT, related_name="changes")
    leg = models.ForeignKey(Order, models.PROTECT, null=True, related_name="+")
    asker = models.ForeignKey(Party, models.PROTECT, related_name="+")
    status = states.status_field(ORDER_CHANGE)
    fewer = models.JSONField(default=dict)
    more = models.JSONField(default=list)
    fingerprint = models.CharField(max_length=64, blank=True)
    total = models.BigIntegerField(default=0)
    address = EncryptedJSONField(max_length=60_000, null=True)
    wanted_on = models.DateField(null=True)
    before = EncryptedJSONField(max_length=60_000, default=dict)
    supplement = models.OneToOneField(Checkout, models.PROTECT, null=True, related_name="supplements")
    why = models.CharField(max_length=500, blank=True)
    reasons = models.JSONField(default=list)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=80)
    decided_at = models.DateTimeField(null=True)

    objects = ChangeQuerySet.as_manager()

    class Meta:
        constraints = [
            states.status_check(ORDER_CHANGE),
            models.CheckConstraint(
                condition=Q(status="asked", decided_at=None) | (~Q(status="asked") & Q(decided_at__isnull=False)),
                name="change_decided_when",
            ),
            models.CheckConstraint(condition=Q(total__gte=0), name="change_total"),
            models.CheckConstraint(condition=Q(supplement=None) | Q(status="applied"), name="change_supplement"),
            models.CheckConstraint(
                condition=Q(supplement=None) | ~Q(supplement=F("checkout")), name="change_supplement_is_another"
            ),
        ]
        indexes = [models.Index(fields=["checkout", "-id"], name="change_of_checkout")]


class Consent(models.Model):
    """One whom a change was put to: the leg it decides in, and what of its lines would change.

    `lines` are (line id, pieces there were when it was asked, pieces wished for).
    """

    change = models.ForeignKey(Change, models.PROTECT, related_name="consents")
    leg = models.ForeignKey(Order, models.PROTECT, related_name="+")
    approval = models.OneToOneField(Approval, models.PROTECT, related_name="+")
    lines = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["change", "leg"], name="consent_once")]
