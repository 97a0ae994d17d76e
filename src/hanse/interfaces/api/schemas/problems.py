"""What a refusal looks like (RFC 9457)."""

from typing import Annotated, Any

from pydantic import ConfigDict, Field

from hanse.interfaces.api.schemas.words import Out


class Fault(Out):
    """One field that does not fit."""

    field: Annotated[str, Field(examples=["lines.0.quantity"])]
    message: Annotated[str, Field(examples=["Input should be greater than or equal to 1"])]


class Problem(Out):
    """A refusal: `code` never changes, `detail` is a sentence in the caller's language."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"required": ["type", "title", "status", "code"]})

    type: Annotated[str, Field(examples=["about:blank"])]
    title: Annotated[str, Field(examples=["Conflict"])]
    status: Annotated[int, Field(examples=[409])]
    code: Annotated[str, Field(description="The stable code of the refusal.", examples=["out_of_stock"])]
    detail: Annotated[str, Field(examples=["Only 3 of “White tee” are left."])]
    field: Annotated[str, Field(description="The first field that does not fit.", examples=["quantity"])] = ""
    errors: Annotated[list[Fault], Field(description="Every field that does not fit.")] = []
    details: Annotated[dict[str, Any], Field(examples=[{"available": 3}])] = {}
