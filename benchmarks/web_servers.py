"""Serves one Django view with one query by several servers in turn and compares their rates: decision 0003.

Needs `wrk` and, for the servers that Hanse does not bring, `pip install gunicorn uvicorn`; what is missing is left out.
Rounds are interleaved, so that whatever else the machine does falls on all alike; the ratios count, not the rates.
"""

import argparse
import os
import re
import shutil
import signal
import statistics
import subprocess
import sys
import time
from pathlib import Path

import httpx

from hanse.config import postgres

PORT = 8765
ROOT = Path(__file__).resolve().parents[1]
ADDRESS = f"http://127.0.0.1:{PORT}/"
APPLICATION = "benchmarks.web_server_page"
GRANIAN = ("-m", "granian", "--host", "127.0.0.1", "--port", str(PORT), "--workers", "2", "--no-ws")
SERVERS = {
    "granian, 2 threads, pool": (*GRANIAN, "--interface", "wsgi", "--blocking-threads", "2", f"{APPLICATION}:wsgi"),
    "granian, 2 threads": (*GRANIAN, "--interface", "wsgi", "--blocking-threads", "2", f"{APPLICATION}:wsgi"),
    "granian, 4 threads, pool": (*GRANIAN, "--interface", "wsgi", "--blocking-threads", "4", f"{APPLICATION}:wsgi"),
    "granian, 1 thread": (*GRANIAN, "--interface", "wsgi", "--blocking-threads", "1", f"{APPLICATION}:wsgi"),
    "gunicorn, 4 threads": (
        *("-m", "gunicorn", "--bind", f"127.0.0.1:{PORT}", "--workers", "2", "--worker-class", "gthread"),
        *("--threads", "4", f"{APPLICATION}:wsgi"),
    ),
    "gunicorn, sync": ("-m", "gunicorn", "--bind", f"127.0.0.1:{PORT}", "--workers", "2", f"{APPLICATION}:wsgi"),
    "uvicorn, pool": (
        "-m",
        "uvicorn",
        "--port",
        str(PORT),
        "--workers",
        "2",
        "--log-level",
        "error",
        f"{APPLICATION}:asgi",
    ),
}


def available(command: tuple[str, ...]) -> bool:
    """Say whether the server's package is installed."""
    return (
        subprocess.run([sys.executable, "-c", f"import {command[1]}"], capture_output=True, check=False).returncode == 0
    )


def measure(name: str, seconds: int, clients: int) -> tuple[float, float]:
    """Return requests per second and the 99th percentile in milliseconds of one server."""
    environment = {
        **os.environ,
        "HANSE_DEMO": "1",
        "HANSE_POOL": "8" if "pool" in name else "0",
        "PYTHONPATH": str(ROOT),
    }
    process = subprocess.Popen(
        [sys.executable, *SERVERS[name]], env=environment, cwd=ROOT, start_new_session=True,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _await_answer()
        _load(2, clients)
        return _load(seconds, clients)
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


def _await_answer() -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            httpx.get(ADDRESS, trust_env=False).raise_for_status()
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("the server does not answer")


def _load(seconds: int, clients: int) -> tuple[float, float]:
    command = ["wrk", "--latency", "-t1", f"-c{clients}", f"-d{seconds}s", ADDRESS]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    rate = re.search(r"Requests/sec:\s+([\d.]+)", said)
    tail = re.search(r"99%\s+([\d.]+)(us|ms|s)\b", said)
    if rate is None or tail is None or "Non-2xx" in said:
        raise SystemExit(said)
    return float(rate[1]), float(tail[1]) * {"us": 0.001, "ms": 1, "s": 1000}[tail[2]]


def main() -> None:
    """Print medians and ratios as a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=6)
    parser.add_argument("--clients", type=int, default=16)
    options = parser.parse_args()
    if not shutil.which("wrk"):
        raise SystemExit("wrk is missing (Debian: apt install wrk)")
    names = [name for name, command in SERVERS.items() if available(command)]
    results: dict[str, list[tuple[float, float]]] = {name: [] for name in names}
    with postgres.held():
        for number in range(options.rounds):
            for name in names:
                results[name].append(measure(name, options.seconds, options.clients))
                print(f"round {number + 1}: {name}: {results[name][-1][0]:.0f} requests/s", file=sys.stderr, flush=True)
    first = statistics.median(rate for rate, _ in results[names[0]])
    print("| server | requests/s | ratio | 99 % within |\n|---|---|---|---|")
    for name in names:
        rate = statistics.median(rate for rate, _ in results[name])
        print(f"| {name} | {rate:.0f} | {rate / first:.2f} | {statistics.median(t for _, t in results[name]):.0f} ms |")


if __name__ == "__main__":
    main()
