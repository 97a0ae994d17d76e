"""Django settings, driven by the environment; the defaults are those of the demo on the embedded database."""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from psycopg.conninfo import conninfo_to_dict

from hanse.config import places, postgres


def _flag(name: str, *, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").lower() in {"1", "true", "yes", "on"}


def _words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in os.environ.get(name, default).split(",") if word.strip()]


# The embedded database *is* the demo: whoever names a database of their own must name a key of their own as well.
HANSE_DEMO = _flag("HANSE_DEMO", default=postgres.is_embedded())


def _secret_key() -> str:
    if given := os.environ.get("HANSE_SECRET_KEY"):
        return given
    if not HANSE_DEMO:
        raise ImproperlyConfigured("Set HANSE_SECRET_KEY to a long random text that you keep secret.")
    kept = places.var() / "secret-key"
    try:
        with open(kept, "x", opener=lambda path, flags: os.open(path, flags, 0o600)) as handle:
            handle.write(secrets.token_urlsafe(50))
    except FileExistsError:
        pass
    return kept.read_text()


SECRET_KEY = _secret_key()
DEBUG = _flag("HANSE_DEBUG")
ALLOWED_HOSTS = _words("HANSE_HOSTS", "127.0.0.1,localhost,[::1]" if HANSE_DEMO else "")
CSRF_TRUSTED_ORIGINS = _words("HANSE_ORIGINS")

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "ninja",
    "procrastinate.contrib.django",
    "hanse.kernel",
    "hanse.network",
    "hanse.goods",
    "hanse.value",
    "hanse.trade",
    "hanse.relations",
    "hanse.integrations",
    "hanse.interfaces",
    # After ours, whose templates stand in for theirs.
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
]
# Other sites' accounts to sign in by, such as "weixin,github": none, unless named here together with their keys.
HANSE_SIGN_IN_BY = _words("HANSE_SIGN_IN_BY")
INSTALLED_APPS += [f"allauth.socialaccount.providers.{name}" for name in HANSE_SIGN_IN_BY]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "hanse.interfaces.web.compression.Compressed",
    "hanse.interfaces.web.middleware.ContentPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "hanse.interfaces.storefront.seo.AskedLanguage",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "hanse.interfaces.web.resuming.Resuming",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "hanse.interfaces.web.middleware.Refusals",
]

ROOT_URLCONF = "hanse.config.urls"
WSGI_APPLICATION = "hanse.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "hanse.interfaces.web.context.face",
            ],
        },
    },
]


def _database() -> dict[str, Any]:
    given: dict[str, Any] = dict(conninfo_to_dict(os.environ.get("HANSE_DATABASE_URL") or postgres.url()))
    main = {key: given.pop(key, "") for key in ("dbname", "user", "password", "host", "port")}
    if pooled := int(os.environ.get("HANSE_POOL", "0")):
        given["pool"] = {"min_size": 1, "max_size": pooled}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": main["dbname"],
        "USER": main["user"],
        "PASSWORD": main["password"],
        "HOST": main["host"],
        "PORT": main["port"],
        # The server keeps the plans of what a connection asks again and again (docs/decisions/0023). A proxy that hands
        # connections round between statements, and does not know of plans, needs HANSE_PREPARE=0.
        "OPTIONS": {
            "server_side_binding": True,
            "prepare_threshold": 3 if _flag("HANSE_PREPARE", default=True) else None,
            **given,
        },
        # A pool serves threads that come and go, as a web server's; a worker keeps its one connection instead.
        "CONN_MAX_AGE": 0 if pooled else int(os.environ.get("HANSE_CONNECTION_SECONDS", "60")),
        "CONN_HEALTH_CHECKS": True,
        # Several people may run the tests at once on one server, each with a database name of their own.
        "TEST": {"NAME": os.environ.get("HANSE_TEST_DATABASE", "test_hanse")},
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Shared by all processes: what limits guessing must not be counted by each for itself.
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "hanse_cache"}}

