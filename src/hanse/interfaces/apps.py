"""Registers the interfaces floor with Django."""

from django.apps import AppConfig


class InterfacesConfig(AppConfig):
    """One Django app per floor: moving models between apps is painful."""

    name = "hanse.interfaces"
    label = "interfaces"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hand down who follows which fact, and let Django know the checks of the surroundings."""
        from hanse.config import checks
        from hanse.interfaces.jobs import subscriptions
        from hanse.interfaces.webhooks.facts import FACTS
        from hanse.kernel import events
        from hanse.network.webhooks.queries import wanted

        assert checks.OLDEST
        events.subscribe(subscriptions.names())
        events.publish(FACTS, wanted)
