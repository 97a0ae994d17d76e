"""Other sites' accounts by configuration alone: WeChat within WeChat, and any OpenID Connect server, over real HTTP."""

import json
import os
import subprocess
import sys

from django.db import connection
from psycopg.conninfo import make_conninfo

from hanse.network.access.models import User
from tests.interfaces.web.faces import Mall


def test_an_account_of_another_site_lets_in_whom_it_was_connected_with(transactional_db: None, mall: Mall) -> None:
    kept = ("host", "port", "user", "password")
    names = {name: connection.settings_dict[name.upper()] for name in kept}
    url = make_conninfo("", dbname=connection.settings_dict["NAME"], **{k: str(v) for k, v in names.items() if v})
    done = subprocess.run(
        [sys.executable, "-m", "tests.interfaces.accounts.other_sites"],
        env={**os.environ, "HANSE_DATABASE_URL": url},
        capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout.splitlines()[-1])
    for site in ("weixin", "openid_connect"):
        said = found[site]
        assert said["connected"] == ["openid-of-ann"], (site, said)
        assert said["signed_in"] == 200, site
        assert said["stranger"][1] == 302, "whom the site was never connected with is nobody here"
        assert said["forged_in"] == 302, "an answer to a question that was never asked"
        assert said["people"] == 0
        assert said["buttons"] >= 1
    assert found["weixin"]["authorize"]["appid"] == "wx-id"
    assert found["weixin"]["authorize"]["scope"] == "snsapi_userinfo"
    assert found["openid_connect"]["authorize"]["client_id"] == "oidc-id"
    paths = {path for path, _given in found["asked"]}
    assert {"/sns/oauth2/access_token", "/sns/userinfo", "/token", "/me"} <= paths
    assert {given["secret"] for path, given in found["asked"] if path.endswith("access_token")} == {"wx-secret"}
    assert User.objects.get(email="ann@example.com").is_active


def test_without_configuration_there_is_none(mall: Mall) -> None:
    assert b"weixin" not in mall.client().get("/sign-in/").content
    assert mall.client().post("/weixin/login/").status_code == 404
