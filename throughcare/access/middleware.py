"""One transaction a request: who acts is set for row security, who was looked at is written, and errors undo it all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any
from uuid import UUID

from django.db import InterfaceError, OperationalError, ProgrammingError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.http import urlencode

from throughcare.access import browsers, crawling, locking, signing_in
from throughcare.access.acting import Actor, acting
from throughcare.access.sight import PEOPLE, Request, Sight, View, can_open
from throughcare.audit import looks
from throughcare.core.refusals import Elsewhere, NotAllowed, Refused, require

log = logging.getLogger(__name__)

# What row security refuses to write: to a prison that the person has left, to somebody barred meanwhile, to an auditor.
NOT_WRITTEN = (
    "You cannot write in this record from here, so nothing was changed. If it needs an entry, ask the nurse in charge of the "
    "prison where the person is now."
)


class LookedWithoutTrace(AssertionError):
    """A page about people was about to leave without saying whom it showed (L10)."""


class ActingMiddleware:
    """Placed last, so that sessions, CSRF and sign-in are settled before the transaction opens."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        browsers.leave_cookie(request, response)
        return response

    def process_view(self, request: Request, view: View, args: Any, kwargs: dict[str, Any]) -> HttpResponseBase:
        """Run the view inside its transaction, or say plainly why not."""
        try:
            return _run(request, view, kwargs)
        except crawling.OpensTooMany as refusal:
            crawling.tell(request.actor, refusal)
            return _refusal(request, refusal)
        except Refused as refusal:
            return _refusal(request, refusal)
        except ProgrammingError as error:
            if "row-level security" not in str(error):
                raise
            return _plain(request, 403, NOT_WRITTEN)
        except (OperationalError, InterfaceError):
            log.exception("The database did not answer.")
            connection.close()
            return _plain(request, 503, "The record cannot be reached just now. What you typed is still here: try again.")


def _run(request: Request, view: View, kwargs: dict[str, Any]) -> HttpResponseBase:
    sight: Sight | None = getattr(view, "sight", None)
    if sight is None:
        raise NotAllowed(why="This page does not say whom it shows, so it stays shut. Tell your administrator.")
    if sight.kind == "public":
        return view(request, **kwargs)
    membership = signing_in.membership_of(request)
    if membership is None:
        return _sign_in_first(request)
    if locking.is_locked(request):
        return _locked(request)
    locking.note(request)
    request.actor, request.membership = Actor.of(membership), membership
    require(can_open(request.actor, sight, kwargs))
    return _acted(request, view, sight, kwargs)


def _acted(request: Request, view: View, sight: Sight, kwargs: dict[str, Any]) -> HttpResponseBase:
    request.seen = request.patient = request.banner = None
    request.saw = lambda patients: _saw(request, patients)  # type: ignore[method-assign]
    with acting(request.actor, only_reads=request.method in ("GET", "HEAD") and not sight.writes):
        response = view(request, **kwargs)
        if sight.kind in PEOPLE and not isinstance(response, HttpResponseNotAllowed):
            _leave_trace(request, response)
        if response.status_code >= 500:
            transaction.set_rollback(True)
    return response


def _saw(request: Request, patients: Iterable[UUID]) -> None:
    request.seen = (request.seen or set()) | set(patients)


def _leave_trace(request: Request, response: HttpResponseBase) -> None:
    if request.seen is None:
        raise LookedWithoutTrace(f"{request.path} did not say whom it showed.")
    look: dict[str, Any] = {
        "actor": request.actor.id, "name": request.actor.name, "role": request.actor.role.id if request.actor.role else "system",
        "establishment": request.actor.establishment, "purpose": getattr(request, "purpose", request.actor.purpose),
        "page": _page_name(request), "method": str(request.method), "status": response.status_code, "patients": request.seen,
    }  # fmt: skip
    # A redirect shows nobody; a form sent with a mistake shows the person as well as the page that was asked for.
    if look["page"] in crawling.pages() and not 300 <= response.status_code < 400:
        crawling.check(request.actor, looks.write_counted(pages=crawling.pages(), **look))
    else:
        looks.write(**look)


def _page_name(request: HttpRequest) -> str:
    return request.resolver_match.view_name if request.resolver_match else request.path[:120]


def _sign_in_first(request: HttpRequest) -> HttpResponseBase:
    if request.headers.get("X-Requested-With") == locking.OURS:
        return HttpResponse("Sign in again. Your answers are kept on this page.", status=401)
    door = "/sign-in/role/" if request.user.is_authenticated else "/sign-in/"  # somebody whose role ended may hold another
    return redirect(_coming_back(request, door))


def _locked(request: HttpRequest) -> HttpResponseBase:
    """Nobody has touched the session for too long: a fetch hears a sentence, a page becomes the lock screen."""
    if request.headers.get("X-Requested-With") == locking.OURS:
        words = "This screen is locked. Enter your PIN; what you typed is kept on this page."
        return HttpResponse(words, status=401, headers={"X-Throughcare": "locked"}, content_type="text/plain; charset=utf-8")
    return redirect(_coming_back(request, "/sign-in/locked/"))


def _coming_back(request: HttpRequest, door: str) -> str:
    """The address of a door, and where to go after it."""
    return door + (f"?{urlencode({'next': request.get_full_path()})}" if request.method == "GET" else "")


def _refusal(request: HttpRequest, refusal: Refused) -> HttpResponseBase:
    if isinstance(refusal, Elsewhere):
        return redirect(refusal.to)
    status = 403 if isinstance(refusal, NotAllowed) else getattr(refusal, "status", 409)
    return _plain(request, status, str(refusal))


def _plain(request: Any, status: int, words: str) -> HttpResponseBase:
    """A page that says no shows nobody, not even in its banner: no trace is written for it."""
    request.patient = None
    if request.headers.get("X-Requested-With") == locking.OURS:
        return HttpResponse(words, status=status, content_type="text/plain; charset=utf-8")
    return render(request, "core/refused.jinja", {"status": status, "words": words}, status=status)


def not_found(request: HttpRequest, exception: Http404) -> HttpResponseBase:
    """The 404 page, the same for a record that does not exist and one that is out of reach."""
    return _plain(request, 404, "There is nothing here for you. The person may have moved, or the link may be old.")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """The 400 page: too much text at once, or a request that no page of ours makes."""
    return _plain(request, 400, "That was too large, or could not be read. Nothing was changed: go back and shorten it.")


def server_error(request: HttpRequest) -> HttpResponseBase:
    """The 500 page: it says that nothing was saved, because the transaction was undone."""
    return _plain(request, 500, "Something went wrong on our side. Nothing was changed: go back and try again.")


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponseBase:
    """A form whose protection token is old, as after signing in again in another tab."""
    return _plain(request, 403, "This page is from an earlier session. Open it again in a new tab; copy what you typed first.")


stale_form.sight = Sight("public")  # type: ignore[attr-defined]
