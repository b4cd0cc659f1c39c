"""Settings: values from the environment (THROUGHCARE_*, DATABASE_URL), safe by default, a sentence each."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from throughcare.config import environment as env
from throughcare.core.database import settings_from
from throughcare.core.headers import CSP
from throughcare.core.jinja import template_dirs

ROOT = Path(__file__).resolve().parents[2]
STATE = Path(env.value("THROUGHCARE_STATE", str(ROOT / ".state")))  # embedded database, secrets; never in the package

DEMO = env.flag("THROUGHCARE_DEMO")  # invented people and sign-in cards; the database must be marked as a demo too
DEBUG = env.flag("THROUGHCARE_DEBUG")  # never with real people: production refuses it
SECRET_KEY = env.secret("THROUGHCARE_SECRET_KEY", STATE)
ALLOWED_HOSTS = env.listed("THROUGHCARE_HOSTS", "127.0.0.1,localhost,[::1]")
TLS = env.flag("THROUGHCARE_TLS")  # behind a proxy that terminates TLS: cookies and redirects then insist on it

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "procrastinate.contrib.django",
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
    "throughcare.chart",
    "throughcare.hmpps",
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

DATABASES = {"default": {**settings_from(env.database_url(STATE)), "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}}

LANGUAGE_CODE = "en-gb"
TIME_ZONE = "Europe/London"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = STATE / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # whitenoise looks for it even when nothing is collected
WHITENOISE_USE_FINDERS = True  # one process serves its own files; no collected copy to forget
WHITENOISE_AUTOREFRESH = DEBUG

SESSION_COOKIE_AGE = 12 * 3600  # a long shift
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = TLS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Strict"
CSRF_FAILURE_VIEW = "throughcare.access.middleware.stale_form"
SECURE_HSTS_SECONDS = 31536000 if TLS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
CONTENT_SECURITY_POLICY = CSP
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000  # a form of text; larger ones are refused with a sentence
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# The dotted path of the re-fetch; the demo asks its emulator.
PRISONER_SEARCH = env.value("THROUGHCARE_PRISONER_SEARCH", "throughcare.demo.emulator.prisoner" if DEMO else "")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler", "stream": sys.stderr}},
    "root": {"handlers": ["console"], "level": os.environ.get("THROUGHCARE_LOG", "WARNING")},
}
