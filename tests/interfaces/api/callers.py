"""Programs that call the API over Django's test client, each by a key of its own."""

import json
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from django.test import Client

from hanse.kernel import clock
from hanse.kernel.actor import ENGINE
from hanse.network.access.models import User
from hanse.network.access.operations.create_user import create_user
from hanse.network.access.operations.grant_role import grant_role
from hanse.network.access.operations.issue_key import issue_key
from hanse.network.access.queries import actor_for
from hanse.network.parties.rules import Secret

ROOT = "/api/v1"
numbers = count(1)


@dataclass
class Caller:
    """Somebody who calls, with a key or (secret "") without."""

    secret: str = ""
    client: Client = field(default_factory=Client)

    def call(self, method: str, path: str, body: Any = None, key: str | None = None, **headers: str) -> Any:
        """Call and return Django's answer."""
        given = {"Accept-Language": "en", "Idempotency-Key": key or f"call-{next(numbers)}", **headers}
        if self.secret:
            given["Authorization"] = f"Bearer {self.secret}"
        content = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
        url = path if path.startswith("/api") else ROOT + path
        return self.client.generic(method, url, content, content_type="application/json", headers=given)

    def get(self, path: str, **headers: str) -> Any:
        """Read, and return what was answered."""
        return self.said(self.call("GET", path, **headers))

    def post(self, path: str, body: Any = None, key: str | None = None) -> Any:
        """Write, and return what was answered."""
        return self.said(self.call("POST", path, {} if body is None else body, key))

    def put(self, path: str, body: Any = None) -> Any:
        """Write, and return what was answered."""
        return self.said(self.call("PUT", path, {} if body is None else body))

    def patch(self, path: str, body: Any = None) -> Any:
        """Write, and return what was answered."""
        return self.said(self.call("PATCH", path, {} if body is None else body))

    @staticmethod
    def said(response: Any) -> Any:
        """Return what was answered, which must be a success."""
        assert 200 <= response.status_code < 300, response.content.decode()
        return json.loads(response.content) if response.content else None

    def refused(self, method: str, path: str, body: Any = None, **how: Any) -> tuple[int, str]:
        """Return the status and the code of a refusal."""
        response = self.call(method, path, body, **how)
        assert response.headers["Content-Type"] == "application/problem+json", response.content
        return response.status_code, json.loads(response.content)["code"]


def member(party: str, role: str) -> User:
    """Create somebody who has a role within a party."""
    name = f"{role}.{next(numbers)}"
    code = create_user(
        key=name, at=clock.now(), by=ENGINE, name=name, email=f"{name}@example.com", password=Secret("correct horse 9")
    )
    grant_role(key=name, at=clock.now(), by=ENGINE, user=code, party=party, role=role)
    return User.objects.get(code=code)


def caller(party: str, role: str = "owner", scopes: list[str] | None = None) -> Caller:
    """Return a program that acts for somebody of that role, within these scopes or all that the role may do."""
    actor = actor_for(member(party, role), party)
    secret = f"hanse_{next(numbers):040}"
    issue_key(
        key=secret[-20:], at=clock.now(), by=actor, name=role, scopes=scopes or sorted(actor.permissions),
        secret=Secret(secret),
    )  # fmt: skip
    return Caller(secret)
