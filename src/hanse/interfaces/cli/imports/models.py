"""Imports: how far each came, and which rows did not go in."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

KINDS = ("parties", "products", "offers", "prices", "stock", "shipments")


class ImportJob(models.Model):
    """One file of one kind, known by its contents: run again, it goes on behind the last line that went in."""

    kind = models.CharField(max_length=10)
    name = models.CharField(max_length=200)
    digest = models.CharField(max_length=64)
    line = models.BigIntegerField(default=0)
    imported = models.BigIntegerField(default=0)
    known = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    started_by = models.CharField(max_length=80)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            UniqueConstraint(fields=["kind", "digest"], name="importjob_once"),
            CheckConstraint(condition=Q(kind__in=KINDS), name="importjob_kind"),
            CheckConstraint(
                condition=Q(line__gte=0, imported__gte=0, known__gte=0, rejected__gte=0), name="importjob_counts"
            ),
            CheckConstraint(
                condition=Q(finished_at=None) | Q(finished_at__gte=F("started_at")), name="importjob_finished"
            ),
        ]


class ImportProblem(models.Model):
    """Lines that did not go in: where, in which column, and what would have been right."""

    job = models.ForeignKey(ImportJob, models.CASCADE, related_name="problems")
    line = models.BigIntegerField()
    last_line = models.BigIntegerField()
    column = models.CharField(max_length=60, blank=True)
    expected = models.CharField(max_length=500)
    row = models.CharField(max_length=1000, blank=True)

    class Meta:
        constraints = [CheckConstraint(condition=Q(line__gte=1, last_line__gte=F("line")), name="importproblem_lines")]
        indexes = [models.Index(fields=["job", "line"], name="importproblem_of_job")]
