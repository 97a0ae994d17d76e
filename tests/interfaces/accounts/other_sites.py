"""Played in a process of its own, because other sites are configured before Django starts: somebody connects an account
of another site and signs in by it, over real HTTP with a stand-in of that site. Prints what happened as JSON.
"""

import json
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

PASSWORD = "a-long-secret"
CODES = {"mine": "openid-of-ann", "strangers": "openid-of-nobody"}


class Site(BaseHTTPRequestHandler):
    """Answers as WeChat and as an OpenID Connect server do."""

    asked: list[tuple[str, dict[str, str]]] = []

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        self.said(where.path, {name: values[0] for name, values in parse_qs(where.query).items()})

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.said(self.path, {name: values[0] for name, values in parse_qs(body).items()})

    def said(self, path: str, given: dict[str, str]) -> None:
        Site.asked.append((path, given))
        base = f"http://{self.headers['Host']}"
        bearer = self.headers.get("Authorization", "").removeprefix("Bearer ")
        code = given.get("code", "")
        answers: dict[str, Any] = {
            "/.well-known/openid-configuration": {
                "issuer": base, "authorization_endpoint": f"{base}/authorize", "token_endpoint": f"{base}/token",
                "userinfo_endpoint": f"{base}/me", "jwks_uri": f"{base}/keys",
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            },
            "/token": {"access_token": given.get("code", ""), "token_type": "Bearer"},
            "/me": {"sub": CODES.get(bearer, "?"), "name": "Ann"},
            "/sns/oauth2/access_token": {"access_token": code, "openid": CODES.get(code, "?")},
            "/sns/userinfo": {"openid": given.get("openid"), "nickname": "Ann"},
        }  # fmt: skip
        raw = json.dumps(answers[path]).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(raw)))
        self.end_headers()
        self.wfile.write(raw)

    def log_message(self, *_said: object) -> None:
        """Say nothing."""


def play(name: str, login: str) -> dict[str, Any]:
    """Connect, sign out, sign in by the other site, and try as somebody it never was connected with."""
    from allauth.socialaccount.models import SocialAccount
    from django.test import Client

    from hanse.network.access.models import User

    user = User.objects.get(email="ann@example.com")
    people = User.objects.count()

    def through(client: Client, code: str, query: str = "") -> Any:
        sent = client.post(login + query)
        asked = {key: values[0] for key, values in parse_qs(urlsplit(sent.headers["Location"]).query).items()}
        back = urlsplit(asked["redirect_uri"]).path
        return asked, client.get(back, {"code": code, "state": asked["state"]})

    first = Client()
    first.post("/sign-in/", {"sign_in": user.email, "password": PASSWORD})
    first.post("/account/confirm/?next=/account/", {"password": PASSWORD})
    asked, answer = through(first, "mine", "?process=connect")
    connected = list(
        SocialAccount.objects.filter(user_id=user.pk, provider__in=[name, "oidc"]).values_list("uid", flat=True)
    )
    again, stranger, forged = Client(), Client(), Client()
    through(again, "mine")
    _asked, refused = through(stranger, "strangers")
    forged.post(login)
    return {
        "authorize": asked,
        "came_back": [answer.status_code, answer.headers.get("Location", ""), answer.content.decode()[-2500:]],
        "connected": connected,
        "signed_in": again.get("/account/").status_code,
        "stranger": [refused.status_code, stranger.get("/account/").status_code],
        "forged": forged.get(urlsplit(asked["redirect_uri"]).path, {"code": "mine", "state": "other"}).status_code,
        "forged_in": forged.get("/account/").status_code,
        "people": User.objects.count() - people,
        "buttons": Client().get("/sign-in/").content.decode().count(login),
    }


def main() -> None:
    """Begin the stand-in, configure, play."""
    import os

    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    os.environ |= {
        "HANSE_SIGN_IN_BY": "weixin,openid_connect", "HANSE_WEIXIN_ID": "wx-id", "HANSE_WEIXIN_SECRET": "wx-secret",
        "HANSE_WEIXIN_URL": f"{base}/connect/oauth2/authorize", "HANSE_WEIXIN_SCOPE": "snsapi_userinfo",
        "HANSE_OPENID_CONNECT_ID": "oidc-id", "HANSE_OPENID_CONNECT_SECRET": "oidc-secret",
        "HANSE_OPENID_CONNECT_URL": base, "HANSE_OPENID_CONNECT_NAME": "House account",
        "DJANGO_SETTINGS_MODULE": "hanse.config.settings", "HANSE_DEMO": "1",
    }  # fmt: skip
    import django

    django.setup()
    from allauth.socialaccount.providers.weixin.views import WeixinOAuth2Adapter
    from django.conf import settings

    settings.ALLOWED_HOSTS = ["testserver"]
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    WeixinOAuth2Adapter.access_token_url = f"{base}/sns/oauth2/access_token"
    WeixinOAuth2Adapter.profile_url = f"{base}/sns/userinfo"
    found = {"weixin": play("weixin", "/weixin/login/"), "openid_connect": play("openid_connect", "/oidc/oidc/login/")}
    sys.stdout.write(json.dumps(found | {"asked": Site.asked}) + "\n")


if __name__ == "__main__":
    main()
