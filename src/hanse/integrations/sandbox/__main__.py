"""Starts the stand-in: `python -m hanse.integrations.sandbox --port 8001 --state FILE --notify URL`."""

import argparse
import logging
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

from hanse.integrations import signatures
from hanse.integrations.sandbox.agenda import Agenda
from hanse.integrations.sandbox.api import Api, Doorkeeper
from hanse.integrations.sandbox.bank import Bank, shall_return
from hanse.integrations.sandbox.gateway import Gateway, House
from hanse.integrations.sandbox.journal import Document, Journal, Message, Payment, Payout, Refund
from hanse.integrations.sandbox.notices import Pace, Postman
from hanse.integrations.sandbox.server import Handler, Server, Site
from hanse.integrations.sandbox.troubles import Orders

logger = logging.getLogger("sandbox")


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line says."""

    host: str
    port: int
    state: Path
    keys: Path
    notify: str
    base: str
    zone: str
    pace: float
    delay: float


class Sandbox:
    """The whole stand-in, from the file to the socket."""

    def __init__(self, options: Options) -> None:
        private, _ = signatures.pair(options.keys, signatures.PROVIDER)
        _, merchant = signatures.pair(options.keys, signatures.MERCHANT)
        signer, pace = signatures.signer(private), Pace(options.pace, options.delay)
        self.journal = Journal(options.state)
        self.agenda = Agenda(self._work)
        self.postman = Postman(self.journal, self.agenda, pace, signer, options.notify)
        house = House(self.journal, self.agenda, self.postman, pace, Orders())
        self.gateway, self.bank = Gateway(house), Bank(house)
        self.server = Server((options.host, options.port), Handler)
        base = options.base or f"http://{options.host}:{self.server.server_port}"
        api = Api(house, self.gateway, self.bank, options.zone, base)
        door = Doorkeeper(signatures.verifier(merchant))
        self.server.site = Site(house, api, self.gateway, self.bank, door, signer, options.zone)
        self._thread = Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True)

    def start(self) -> None:
        """Take up what was left undone, and answer requests."""
        undone: list[Document] = [p for p in self.journal.all(Payment) if p.status == "processing"]
        undone += [r for r in self.journal.all(Refund) if r.status == "pending"]
        undone += [p for p in self.journal.all(Payout) if p.status == "pending" or shall_return(p)]
        undone += [m for m in self.journal.all(Message) if m.status == "waiting"]
        for document in undone:
            self.agenda.add(document.due, type(document).__name__, document.ref)
        self.agenda.start()
        self._thread.start()

    def stop(self) -> None:
        """Finish what is being done, and let everything go."""
        self.server.shutdown()
        self._thread.join()
        self.server.server_close()
        self.agenda.stop()
        self.postman.close()
        self.journal.close()

    def _work(self, kind: str, ref: str) -> None:
        doing = {
            Payment.__name__: self.gateway.decide,
            Refund.__name__: self.gateway.finish_refund,
            Payout.__name__: self.bank.proceed,
            Message.__name__: self.postman.deliver,
        }
        doing[kind](ref)


def read_options(argv: Sequence[str]) -> Options:
    """Read the command line; what is not given comes from the environment or lies beside the state file."""
    parser = argparse.ArgumentParser(prog="python -m hanse.integrations.sandbox", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default %(default)s)")
    parser.add_argument("--port", type=int, default=8001, help="port to listen on, 0 for any (default %(default)s)")
    parser.add_argument("--state", type=Path, required=True, help="file that remembers everything; made if missing")
    parser.add_argument("--notify", required=True, help="where the merchant takes notices")
    parser.add_argument(
        "--keys", type=Path, default=os.environ.get("HANSE_SANDBOX_KEYS"),
        help="folder of both sides' keys; made if missing (default: HANSE_SANDBOX_KEYS, else beside the state)",
    )  # fmt: skip
    parser.add_argument("--base", default="", help="how browsers reach the pay page (default: http://HOST:PORT)")
    parser.add_argument("--zone", default=os.environ.get("HANSE_ZONE", "Asia/Shanghai"), help="zone of business days")
    parser.add_argument("--pace", type=float, default=1.0, help="multiplies every wait (default %(default)s)")
    parser.add_argument("--delay", type=float, default=60.0, help="seconds that a delayed notice waits")
    given = parser.parse_args(argv)
    return Options(**{**vars(given), "keys": Path(given.keys) if given.keys else given.state.resolve().parent})


def main(argv: Sequence[str]) -> int:
    """Run until SIGTERM or Ctrl-C."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    logging.getLogger("httpx").setLevel(logging.WARNING)
    stopping = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stopping)  # before any thread starts: all of them inherit it
    options = read_options(argv)
    try:
        sandbox = Sandbox(options)
    except OSError as error:
        logger.error("cannot start on %s:%s: %s", options.host, options.port, error)
        return 1
    sandbox.start()
    logger.info("ready on http://%s:%s", options.host, sandbox.server.server_port)
    signal.sigwait(stopping)
    sandbox.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
