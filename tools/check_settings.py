"""The settings of the demo with what only the checks need."""

from hanse.config.settings import *  # noqa: F403
from hanse.config.settings import INSTALLED_APPS as RUNNING_APPS

INSTALLED_APPS = [*RUNNING_APPS, "django_migration_linter"]
