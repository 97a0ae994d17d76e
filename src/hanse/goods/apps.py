"""Registers the goods floor with Django."""

from django.apps import AppConfig


class GoodsConfig(AppConfig):
    """One Django app per floor: moving models between apps is painful."""

    name = "hanse.goods"
    label = "goods"
    default_auto_field = "django.db.models.BigAutoField"
