"""Users, and what they are within a party."""

from datetime import datetime
from typing import Self

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from hanse.kernel.actor import Actor
from hanse.network.access import rules
from hanse.network.parties.models import Party


class UserQuerySet(models.QuerySet["User"]):
    """Users, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor, and for those who manage a party's staff everyone who belongs to it."""
        if actor.operates:
            return self
        seen = Q(pk=actor.user) if actor.user is not None else Q(pk__in=[])
        if actor.party is not None and actor.may(rules.STAFF):
            seen |= Q(pk__in=Membership.objects.current().filter(party=actor.party).values("user"))
        return self.filter(seen)

    def get_by_natural_key(self, sign_in: str) -> "User":
        """Find by e-mail address or telephone number, as Django's sign-in asks for it."""
        column, name = rules.sign_in_name(sign_in)
        return self.get(**{column: name})


class User(AbstractBaseUser):
    """A person who signs in, by e-mail address or telephone number; rights come from memberships alone."""

    code = models.CharField(max_length=13, unique=True)
    email = models.EmailField(_("e-mail address"), max_length=254, unique=True, null=True)
    phone = models.CharField(_("telephone"), max_length=20, unique=True, null=True)
    name = models.CharField(max_length=100)
    language = models.CharField(max_length=10, choices=[("zh-hans", "简体中文"), ("en", "English")], default="zh-hans")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)

    objects = UserQuerySet.as_manager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(email__isnull=False) | Q(phone__isnull=False), name="user_has_sign_in"),
            CheckConstraint(condition=Q(email=None) | Q(email=Lower("email")), name="user_email_lower"),
            CheckConstraint(condition=Q(language__in=rules.LANGUAGES), name="user_language"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        """Return the name, as Django's templates ask for it."""
        return self.name


class MembershipQuerySet(models.QuerySet["Membership"]):
    """Memberships, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own, and for those who manage a party's staff all of that party."""
        if actor.operates:
            return self
        seen = Q(user=actor.user) if actor.user is not None else Q(pk__in=[])
        if actor.party is not None and actor.may(rules.STAFF):
            seen |= Q(party=actor.party)
        return self.filter(seen)

    def current(self) -> Self:
        """Keep those that were not revoked."""
        return self.filter(until=None)


class Membership(models.Model):
    """A role that a user has within a party, from when until when."""

    user = models.ForeignKey(User, models.PROTECT, related_name="memberships")
    party = models.ForeignKey(Party, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20)
    since = models.DateTimeField()
    granted_by = models.CharField(max_length=80)
    until = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=80, blank=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(role__in=list(rules.ROLES)), name="membership_role"),
            CheckConstraint(
                condition=Q(until=None, revoked_by="")
                | (Q(until__isnull=False, until__gte=F("since")) & ~Q(revoked_by="")),
                name="membership_until_pair",
            ),
            UniqueConstraint(fields=["user", "party", "role"], condition=Q(until=None), name="membership_one_current"),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} {self.role}@{self.party_id}"


class ApiKeyQuerySet(models.QuerySet["ApiKey"]):
    """API keys, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own for its party, and for those who manage a party's staff all of that party."""
        if actor.operates:
            return self
        if actor.party is None:
            return self.none()
        mine = self.filter(party=actor.party)
        return mine if actor.may(rules.STAFF) else mine.filter(user=actor.user or 0)

    def current(self) -> Self:
        """Keep those that were not revoked."""
        return self.filter(until=None)


class ApiKey(models.Model):
    """A key by which a program acts for a user within a party, never for more than that user may do there.

    The secret itself is not kept, only its SHA-256 (it is long and random, so there is nothing to guess) and its first
    characters, by which people tell keys apart.
    """

    code = models.CharField(max_length=13, unique=True)
    user = models.ForeignKey(User, models.PROTECT, related_name="api_keys")
    party = models.ForeignKey(Party, models.PROTECT, related_name="api_keys")
    name = models.CharField(max_length=80)
    prefix = models.CharField(max_length=20)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=40))
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    until = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=80, blank=True)
    last_used_at = models.DateTimeField(null=True)

    objects = ApiKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(
                condition=Q(until=None, revoked_by="")
                | (Q(until__isnull=False, until__gte=F("created_at")) & ~Q(revoked_by="")),
                name="apikey_revoked_pair",
            ),
            CheckConstraint(condition=~Q(scopes=[]), name="apikey_some_scope"),
        ]
        indexes = [models.Index(fields=["party", "-id"], name="apikey_of_party")]

    def __str__(self) -> str:
        return self.code


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations, filtered."""

    def visible_to(self, actor: Actor) -> Self:
        """Keep those of the party whose staff the actor manages."""
        if actor.operates:
            return self
        return self.filter(party=actor.party) if actor.party is not None and actor.may(rules.STAFF) else self.none()

    def open(self, at: datetime) -> Self:
        """Keep those that can be accepted at this moment."""
        return self.filter(accepted_at=None, until=None, expires_at__gt=at)


class Invitation(models.Model):
    """An offer of a role within a party to whoever reads this e-mail address or telephone, good once and for a while.

    The token that was sent is not kept, only its SHA-256.
    """

    code = models.CharField(max_length=13, unique=True)
    party = models.ForeignKey(Party, models.PROTECT, related_name="invitations")
    role = models.CharField(max_length=20)
    sign_in = models.CharField(max_length=254)
    digest = models.CharField(max_length=64, unique=True)
    invited_at = models.DateTimeField()
    invited_by = models.CharField(max_length=80)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="invitations")
    until = models.DateTimeField(null=True)
    revoked_by = models.CharField(max_length=80, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        constraints = [
            CheckConstraint(condition=Q(role__in=list(rules.ROLES)), name="invitation_role"),
            CheckConstraint(
                condition=Q(accepted_at=None, user=None) | Q(accepted_at__isnull=False, user__isnull=False),
                name="invitation_accepted_pair",
            ),
            CheckConstraint(
                condition=Q(until=None, revoked_by="") | (Q(until__isnull=False, accepted_at=None) & ~Q(revoked_by="")),
                name="invitation_revoked_pair",
            ),
            CheckConstraint(condition=Q(expires_at__gt=F("invited_at")), name="invitation_lasts"),
            UniqueConstraint(
                fields=["party", "role", "sign_in"],
                condition=Q(accepted_at=None, until=None),
                name="invitation_one_open",
            ),
        ]

    def __str__(self) -> str:
        return self.code
