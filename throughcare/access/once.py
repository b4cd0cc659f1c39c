"""A code of a second factor works once, in whichever process it is typed."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection
from django.utils.crypto import salted_hmac

from throughcare.access.models import UsedCode, User
from throughcare.core import clock

KEPT = timedelta(minutes=3)  # longer than a code can be valid: its own half minute and one to either side

_USE = """INSERT INTO access_usedcode AS u (key, used_at) VALUES (%s, %s)
          ON CONFLICT (key) DO UPDATE SET used_at = excluded.used_at WHERE u.used_at < %s"""


def use(user: User, code: str) -> bool:
    """Mark a code as used; False when it was used before."""
    now = clock.now()
    UsedCode.objects.filter(used_at__lt=now - KEPT).delete()
    key = salted_hmac("access.used_code", f"{user.pk}:{code.replace(' ', '')}", algorithm="sha256").hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(_USE, [key, now, now - KEPT])
        return bool(cursor.rowcount)
