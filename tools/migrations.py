"""Checks that no migration is missing and that none would stop a running shop: `python -m tools.migrations`."""

import os

import django
from django.apps import apps
from django.core.management import call_command

from hanse.config import postgres

STOPPED_FOR = {"0005_sealed": "an earlier version cannot read what this one seals, so it is stopped anyway"}
"""Migrations for which everything is stopped, and why no way around that is worth its while."""


def main() -> None:
    """Exit with 1 if a migration is missing or unsafe."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tools.check_settings"
    os.environ.setdefault("HANSE_DEMO", "1")
    django.setup()
    ours = [config.label for config in apps.get_app_configs() if config.name.startswith("hanse.")]
    with postgres.held():
        call_command("makemigrations", *ours, check=True, dry_run=True)
        call_command(
            "lintmigrations",
            include_apps=ours,
            no_cache=True,
            warnings_as_errors=True,
            quiet=["ok", "ignore"],
            ignore_name=list(STOPPED_FOR),
        )


if __name__ == "__main__":
    main()
