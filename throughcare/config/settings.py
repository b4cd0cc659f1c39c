"""Settings: values from the environment (THROUGHCARE_*, DATABASE_URL), safe by default, a sentence each."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from throughcare.access import provider
from throughcare.config import environment as env
from throughcare.core import clock, rulebook
from throughcare.core.database import settings_from
from throughcare.core.headers import CSP
from throughcare.core.jinja import template_dirs

ROOT = Path(__file__).resolve().parents[2]
STATE = Path(env.value("THROUGHCARE_STATE", str(ROOT / ".state")))  # embedded database, secrets; never in the package
# Where the seals of the record are kept outside the database: in production the mount of another machine.
ANCHOR = Path(env.value("THROUGHCARE_ANCHOR", str(STATE / "anchor")))

# What signs the packs for inspectors: an Ed25519 key as 64 hexadecimal digits; a demo makes its own.
PACK_KEY = env.value("THROUGHCARE_PACK_KEY", "")

DEMO = env.flag("THROUGHCARE_DEMO")  # invented people and sign-in cards; the database must be marked as a demo too
DEBUG = env.flag("THROUGHCARE_DEBUG")  # never with real people: production refuses it

# A site's own rulebook entries: a directory with a folder a package, as OVERLAY/pathways/calendar.toml; blank: none.
OVERLAY = env.value("THROUGHCARE_OVERLAY", "")
# With real people an entry that two people have not signed, or whose review was overdue at the start, is not in use.
rulebook.use(rulebook.Site(Path(OVERLAY) if OVERLAY else None, not (DEMO or DEBUG), clock.prison_day(clock.now())))

SECRET_KEY = env.secret("THROUGHCARE_SECRET_KEY", STATE)
ALLOWED_HOSTS = env.listed("THROUGHCARE_HOSTS", "127.0.0.1,localhost,[::1]")
TLS = env.flag("THROUGHCARE_TLS")  # behind a proxy that terminates TLS: cookies and redirects then insist on it
PROXIES = int(env.value("THROUGHCARE_PROXIES", "1" if TLS else "0"))  # how many of ours write X-Forwarded-For before us

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "throughcare.core",
    "throughcare.audit",
    "throughcare.places",
    "throughcare.access",
    "throughcare.custody",
    "throughcare.patients",
    "throughcare.record",
    "throughcare.instruments",
    "throughcare.screening",
    "throughcare.pathways",
    "throughcare.referrals",
    "throughcare.observations",
    "throughcare.chart",
    "throughcare.hmpps",
    "throughcare.reporting",
    "throughcare.demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "throughcare.core.headers.SecurityHeadersMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "throughcare.access.middleware.ActingMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "DIRS": template_dirs(),
        "APP_DIRS": False,
        "OPTIONS": {
            "environment": "throughcare.core.jinja.environment",
            "context_processors": ["throughcare.config.context.page"],
        },
    },
]

ROOT_URLCONF = "throughcare.config.urls"
FOLLOWS = "throughcare.config.follows.FOLLOWS"  # who hears which fact
AUTH_USER_MODEL = "access.User"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# A statement that is asked again is planned once: with row security, planning costs as much as reading. A pooler that hands
# a connection on after each transaction must know prepared statements (PgBouncer since 1.21); behind an older one, "off".
PREPARED = {"server_side_binding": True, "prepare_threshold": 3} if env.value("THROUGHCARE_PREPARED", "on") == "on" else {}
DATABASES = {
    "default": {
        **settings_from(env.database_url(STATE)), "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True, "OPTIONS": PREPARED,
    }
}  # fmt: skip

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise looks for it even when nothing is collected
WHITENOISE_USE_FINDERS = True  # one process serves its own files; no collected copy to forget
WHITENOISE_AUTOREFRESH = DEBUG

# Signing in: a password and a second factor, or a passkey, through django-allauth on pages of our own; nobody signs up.
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
     "OPTIONS": {"user_attributes": ("username", "name")}},
]  # fmt: skip
LOGIN_URL, LOGIN_REDIRECT_URL = "sign-in", "sign-in-role"
ACCOUNT_ADAPTER = "throughcare.access.adapters.AccountAdapter"
ACCOUNT_TEMPLATE_EXTENSION = "jinja"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_EMAIL_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_RATE_LIMITS = False  # waits of our own, which cannot lock a shift out: see access/lockout.py
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300  # seconds in which a proof need not be given again to change proofs
ACCOUNT_SESSION_REMEMBER = True  # how long is for the rulebook to say: see access/signing_in.py
MFA_ADAPTER = "throughcare.access.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "throughcare.access.codes.CodeForm",
    "reauthenticate": "throughcare.access.codes.CodeAgainForm",
    "activate_totp": "throughcare.access.codes.FirstCodeForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_RATE_LIMITS = False  # a passkey is never made to wait
MFA_TOTP_TOLERANCE = 1  # half minutes that a clock may be off; a used code is refused for longer than that
MFA_RECOVERY_CODES_SHOW_ONCE = True

# The organisation's own sign-in by OpenID Connect, if one is named. `claim` carries the user name here.
OIDC = {name: env.value(f"THROUGHCARE_OIDC_{name.upper()}", "") for name in ("server", "client", "secret", "name")}
OIDC_CLAIM = env.value("THROUGHCARE_OIDC_CLAIM", "preferred_username")
OIDC_SECOND_FACTOR = env.flag("THROUGHCARE_OIDC_SECOND_FACTOR")  # it asks for a second factor itself
SOCIALACCOUNT_ADAPTER = "throughcare.access.adapters.ProviderAdapter"
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": provider.apps(OIDC)}}

SESSION_COOKIE_AGE = 12 * 3600  # at most a long shift; the rulebook of signing in may say less
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Coming back from the organisation's sign-in is a step from another site, which Strict would not recognise.
SESSION_COOKIE_SAMESITE = "Lax" if OIDC["server"] else "Strict"
CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "throughcare.access.middleware.stale_form"
SECURE_HSTS_SECONDS = 31536000 if TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
CONTENT_SECURITY_POLICY = provider.allowed(CSP, OIDC)
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # a form of text; larger ones are refused with a sentence
FILE_UPLOAD_MAX_MEMORY_SIZE = 6_000_000  # a paper of 5 MB stays in memory: nothing about a person lies in a temporary file
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# The dotted path of the re-fetch, a Source or a function; the demo asks its emulator.
PRISONER_SEARCH = env.value("THROUGHCARE_PRISONER_SEARCH", "throughcare.demo.emulator.PRISON" if DEMO else "")
# What signs messages handed in at /hmpps/events/: one secret, or two while one is changed. None: that door is shut.
HMPPS_SECRETS = env.listed("THROUGHCARE_HMPPS_SECRET", "")
SQS_QUEUE = env.value("THROUGHCARE_SQS_QUEUE", "")  # the address of the queue that the feed comes by, if it does
SQS_ENDPOINT = env.value("THROUGHCARE_SQS_ENDPOINT", "")  # another server than the cloud's own, as in a rehearsal
SQS_REGION = env.value("THROUGHCARE_SQS_REGION", "eu-west-2")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": sys.stderr}},
    "root": {"handlers": ["console"], "level": os.environ.get("THROUGHCARE_LOG", "WARNING")},
}
