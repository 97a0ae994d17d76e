"""Registers the interfaces floor with Django."""

from django.apps import AppConfig


class InterfacesConfig(AppConfig):
    """One Django app per floor: moving models between apps is painful."""

    name = "hanse.interfaces"
    label = "interfaces"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Let Django know the checks of the surroundings; the topmost floor is the only one that may name them."""
        from hanse.config import checks

        assert checks.OLDEST
