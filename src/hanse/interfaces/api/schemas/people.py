"""Offers of a role to a colleague."""

from typing import Annotated

from pydantic import Field

from hanse.interfaces.api.schemas.words import PLAIN, At, In, Out, Who


class InvitationIn(In):
    """A role within the acting party, to be offered to whoever reads this e-mail address or telephone."""

    sign_in: Annotated[str, Field(min_length=3, max_length=254, pattern=PLAIN, examples=["li@example.com"])]
    role: Annotated[str, Field(max_length=20, pattern=r"^[a-z_]+$", examples=["seller_clerk"])]


class Invitation(Out):
    """An offer of a role, good once and for seven days; the link itself is only in the message."""

    code: Annotated[str, Field(examples=["I-7K2M9-QX4TD"])]
    party: Who
    role: Annotated[str, Field(examples=["seller_clerk"])]
    sign_in: Annotated[str, Field(examples=["li@example.com"])]
    invited_at: At
    expires_at: At
