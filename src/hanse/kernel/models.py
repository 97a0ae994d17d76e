"""What the kernel remembers: claimed keys and the history of every status."""

from django.db import models


class Claim(models.Model):
    """One idempotency key, claimed by one operation for one party, with what it answered: the audit trail as well.

    Written by `once` alone: the scope begins with the operation, then come who and when, and what was overwritten
    with what it was before. What overwrote nothing is forgotten after 90 days (`once.forget`): documents say
    themselves who made them, and every change of a status is a StateChange, which stays.
    """

    scope = models.CharField(max_length=80)
    key = models.CharField(max_length=200)
    digest = models.BinaryField(max_length=32)
    result = models.JSONField(null=True)
    changes = models.JSONField(null=True)
    at = models.DateTimeField()
    by_party = models.BigIntegerField(null=True)
    by_user = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=40, default="", db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["scope", "key"], name="kernel_claim_once")]
        indexes = [models.Index(fields=["by_user", "-id"], name="kernel_claim_user")]

    @property
    def operation(self) -> str:
        """Return the name of the operation."""
        return self.scope.partition(":")[0]


class StateChange(models.Model):
    """One change of a status: append-only, written by `states.move` alone."""

    subject = models.CharField(max_length=40)
    subject_id = models.BigIntegerField()
    event = models.CharField(max_length=40)
    source = models.CharField(max_length=20)
    target = models.CharField(max_length=20)
    at = models.DateTimeField()
    by_party = models.BigIntegerField(null=True)
    by_user = models.BigIntegerField(null=True)
    by_name = models.CharField(max_length=40)
    why = models.CharField(max_length=500)

    class Meta:
        indexes = [models.Index(fields=["subject", "subject_id", "id"], name="kernel_change_subject")]
