"""How this installation stands, and what it must not be served as."""

from __future__ import annotations

import json
import platform
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import timedelta
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import psycopg
from django.conf import settings
from django.db import connection

from throughcare.access.acting import Actor, acting
from throughcare.access.models import Installation
from throughcare.audit import queries as seals
from throughcare.audit.anchor import Anchor, AnchorProblem
from throughcare.audit.models import Seal
from throughcare.config import environment as env
from throughcare.config.commands import database, rulebooks
from throughcare.config.commands.problem import Problem
from throughcare.core import clock, lawchecking, laws, rulebook
from throughcare.core.shown import since
from throughcare.hmpps import queries as feed
from throughcare.instruments import queries as instruments
from throughcare.instruments.models import Score
from throughcare.pathways import register
from throughcare.pathways import rules as pathways
from throughcare.places.models import Establishment

GOOD, WATCH, RED = "good", "watch", "red"
LINES_LOOKED_AT = timedelta(days=2)
SEAL_AGE = timedelta(hours=2)  # the worker seals every hour what there is to seal
BUILT = Path(__file__).resolve().parents[2] / "core" / "static" / "build"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "[::1]", "::1"})


@dataclass(frozen=True)
class Check:
    """One thing looked at: good, to watch, or red."""

    name: str
    state: str
    said: str


def report(*, as_json: bool) -> int:
    """Print every check; 1 when one is red."""
    if _is_marked():  # the demo uses the rulebook unsigned, and so it is looked at
        rulebook.use(replace(rulebook.here(), signed_only=False))
    checks = [look() for look in LOOKS]
    print(json.dumps([asdict(check) for check in checks], indent=2) if as_json else _table(checks))
    return 1 if any(check.state == RED for check in checks) else 0


def refuse_unsafe(*, demo: bool) -> None:
    """Raise Problem, in one sentence, for what must not be served."""
    for why in unsafe(demo):
        raise Problem(f"Not started. {why}")


def unsafe(demo: bool) -> Iterator[str]:
    """Each reason why this installation must not be served as it is."""
    yield from lawchecking.database_role().problems
    if settings.DEBUG and not demo:
        yield "THROUGHCARE_DEBUG shows the inside of the record to anybody: unset it."
    yield from _unsafe_mark(demo)
    if not demo and not settings.TLS and (open_to := set(settings.ALLOWED_HOSTS) - LOOPBACK):
        yield (
            f"{', '.join(sorted(open_to))} can be reached from other machines without TLS. Put a proxy with TLS in front and set "
            "THROUGHCARE_TLS=1, or listen on 127.0.0.1."
        )


def _unsafe_mark(demo: bool) -> Iterator[str]:
    """A demo and real people never share a database, whichever way round they meet."""
    marked = _is_marked()
    if marked and not demo:
        yield "This database is a demo, full of invented people: add --demo, or name another database."
    if demo and not marked and _has_patients():
        yield "There are patients in this database and it is not a demo: leave --demo away, or name another database."


def _is_marked() -> bool:
    return Installation.objects.filter(kind="demo").exists()


def _has_patients() -> bool:
    """Asked as the owner, because row security shows the app nobody outside a person's own scope."""
    with psycopg.connect(env.owner_url(database.state())) as owner:
        found = owner.execute("SELECT exists (SELECT 1 FROM patients_patient)").fetchone()
    return bool(found and found[0])


def _versions() -> Check:
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        postgres = cursor.fetchone()[0].split(" ")[0]
    parts = [f"{name} {_version(name)}" for name in ("throughcare", "django", "procrastinate", "granian", "nhsuk-frontend-jinja")]
    return Check("versions", GOOD, f"Python {platform.python_version()}, PostgreSQL {postgres}, {', '.join(parts)}")


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "from a checkout"


def _kind() -> Check:
    kind = "demo: invented people, not for clinical use" if _is_marked() else "not a demo"
    return Check(
        "installation", RED if settings.DEBUG and not _is_marked() else GOOD, kind + (", DEBUG is on" if settings.DEBUG else "")
    )


def _database_role() -> Check:
    role = lawchecking.database_role()
    said = " ".join(role.problems) or f"{role.name}: no superuser, bound by row security, owns nothing"
    return Check("database role", RED if role.problems else GOOD, said)


def _laws() -> Check:
    found = [*lawchecking.breaches(), *filter(None, [lawchecking.clock_breach()])]
    count = sum(1 for _ in laws.tables())
    said = "; ".join(found) if found else f"{count} tables as declared: grants, row security, policies, triggers, keys"
    return Check("laws in force", RED if found else GOOD, said)


