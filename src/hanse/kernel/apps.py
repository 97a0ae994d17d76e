"""Registers the kernel floor with Django."""

from django.apps import AppConfig


class KernelConfig(AppConfig):
    """One Django app per floor: moving models between apps is painful."""

    name = "hanse.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"
