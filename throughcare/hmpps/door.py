"""The signed door: who may hand in a message over HTTP. Pure.

The sender signs the time and the body: `X-Throughcare-Timestamp` is seconds since 1970, `X-Throughcare-Signature` is
`sha256=` and the hexadecimal HMAC-SHA256 of "<timestamp>.<body>" under a shared secret. With two secrets either is taken,
so that one can be changed without a gap.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from throughcare.core.refusals import Refused
from throughcare.hmpps import book


class Shut(Refused):
    """No secret is set, or none that is long enough: nobody can be recognised, so nobody is let in."""

    message = "There is nothing here for you."
    status = 404


class NotSigned(Refused):
    """Wrong key, altered body, or a time outside the window: which of them is nobody's business."""

    message = "The signature is missing, wrong or too old. Nothing was taken."
    status = 401


class TooMuch(Refused):
    """More than one message can hold."""

    message = "The body is too large. Send fewer lines at once. Nothing was taken."
    status = 413


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """The signature of a body sent at a time."""
    signed = hmac.new(secret.encode(), timestamp.encode("ascii", "replace") + b"." + body, hashlib.sha256)
    return f"sha256={signed.hexdigest()}"


def usable(secrets: Iterable[str]) -> list[str]:
    """The secrets that are long enough to be one."""
    return [secret for secret in secrets if len(secret) >= book.door().secret_letters]


def check(*, secrets: Iterable[str], timestamp: str, signature: str, body: bytes, now: datetime) -> None:
    """Let a request in, or raise Shut, TooMuch or NotSigned. Every secret is compared, in a time that tells nothing."""
    held = usable(secrets)
    if not held:
        raise Shut()
    if len(body) > book.door().largest:
        raise TooMuch()
    given = signature.encode("utf-8", "replace")
    fits = [hmac.compare_digest(sign(secret, timestamp, body).encode(), given) for secret in held]
    if not any(fits) or not _fresh(timestamp, now):
        raise NotSigned()


def _fresh(timestamp: str, now: datetime) -> bool:
    if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
        return False
    return abs(now.timestamp() - int(timestamp)) <= book.door().window.total_seconds()