def _lines() -> Check:
    """The spine of the record against the rows of the last days; `throughcare db lines` looks at all of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT kind, many FROM record_lines_amiss(%s) WHERE many > 0 ORDER BY 1", [clock.now() - LINES_LOOKED_AT])
        amiss = cursor.fetchall()
    said = ", ".join(f"{many} of {kind}" for kind, many in amiss)
    wrong = f"rows without their line, or with another: {said}. Run throughcare db lines" if amiss else ""
    return Check("lines", RED if amiss else GOOD, wrong or f"every row of the last {LINES_LOOKED_AT.days} days has its line")


def _rulebooks() -> Check:
    """A missing signature is red where people may be real; in a demo it is only to be watched."""
    found, count = _wanting(), len(rulebooks.lines())
    if not found.count:
        soon = f"; to be reviewed within 60 days: {', '.join(found.soon)}" if found.soon else ""
        return Check("rulebooks", WATCH if soon else GOOD, f"{count} entries, all signed and reviewed{soon}")
    how = [f"{len(titles)} {words}" for words, titles in (
        ("not used", (*found.vital, *found.absent)), ("used in an earlier version", found.behind),
        ("used all the same", found.stands),
    ) if titles]  # fmt: skip
    said = f"{count} entries, {found.count} not signed or overdue: {', '.join(how)}. See throughcare rulebook list"
    if _is_marked():
        return Check("rulebooks", WATCH, f"a demo runs unsigned: {said}")
    return Check("rulebooks", RED, said)


def _not_missing() -> Check:
    """What nobody may find missing in silence: the first night, its questions, the pathways."""
    missing = _wanting().vital
    said = f"NOT USED, so keep to paper until two people have signed: {', '.join(missing)}" if missing else "none is missing"
    return Check("vital entries", RED if missing else GOOD, said)


def _wanting() -> rulebook.Wanting:
    rulebooks.books()
    return rulebook.wanting(clock.prison_day(clock.now()))


def _clocks() -> Check:
    due = register.steps(clock.prison_day(clock.now()))
    waiting = pathways.waiting(due)
    return Check(
        "steps of pathways",
        WATCH if waiting else GOOD,
        f"{len(due) - waiting} run, {waiting} wait for facts that nothing records yet",
    )


def _regimes() -> Check:
    """A prison's own hours under a code that no prison has would be read by nobody."""
    own = set(pathways.REGIME_BOOK.all().ids())
    strange = sorted(own - set(Establishment.objects.values_list("code", flat=True)))
    wrong = f"no prison has the code {', '.join(strange)}: the id of a regime is the code of its prison" if strange else ""
    return Check("regimes", RED if strange else GOOD, wrong or f"{len(own)} prisons have hours of their own")


def _feed() -> Check:
    lag = feed.lag()
    last = f"the last message came {since(lag.last_at)} ago" if lag.last_at else "no message has come"
    return Check(
        "prison feed", WATCH if lag.parked or not lag.last_at else GOOD, f"{last}; {lag.taken} taken, {lag.parked} parked"
    )


def _scores() -> Check:
    """L7 over every score that some prison can see now; those of people nobody may see stay unseen here too."""
    prisons = tuple(Establishment.objects.values_list("code", flat=True))
    with acting(Actor.system("doctor", establishments=prisons)):
        wrong, count = instruments.scores_that_do_not_rederive(), Score.objects.count()
    said = f"{count} scores of people who can be seen from some prison, {len(wrong)} of them do not follow from their answers"
    return Check("scores", RED if wrong else GOOD, said)


def _proof() -> Check:
    """The newest seal and the anchor outside: without either, a change in the database would go unnoticed."""
    head = seals.head()
    if head is None:
        return Check("proof", RED, "no seal, not even the first: the record cannot be proved. Restore a backup.")
    anchor = Anchor(settings.ANCHOR, Seal.objects.get(number=0).hash)
    if head.number == 0:
        return Check("proof", WATCH, f"nothing is sealed yet, the worker does so every hour; the anchor will be in {anchor.root}")
    try:
        anchored = max(anchor.seals())
    except (OSError, AnchorProblem) as problem:
        return Check("proof", RED, f"seal {head.number} is not anchored: {problem}")
    old = clock.now() - head.made_at > SEAL_AGE or anchored < head.number
    said = f"seal {head.number} was made {since(head.made_at)} ago, the anchor in {anchor.root} has {anchored}"
    return Check("proof", WATCH if old else GOOD, said)


def _static() -> Check:
    missing = [name for name in ("main.css", "main.js") if not (BUILT / name).is_file()]
    said = f"{', '.join(missing)} not built: run make frontend" if missing else "built"
    return Check("front end", RED if missing else GOOD, said)


LOOKS: tuple[Callable[[], Check], ...] = (
    _versions, _kind, _database_role, _laws, _lines, _rulebooks, _not_missing, _clocks, _regimes, _feed, _scores, _proof, _static,
)  # fmt: skip


def _table(checks: list[Check]) -> str:
    return "\n".join(f"{check.state:<6} {check.name:<14} {check.said}" for check in checks)