AUTH_USER_MODEL = "network.User"
AUTHENTICATION_BACKENDS = ["hanse.network.access.queries.SignIn"]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
# Signing in: docs/decisions/0060. Our own names are proven before an account exists, so allauth verifies none.
ACCOUNT_ADAPTER = "hanse.interfaces.accounts.adapters.Accounts"
ACCOUNT_FORMS = {"login": "hanse.interfaces.accounts.forms.SignIn"}
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_RATE_LIMITS = {
    "login_failed": "20/m/ip,5/5m/key",
    "code": "30/h/ip,5/h/key,20/d/key",
    "code_try": "60/h/ip,20/h/key",
    "sign_up": "20/h/ip",
    "invite": "60/h/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = int(_flag("HANSE_BEHIND_PROXY"))
MFA_ADAPTER = "hanse.interfaces.accounts.adapters.SecondSteps"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_ISSUER = "Hanse"
MFA_TOTP_TOLERANCE = 1
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = HANSE_DEMO
SOCIALACCOUNT_ADAPTER = "hanse.interfaces.accounts.adapters.OtherSites"
SOCIALACCOUNT_ONLY = False

# What may be done only by somebody who has a second step or a passkey, such as "money.payout,platform.operate".
HANSE_SECOND_STEP_FOR = _words("HANSE_SECOND_STEP_FOR")


def _site(name: str) -> dict[str, Any]:
    """Return what allauth is told of another site: its keys, and for OpenID Connect and WeChat where it is."""
    said = {
        part: os.environ.get(f"HANSE_{name.upper()}_{part}", "") for part in ("ID", "SECRET", "URL", "NAME", "SCOPE")
    }
    app: dict[str, Any] = {"client_id": said["ID"], "secret": said["SECRET"]}
    if (
        name == "openid_connect"
    ):  # any server that speaks it: HANSE_OPENID_CONNECT_URL, shown as HANSE_OPENID_CONNECT_NAME
        app |= {
            "provider_id": "oidc",
            "name": said["NAME"] or "OpenID Connect",
            "settings": {"server_url": said["URL"]},
        }
    found: dict[str, Any] = {"APPS": [app]}
    if said["URL"] and name == "weixin":  # within WeChat: …/connect/oauth2/authorize with the scope snsapi_userinfo
        found["AUTHORIZE_URL"] = said["URL"]
    return found | ({"SCOPE": said["SCOPE"].split()} if said["SCOPE"] else {})


SOCIALACCOUNT_PROVIDERS = {name: _site(name) for name in HANSE_SIGN_IN_BY}
# Where forms of ours may lead on to: the sites above ask for consent on pages of their own.
HANSE_SIGN_IN_HOSTS = _words(
    "HANSE_SIGN_IN_HOSTS", "https://open.weixin.qq.com" if "weixin" in HANSE_SIGN_IN_BY else ""
)

# Messages to people: smtp://name:password@host:587 sends e-mail; without it the demo writes them into this folder.
HANSE_OUTBOX = places.var() / "outbox" if HANSE_DEMO else None
_SMTP = urlsplit(os.environ.get("HANSE_SMTP", ""))
EMAIL_HOST, EMAIL_PORT = _SMTP.hostname or "localhost", _SMTP.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_SMTP.username or ""), unquote(_SMTP.password or "")
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_PORT == 587, EMAIL_PORT == 465
EMAIL_TIMEOUT = 10
EMAIL_FILE_PATH = HANSE_OUTBOX
if HANSE_OUTBOX and not _SMTP.hostname:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("HANSE_MAIL_FROM", "Hanse <no-reply@localhost>")
# Who sends short messages; a name in hanse.integrations.messages.
HANSE_SMS = os.environ.get("HANSE_SMS", "outbox" if HANSE_DEMO else "")
# Fernet keys of encrypted fields, the first of which encrypts; without any they are derived from the secret key.
HANSE_FIELD_KEYS = _words("HANSE_FIELD_KEYS")
# Scrypt is hard to attack with hardware made for it, and takes a tenth of PBKDF2's time here.
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [Path(__file__).resolve().parents[1] / "interfaces" / "locale"]
USE_I18N = True
USE_TZ = True
# Instants are kept in UTC; days, months and settlement cycles are cut in the business zone.
TIME_ZONE = "UTC"
# A TrueType font with Chinese and Latin letters that documents embed; without one PDF readers bring their own.
HANSE_PDF_FONT = os.environ.get("HANSE_PDF_FONT", "")
HANSE_ZONE = os.environ.get("HANSE_ZONE", "Asia/Shanghai")

STATIC_URL = "/static/"
STATIC_ROOT = places.var() / "static"
MEDIA_URL = "/media/"
MEDIA_ROOT = places.var() / "media"
WHITENOISE_USE_FINDERS = HANSE_DEMO
if HANSE_DEMO:  # nothing is collected there, and WhiteNoise misses the folder
    STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What people upload for imports and what is made for them to download; no address leads there.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": places.var() / "private"},
    },
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if HANSE_DEMO
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}

# The sandbox gateway is a process of its own, reached over HTTP like a real one.
HANSE_SANDBOX_URL = os.environ.get("HANSE_SANDBOX_URL", "http://127.0.0.1:8001")
# The folder of its keys; where there is none, it cannot be paid with: play money belongs into demos.
HANSE_SANDBOX_KEYS = os.environ.get("HANSE_SANDBOX_KEYS") or (places.var() / "sandbox" if HANSE_DEMO else "")
# The bank that pays out; a name in hanse.integrations.registry.
HANSE_BANK = os.environ.get("HANSE_BANK", "sandbox")
HANSE_BASE_URL = os.environ.get("HANSE_BASE_URL", "http://127.0.0.1:8000")

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

# The demo answers plain HTTP on the loopback address; everywhere else only HTTPS is spoken.
SECURE_SSL_REDIRECT = not HANSE_DEMO and _flag("HANSE_HTTPS", default=True)
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = SECURE_SSL_REDIRECT
SECURE_HSTS_SECONDS = 31_536_000 if SECURE_SSL_REDIRECT else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_SSL_REDIRECT
# To stand in the lists that browsers are shipped with cannot be undone for months: whoever owns the domain decides it.
SILENCED_SYSTEM_CHECKS = ["security.W021"]
if _flag("HANSE_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
# Scripts read the token from the form that they send.
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("HANSE_LOG_LEVEL", "INFO")},
    "loggers": {
        name: {"level": "WARNING"}  # a line for each job announced and each request made says nothing to anybody
        for name in ("procrastinate.blueprints", "procrastinate.jobs", "procrastinate.periodic", "httpx")
    },
}
