"""Shows Hanse: starts everything on 127.0.0.1, loads the demo mall and keeps it running until Ctrl-C."""

import argparse
import signal
import socket
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from io import StringIO
from pathlib import Path

import httpx
from django.conf import settings
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.db import OperationalError, connection

from hanse.config import places, postgres
from hanse.config.translations import compile_catalogues
from hanse.interfaces.cli.supervisor import Child, ChildFailedError, Supervisor

NEEDS_DATABASE = False  # it starts the server itself, to say so
HOST = "127.0.0.1"
PATIENCE = 60.0  # seconds for the web server to answer
LOOK_AFTER_DATABASE = 5.0  # seconds between two looks
LOADER = "hanse.interfaces.cli.mall"
WEB_THREADS = 2  # of each of two processes: docs/decisions/0003
SANDBOX = "hanse.integrations.sandbox"


class CannotStartError(RuntimeError):
    """The demo cannot start; the text says why and what to do."""


def arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where the demo listens."""
    parser.add_argument("--port", type=int, default=8000, help="where the pages are served (default 8000)")
    parser.add_argument("--sandbox-port", type=int, default=8001, help="where the sandbox gateway listens (8001)")
    parser.add_argument("--empty", action="store_true", help="do not load the demo mall")


def run(options: argparse.Namespace) -> int:
    """Run the demo until Ctrl-C or SIGTERM."""
    # Ctrl-C, told to stop, the terminal closed; the first too, as a shell's background jobs begin deaf to it.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.default_int_handler)
    try:
        _check_free(options.port, "--port")
        _check_free(options.sandbox_port, "--sandbox-port")
        if postgres.is_embedded():
            say("PostgreSQL starts ...")
        with postgres.held():
            _serve(options)
    except KeyboardInterrupt:
        say("\nEverything is stopped. `make demo` starts it again in seconds.")
        return 0
    except OperationalError as error:
        print(f"\nThe demo ends: the database cannot be used. {error}\n", file=sys.stderr, flush=True)
        return 1
    except (CannotStartError, ChildFailedError, SystemCheckError, postgres.PostgresUnavailableError) as error:
        print(f"\nThe demo ends: {error}\n", file=sys.stderr, flush=True)
        return 1
    return 0


def say(text: str) -> None:
    """Tell the person at the terminal what happens, if there still is one."""
    with suppress(OSError):
        print(text, flush=True)


@contextmanager
def _step(name: str) -> Iterator[None]:
    began = time.monotonic()
    say(f"{name} ...")
    yield
    say(f"{name}: ready after {time.monotonic() - began:.1f} s")


def _check_free(port: int, option: str) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            raise CannotStartError(
                f"port {port} cannot be had ({error.strerror}), perhaps because a demo runs already. "
                f"Stop what uses it, or choose another: .venv/bin/hanse demo {option} {port + 10}"
            ) from error


def _serve(options: argparse.Namespace) -> None:
    base, sandbox = f"http://{HOST}:{options.port}", f"http://{HOST}:{options.sandbox_port}"
    settings.HANSE_BASE_URL, settings.HANSE_SANDBOX_URL = base, sandbox
    environment = {"HANSE_DEMO": "1", "HANSE_BASE_URL": base, "HANSE_SANDBOX_URL": sandbox, "PYTHONUNBUFFERED": "1"}
    supervisor = Supervisor(say)
    try:
        with _step("Tables and translations"):
            compile_catalogues()
            call_command("check", databases=["default"], stdout=StringIO())
            call_command("migrate", interactive=False, verbosity=0)
        sandbox_options = _sandbox_options(options.sandbox_port, base)
        supervisor.add(_child("sandbox gateway", ["-m", SANDBOX, *sandbox_options], environment))
        accounts = _load_mall(empty=options.empty)
        connection.close()  # the loader's; from here on only the children use the database
        with _step("Web server and worker"):
            supervisor.add(_child("worker", ["-m", "django", "procrastinate", "worker"], environment))
            pooled = {**environment, "HANSE_POOL": str(WEB_THREADS)}
            supervisor.add(_child("web server", ["-m", "granian", *_web_options(options.port)], pooled))
            _wait_until_answering(base, supervisor)
        say(_welcome(base, accounts))
        _tend(supervisor)
    finally:
        say("\nStopping ...")
        supervisor.stop()
        connection.close()


def _child(name: str, arguments: Sequence[str], environment: dict[str, str]) -> Child:
    log = places.var() / "log" / f"{name.replace(' ', '-')}.log"
    return Child(name, [sys.executable, *arguments], log, environment)


def _web_options(port: int) -> list[str]:
    return [
        *("--interface", "wsgi", "--host", HOST, "--port", str(port), "--no-ws", "--log-level", "warning"),
        *("--workers", "2", "--blocking-threads", str(WEB_THREADS), "--workers-kill-timeout", "5"),
        "hanse.config.wsgi:application",
    ]


def _sandbox_options(port: int, base: str) -> list[str]:
    folder = Path(settings.HANSE_SANDBOX_KEYS)
    folder.mkdir(parents=True, exist_ok=True)
    return [
        *("--host", HOST, "--port", str(port), "--keys", str(folder), "--state", str(folder / "state.jsonl")),
        *("--notify", f"{base}/gateways/sandbox/notices", "--zone", settings.HANSE_ZONE),
    ]


def _load_mall(*, empty: bool) -> Sequence[tuple[str, ...]]:
    """Load the demo mall and return who can sign in: rows of role, e-mail, password, page."""
    if empty:
        return []
    with _step("Demo mall"):
        return import_module(LOADER).load(say) or []


def _wait_until_answering(base: str, supervisor: Supervisor) -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            httpx.get(base, timeout=5, trust_env=False)
        except httpx.TransportError:
            supervisor.tend()
            time.sleep(0.2)
        else:
            return
    raise CannotStartError(f"the web server does not answer after {PATIENCE:.0f} s; see {places.var() / 'log'}")


def _welcome(base: str, accounts: Sequence[tuple[str, ...]]) -> str:
    widths = [max((len(cell) for cell in column), default=0) for column in zip(*accounts, strict=True)]
    rows = ["   ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in accounts]
    lines = ["", f"  Hanse is open at {base}", *(f"    {row}" for row in rows), "  Ctrl-C stops everything.", ""]
    return "\n".join(lines)


def _tend(supervisor: Supervisor) -> None:
    looked = time.monotonic()
    while True:
        time.sleep(0.5)
        supervisor.tend()
        if postgres.is_embedded() and time.monotonic() - looked > LOOK_AFTER_DATABASE:
            looked = time.monotonic()
            if postgres.start():
                say("PostgreSQL had ended and is started again; nothing that was confirmed is lost")
