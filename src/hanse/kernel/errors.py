"""Expected refusals: every one has a stable code, an HTTP status and a sentence for the person who sees it."""

from typing import Any, ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class DomainError(Exception):
    """A refusal the caller can act on; subclasses are defined beside the operation that raises them.

    `code` never changes once published; `message` is translatable and may use the names in `details`.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 409
    message: ClassVar[str | Promise] = _("This is not possible right now.")

    def __init__(self, **details: Any) -> None:
        self.details = details
        super().__init__(self.code)

    def __str__(self) -> str:
        text = str(self.message)
        return text % self.details if self.details and "%(" in text else text


class MalformedInput(DomainError):
    """The input itself cannot be read: `field` names it, `expected` says what would have been right."""

    code = "malformed"
    status = 422
    message = _("%(field)s: expected %(expected)s.")

    def __init__(self, field: str, expected: str | Promise, **details: Any) -> None:
        super().__init__(field=field, expected=expected, **details)


class NotFound(DomainError):
    """There is no such thing, or it is not for this actor to see: the answer is the same."""

    code = "not_found"
    status = 404
    message = _("There is no such %(what)s.")

    def __init__(self, what: str | Promise, **details: Any) -> None:
        super().__init__(what=what, **details)


class NotAllowed(DomainError):
    """The actor may see this but not do it."""

    code = "not_allowed"
    status = 403
    message = _("You are not allowed to do this.")
