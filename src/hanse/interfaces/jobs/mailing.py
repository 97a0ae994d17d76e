"""Notices by e-mail, each in the language of whoever gets it."""

from collections.abc import Collection

from django.utils import translation

from hanse.integrations import messages
from hanse.interfaces import notices
from hanse.interfaces.templatetags.hanse import name
from hanse.network.notices.queries import to_mail


def send(told: Collection[int]) -> int:
    """Send these notices (ids) to those who want them, and return how many e-mails that were."""
    wanted = to_mail(told)
    for mail in wanted:
        with translation.override(mail.language):
            subject = f"{notices.title(mail.notice.kind)} · {name(mail.notice.party)}"
            messages.deliver("email", mail.email, subject, notices.text(mail.notice))
    return len(wanted)
