"""Completes the description that django-ninja makes: problems, examples, headers, links, security."""

import copy
from collections.abc import Iterator, Mapping
from typing import Any

from hanse.interfaces.api.schemas.problems import Problem

Node = dict[str, Any]

ALWAYS = {
    "401": "Nobody is signed in, or the key is not in force.",
    "403": "The caller may see this but not do it, or its key has no such scope.",
    "404": "There is no such thing, or it is not for the caller to see: the answer is the same.",
    "422": "The request does not fit; `field` names what.",
    "429": "Too many wrong keys came from this address.",
}
ON_WRITES = {
    "409": "The engine refuses this now; `code` says why.",
    "413": "The body is too large.",
    "503": "A provider behind us gives no answer.",
}
LINKS: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "place_order": {
        "code": ("get_checkout", "pay_checkout", "cancel_checkout", "receive_checkout", "start_checkout_payment"),
        "orders/0": ("get_order", "get_order_history", "ship_order", "receive_order", "cancel_order", "refund_order"),
    },
    "pay_checkout": {"orders/0": ("ship_order",)},
    "ship_order": {"codes/0": ("get_parcel",)},
    "refund_order": {"codes/0": ("get_refund",)},
    "start_checkout_payment": {"code": ("get_payment", "query_provider")},
    "create_product": {"code": ("get_product", "edit_product", "submit_product", "withdraw_product")},
    "submit_product": {"code": ("get_approval", "tick_item", "approve_submitted", "reject_submitted")},
    "apply_to_join": {"code": ("get_approval", "tick_item", "approve_submitted", "reject_submitted")},
    "list_offer": {
        "code": ("get_offer", "change_offer", "set_offer_prices", "suspend_offer", "resume_offer", "withdraw_offer")
    },
    "open_promotion": {"code": ("close_promotion",)},
    "register_party": {"code": ("get_party", "change_party_terms", "suspend_party", "reinstate_party")},
    "settle_party": {"statement": ("get_statement", "list_statement_entries")},
    "withdraw_money": {"code": ("get_payout", "mark_payout_sent", "mark_payout_paid", "return_payout", "fail_payout")},
    "add_endpoint": {
        "code": ("get_endpoint", "change_endpoint", "test_endpoint", "disable_endpoint", "enable_endpoint")
    },
    "test_endpoint": {"code": ("get_delivery", "replay_delivery")},
    "issue_key": {"code": ("revoke_key",)},
}
"""What the answer of one operation gives to others: field to the operations that take it as `code`."""


def complete(schema: Node) -> Node:
    """Return the description with everything that holds for all operations alike."""
    components = schema["components"]
    components["schemas"] |= _problem_schemas()
    components["securitySchemes"].pop("Anyone")
    components["responses"] = {name: _problem(text) for name, text in (ALWAYS | ON_WRITES).items()}
    components["responses"] = {f"Problem{name}": said for name, said in components["responses"].items()}
    for method, operation in operations(schema):
        _describe(method, operation, components["schemas"])
    _link(schema)
    return schema


def operations(schema: Node) -> Iterator[tuple[str, Node]]:
    """Yield every operation with its method."""
    for item in schema["paths"].values():
        yield from item.items()


def _problem_schemas() -> Node:
    made = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    return {**made.pop("$defs"), "Problem": made}


def _problem(text: str) -> Node:
    media = {"schema": {"$ref": "#/components/schemas/Problem"}}
    return {"description": text, "content": {"application/problem+json": media}}


def _describe(method: str, operation: Node, schemas: Node) -> None:
    reads = method == "get"
    operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
    refusals = ALWAYS if reads else ALWAYS | ON_WRITES
    answers = operation["responses"]
    for status in list(answers):
        answers[str(status)] = _with_example(answers.pop(status), schemas)
    answers |= {name: {"$ref": f"#/components/responses/Problem{name}"} for name in refusals}
    if reads and "200" in answers:
        answers["200"].setdefault("headers", {})["ETag"] = {"schema": {"type": "string"}}
        answers["304"] = {"description": "Nothing has changed since the answer of that ETag."}
        operation["parameters"].append(
            {
                "in": "header",
                "name": "If-None-Match",
                "required": False,
                "schema": {"type": "string", "examples": ['"5f2b"']},
                "description": "The ETag of an earlier answer.",
            }
        )
    for parameter in operation["parameters"]:
        said = parameter["schema"]
        if "examples" in said:
            parameter["example"] = said["examples"][0]
            parameter.pop("examples", None)
    if body := operation.get("requestBody"):
        _with_example(body, schemas)
    operation["security"] = [{} if "Anyone" in one else one for one in operation["security"]]


def _with_example(holder: Node, schemas: Node) -> Node:
    for media in holder.get("content", {}).values():
        media.setdefault("example", example_of(media["schema"], schemas))
    return holder


def example_of(said: Node, schemas: Node) -> Any:
    """Return an example of a schema, put together from those of its fields."""
    if "examples" in said:
        return copy.deepcopy(said["examples"][0])
    if "$ref" in said:
        return example_of(schemas[said["$ref"].rsplit("/", 1)[1]], schemas)
    for several in ("anyOf", "oneOf", "allOf"):
        if several in said:
            return example_of(said[several][0], schemas)
    return _plain_example(said, schemas)


def _plain_example(said: Node, schemas: Node) -> Any:
    """Return an example of a schema that brings none of its own."""
    if "enum" in said:
        return said["enum"][0]
    kind = said.get("type")
    if kind == "object":
        return {name: example_of(one, schemas) for name, one in said.get("properties", {}).items()}
    if kind == "array":
        return [example_of(said["items"], schemas)]
    plain = {"string": "text", "integer": said.get("minimum", 1), "boolean": True}
    return plain.get(str(kind), said.get("const"))


def _link(schema: Node) -> None:
    known = {operation["operationId"]: operation for _method, operation in operations(schema)}
    for source, fields in LINKS.items():
        answer = next(said for status, said in known[source]["responses"].items() if status in ("200", "201"))
        answer["links"] = {
            f"{target}_of_{field.partition('/')[0]}": _leads_to(known[target], field)
            for field, targets in fields.items()
            for target in targets
        }


def _leads_to(target: Node, field: str) -> Node:
    return {"operationId": target["operationId"], "parameters": {"code": f"$response.body#/{field}"}}
