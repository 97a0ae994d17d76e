"""HTTP for the stand-in: the merchant's signed requests, and pages for people."""

import logging
import time
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import SplitResult, parse_qs, urlsplit

from hanse.integrations.sandbox import pages
from hanse.integrations.sandbox.api import Answer, Api, Doorkeeper, act, refused
from hanse.integrations.sandbox.bank import Bank
from hanse.integrations.sandbox.gateway import Gateway, House, Refusal
from hanse.integrations.sandbox.texts import language
from hanse.integrations.signatures import Signer

logger = logging.getLogger(__name__)

LONGEST = 64 * 1024
HTML = "text/html; charset=utf-8"
LOOK = b64encode(sha256(pages.STYLE.encode()).digest()).decode()
"""By this the browser knows the pages' own style from any other."""
SAFE = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{LOOK}'; img-src data:; frame-ancestors 'none'",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


class Site:
    """Answers every request, whatever it is; knows nothing of sockets."""

    def __init__(
        self, house: House, api: Api, gateway: Gateway, bank: Bank, door: Doorkeeper, signer: Signer, zone: str
    ) -> None:
        self._house = house
        self._api = api
        self._gateway = gateway
        self._bank = bank
        self._door = door
        self._signer = signer
        self._zone = zone

    def answer(self, method: str, target: str, headers: Mapping[str, str], body: bytes) -> Answer:
        """Answer one request."""
        url = urlsplit(target)
        if url.path.startswith(("/v1/", "/control/")):
            return self._signed(self._admitted(method, target, headers, body, url.path))
        lang = self._language(url.query, headers)
        try:
            page = self._page(method, url, headers, body, lang)
        except Refusal as refusal:
            page = Answer(refusal.http, pages.error_page(refusal.code, lang).encode(), HTML)
        return Answer(page.status, page.body, page.kind, {**SAFE, "Vary": "Accept-Language", **page.headers})

    def _admitted(self, method: str, target: str, headers: Mapping[str, str], body: bytes, path: str) -> Answer:
        try:
            self._door.admit(headers, method, target, body)
            return self._api.answer(method, path, body)
        except Refusal as refusal:
            return refused(refusal)

    def _signed(self, answer: Answer) -> Answer:
        proof = self._signer.sign(answer.body, int(time.time()))
        return Answer(answer.status, answer.body, answer.kind, {**answer.headers, **proof})

    def _page(self, method: str, url: SplitResult, headers: Mapping[str, str], body: bytes, lang: str) -> Answer:
        path = url.path
        if method == "POST":
            return self._acted(url, headers, parse_qs(body.decode("utf-8", "replace")))
        if path == "/":
            return Answer(200, pages.desk_page(self._house.journal, lang, self._zone).encode(), HTML)
        if path == "/health":
            return Answer(200, b"ok", "text/plain")
        if path.startswith("/pay/"):
            payment = self._gateway.payment(path.removeprefix("/pay/"))
            return Answer(200, pages.pay_page(payment, lang).encode(), HTML)
        raise Refusal("unknown", 404)

    def _acted(self, url: SplitResult, headers: Mapping[str, str], form: dict[str, list[str]]) -> Answer:
        path, chosen = url.path, f"?{url.query}" if url.query else ""
        origin = headers.get("origin")
        if origin and urlsplit(origin).netloc != headers.get("host"):
            raise Refusal("foreign_form", 403)
        do, ref = form.get("do", [""])[0], form.get("ref", [""])[0]
        if path.startswith("/pay/") and do in {"pay", "refuse", "slow"}:
            act(self._gateway, path.removeprefix("/pay/"), do, form.get("trouble", []))
            return Answer(303, b"", HTML, {"Location": path + chosen})
        if path == "/desk" and do == "return":
            self._bank.bring_back(ref)
        elif path == "/desk" and do == "again":
            self._house.postman.again(ref)
        else:
            raise Refusal("unknown", 404)
        return Answer(303, b"", HTML, {"Location": "/" + chosen})

    def _language(self, query: str, headers: Mapping[str, str]) -> str:
        return language(parse_qs(query).get("lang", []), headers.get("accept-language", ""))


class Server(ThreadingHTTPServer):
    """Serves one site; requests that are being answered when it stops do not hold it up."""

    daemon_threads = True
    block_on_close = False
    allow_reuse_address = True
    site: Site


class Handler(BaseHTTPRequestHandler):
    """Reads one request after the other from a connection."""

    protocol_version = "HTTP/1.1"
    server_version = "Sandbox"
    sys_version = ""
    timeout = 30
    server: Server

    def do_GET(self) -> None:
        """Answer a GET."""
        self._answer(b"")

    def do_POST(self) -> None:
        """Answer a POST whose body has a known, decent length."""
        length = self.headers.get("Content-Length", "")
        if not (length.isdecimal() and length.isascii() and int(length) <= LONGEST):
            self.close_connection = True
            self._send(Answer(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, b""))
            return
        self._answer(self.rfile.read(int(length)))

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the log free of what payers do; addresses hold their references."""

    def _answer(self, body: bytes) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        try:
            answer = self.server.site.answer(self.command, self.path, headers, body)
        except Exception:
            logger.exception("%s failed", self.command)
            answer = Answer(500, b'{"code": "internal"}')
        self._send(answer)

    def _send(self, answer: Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.kind)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)
