"""The organisation's own sign-in (OpenID Connect), from its settings. Without a server there is none, and no address for it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

ID = "organisation"


def apps(settings: Mapping[str, str]) -> list[dict[str, Any]]:
    """What django-allauth has to know of it; empty when none is configured."""
    if not settings["server"]:
        return []
    return [{
        "provider_id": ID, "name": settings["name"] or "your organisation", "client_id": settings["client"],
        "secret": settings["secret"], "settings": {"server_url": settings["server"], "oauth_pkce_enabled": True},
    }]  # fmt: skip


def allowed(policy: Mapping[str, Any], settings: Mapping[str, str]) -> dict[str, Any]:
    """The content security policy, with the one step out: the form that leads to the organisation's sign-in."""
    if not settings["server"]:
        return dict(policy)
    server = urlsplit(settings["server"])
    directives = policy["DIRECTIVES"]
    return {
        **policy,
        "DIRECTIVES": {**directives, "form-action": [*directives["form-action"], f"{server.scheme}://{server.netloc}"]},
    }
