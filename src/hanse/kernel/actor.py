"""Who acts: always an argument, never looked up."""

from dataclasses import dataclass

from hanse.kernel.errors import NotAllowed

OPERATE = "platform.operate"
"""The permission of the platform's operators: they see and may do what any party may."""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person or process acting for one party; ids are of the network floor's tables.

    `party` is None for strangers and for the engine itself; `name` says which process when nobody signed in.
    """

    party: int | None = None
    user: int | None = None
    permissions: frozenset[str] = frozenset()
    name: str = ""

    @property
    def operates(self) -> bool:
        """Say whether this actor acts for the platform as a whole."""
        return OPERATE in self.permissions

    def may(self, permission: str) -> bool:
        """Say whether the actor holds the permission, or operates the platform."""
        return self.operates or permission in self.permissions

    def require(self, permission: str) -> None:
        """Raise NotAllowed unless the actor holds the permission."""
        if not self.may(permission):
            raise NotAllowed(permission=permission)

    def __str__(self) -> str:
        return self.name or f"party:{self.party} user:{self.user}"


STRANGER = Actor(name="stranger")
ENGINE = Actor(name="engine", permissions=frozenset({OPERATE}))
"""The engine itself: what falls due by the clock is done in its name."""
