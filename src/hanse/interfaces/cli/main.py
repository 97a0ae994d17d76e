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
    """Run one subcommand and return its exit code."""
    given = list(sys.argv[1:] if argv is None else argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "hanse.config.settings")
    if given[:1] == ["demo"]:  # a demo stays one on whichever database it runs
        os.environ.setdefault("HANSE_DEMO", "1")
    try:
        # Passed through untouched: the options are Django's.
        return _manage(given[1:]) if given[:1] == ["manage"] else _subcommand(given)
    except postgres.PostgresUnavailableError as error:
        print(f"hanse: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130


def _manage(arguments: list[str]) -> int:
    from django.core.management import execute_from_command_line

    with postgres.held():
        execute_from_command_line(["hanse manage", *arguments])
    return 0


def _subcommand(given: list[str]) -> int:
    import django

    django.setup()
    # Only the module asked for is imported: the others would make every command as slow as the slowest.
    modules = {name: path for name, path in _commands().items() if name == given[0]} if given else {}
    options = _parser(modules or _commands()).parse_args(given)
    module = importlib.import_module(_commands()[options.command])
    with postgres.held() if getattr(module, "NEEDS_DATABASE", True) else nullcontext():
        return int(module.run(options) or 0)


def _commands() -> dict[str, str]:
    names = (module.name for module in pkgutil.iter_modules(cli.__path__) if module.name != "main")
    return {name.rstrip("_").replace("_", "-"): f"{cli.__name__}.{name}" for name in names}


def _parser(commands: dict[str, str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="hanse", description="One engine for every supply-chain commerce model.")
    choices = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    choices.add_parser("manage", help="Django's own commands, such as `hanse manage migrate`.")
    for name, path in sorted(commands.items()):
        module = importlib.import_module(path)
        if hasattr(module, "run"):
            _add(choices, name, module)
    return parser


def _add(choices: "argparse._SubParsersAction[argparse.ArgumentParser]", name: str, module: ModuleType) -> None:
    text = (module.__doc__ or "").strip()
    sub = choices.add_parser(name, help=text.split("\n", 1)[0], description=text)
    if hasattr(module, "arguments"):
        module.arguments(sub)


if __name__ == "__main__":
    sys.exit(main())
