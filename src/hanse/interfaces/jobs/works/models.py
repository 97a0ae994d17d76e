"""Works: what somebody asked for that takes longer than a page may take, how far it is, and what came of it."""

from typing import Self

from django.db import models
from django.db.models import CheckConstraint, F, Q

from hanse.kernel import states
from hanse.kernel.actor import Actor
from hanse.network.access.models import User
from hanse.network.parties.models import Party

WORK = states.table(
    "work",
    "waiting",
    [
        ("start", "waiting", "running", "engine"),
        ("finish", "running", "done", "engine"),
        ("fail", "waiting running", "failed", "engine"),
        ("cancel", "waiting running", "cancelled", "asker operator"),
        ("retry", "failed cancelled", "waiting", "asker operator"),
    ],
)
OPEN = ("waiting", "running")
OVER = ("done", "failed", "cancelled")


class WorkQuerySet(models.QuerySet["Work"]):
    """Works, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep what the actor asked for itself for the party it acts for; operators see all, strangers none.

        Not even colleagues see it: a file may hold more than they are let know.
        """
        if actor.operates:
            return self
        if actor.party is None or actor.user is None:
            return self.none()
        return self.filter(party=actor.party, user=actor.user)

    def open(self) -> Self:
        """Keep what is still to be done."""
        return self.filter(status__in=OPEN)


class Work(models.Model):
    """One piece of long work. `place` is where to go on, `runner` who is at it, `beat_at` when that last said so."""

    code = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=40)
    party = models.ForeignKey(Party, models.PROTECT, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    asker = models.CharField(max_length=80, blank=True)
    permissions = models.JSONField(default=list)
    language = models.CharField(max_length=10)
    given = models.JSONField(default=dict)
    source = models.CharField(max_length=300, blank=True)
    source_name = models.CharField(max_length=200, blank=True)
    status = states.status_field(WORK)
    place = models.JSONField(default=dict)
    done = models.BigIntegerField(default=0)
    total = models.BigIntegerField(default=0)
    good = models.BigIntegerField(default=0)
    known = models.BigIntegerField(default=0)
    bad = models.BigIntegerField(default=0)
    message = models.CharField(max_length=1000, blank=True)
    result = models.CharField(max_length=300, blank=True)
    result_name = models.CharField(max_length=200, blank=True)
    errors = models.CharField(max_length=300, blank=True)
    errors_name = models.CharField(max_length=200, blank=True)
    runner = models.CharField(max_length=40, blank=True)
    attempts = models.IntegerField(default=0)
    created_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    beat_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = WorkQuerySet.as_manager()

    class Meta:
        constraints = [
            states.status_check(WORK),
            CheckConstraint(condition=~Q(kind=""), name="work_kind"),
            CheckConstraint(
                condition=Q(done__gte=0, total__gte=0, good__gte=0, known__gte=0, bad__gte=0, attempts__gte=0),
                name="work_counts",
            ),
            CheckConstraint(
                condition=Q(status__in=OPEN, finished_at=None) | Q(status__in=OVER, finished_at__gte=F("created_at")),
                name="work_finished",
            ),
            CheckConstraint(condition=Q(errors="") | Q(bad__gte=1), name="work_errors_of_bad_rows"),
        ]
        indexes = [
            models.Index(fields=["party", "user", "-id"], name="work_of_user"),
            models.Index(fields=["beat_at"], condition=Q(status__in=OPEN), name="work_open"),
            models.Index(fields=["finished_at"], condition=Q(status__in=OVER), name="work_over"),
        ]

    @property
    def share(self) -> int | None:
        """Return how much is done in percent, None while nobody knows."""
        if self.status == "done":
            return 100
        return min(99, self.done * 100 // self.total) if self.total else None

    @property
    def is_over(self) -> bool:
        """Say whether nothing more will happen to it by itself."""
        return self.status in OVER
