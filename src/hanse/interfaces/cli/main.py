"""The command `hanse`.

Every module beside this one that has a function `run` is a subcommand. Its name is the module's, less the trailing
underscore that Python's own words need; its help is the first line of its docstring; `arguments(parser)`, if there,
declares its arguments; `run(options)` returns the exit code. `NEEDS_DATABASE = False` says that it starts without one.
"""

import argparse
import importlib
import os
import pkgutil
import sys
from collections.abc import Sequence
from contextlib import nullcontext
from types import ModuleType

from hanse.config import postgres
from hanse.interfaces import cli


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one subcommand and returns its exit code."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanse.config.settings")
    given = list(sys.argv[1:] if argv is None else argv)
    commands = _commands()
    if given[:1] == ["manage"]:  # passed through untouched: the options are Django's
        return _manage(given[1:])
    options = _parser(commands).parse_args(given)
    module = importlib.import_module(commands[options.command])
    try:
        return _run(module, options)
    except postgres.PostgresUnavailableError as error:
        print(f"hanse: {error}", file=sys.stderr)
        return 1


def _run(module: ModuleType, options: argparse.Namespace) -> int:
    with postgres.held() if getattr(module, "NEEDS_DATABASE", True) else nullcontext():
        if getattr(module, "NEEDS_DATABASE", True):
            _set_up_django()
        return int(module.run(options) or 0)


def _set_up_django() -> None:
    import django

    django.setup()


def _manage(arguments: list[str]) -> int:
    from django.core.management import execute_from_command_line

    try:
        with postgres.held():
            execute_from_command_line(["hanse manage", *arguments])
    except postgres.PostgresUnavailableError as error:
        print(f"hanse: {error}", file=sys.stderr)
        return 1
    return 0


def _commands() -> dict[str, str]:
    names = (module.name for module in pkgutil.iter_modules(cli.__path__) if module.name != "main")
    return {name.rstrip("_").replace("_", "-"): f"{cli.__name__}.{name}" for name in names}


def _parser(commands: dict[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hanse", description="One engine for every supply-chain commerce model.")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    choices.add_parser("manage", help="Django's own commands, such as `hanse manage migrate`.")
    for name, path in sorted(commands.items()):
        module = importlib.import_module(path)
        if not hasattr(module, "run"):
            continue
        summary = (module.__doc__ or "").strip().split("\n", 1)[0]
        sub = choices.add_parser(name, help=summary, description=module.__doc__)
        if hasattr(module, "arguments"):
            module.arguments(sub)
    return parser


if __name__ == "__main__":
    sys.exit(main())
