"""Laws into SQL: grants, row security, triggers and keys. Run as the owner, again and again without harm."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from psycopg import Connection
from psycopg.sql import SQL, Composed, Identifier, Literal

from throughcare.core import laws, lines
from throughcare.core.laws import SYSTEM, Law, Sight

FUNCTIONS = (Path(__file__).parent / "laws.sql").read_text()
# Every function of ours that the app may not call, by its signature: those named, and the triggers that run as the owner.
NOT_FOR_THE_APP = """SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace
    AND (p.proname = any(%s) OR (p.prosecdef AND p.prorettype = 'trigger'::regtype)) ORDER BY 1"""
SCOPES = "coalesce((select nullif(current_setting('app.scopes', true), '')::text[]), '{}')"


def install(connection: Connection, app_role: str) -> None:
    """Put every declared law in force for `app_role`."""
    connection.execute(FUNCTIONS.replace(":app_role", Identifier(app_role).as_string(connection)).encode())
    for model, law in laws.tables():
        for statement in _statements(model._meta.db_table, law, app_role):
            connection.execute(statement)
    for relation in laws.same_person():
        connection.execute(_same_person(*relation))
    connection.execute(_sealed(laws.sealed()))
    lines.install(connection)
    for (function,) in connection.execute(NOT_FOR_THE_APP, [list(laws.CLOSED)]).fetchall():
        connection.execute(SQL("REVOKE ALL ON FUNCTION {} FROM PUBLIC, {}").format(SQL(function), Identifier(app_role)))


def _statements(table: str, law: Law, app_role: str) -> Iterator[Composed]:
    names = {"table": Identifier(table), "app": Identifier(app_role)}
    yield SQL("REVOKE ALL ON {table} FROM PUBLIC, {app}").format(**names)
    yield SQL("GRANT " + law.grants + " ON {table} TO {app}").format(**names)
    if law.seen_by or law.own:
        yield from _row_security(table, law)
    if law.corrected:
        yield _trigger(table, "a_correction_supersedes", "BEFORE INSERT", "core_supersede")
        yield from _at_commit(table, "a_correction_lands", "AFTER UPDATE", "core_correction_landed")
    if law.addenda:
        yield _trigger(table, "an_addendum_says_so", "BEFORE INSERT", "core_mark_addendum")
    if law.history:
        yield _trigger(table, "earlier_versions_are_kept", "AFTER UPDATE", "core_keep_version")


def _row_security(table: str, law: Law) -> Iterator[Composed]:
    yield SQL("ALTER TABLE {} ENABLE ROW LEVEL SECURITY").format(Identifier(table))
    for name, rule in _policies(table, law).items():
        yield SQL("DROP POLICY IF EXISTS {} ON {}").format(Identifier(name), Identifier(table))
        yield SQL("CREATE POLICY {} ON {} ").format(Identifier(name), Identifier(table)) + SQL(rule)


def _policies(table: str, law: Law) -> dict[str, str]:
    if law.own:
        return {"seen": f"FOR SELECT USING ({law.own})", "written": f"FOR INSERT WITH CHECK ({law.written})"}
    if law.gate:
        return _gate(law)
    if law.derived:
        return {"seen": f"FOR SELECT USING ({_sees(table, law)})"}
    sees, writes = _sees(table, law), _sees(table, law, writing=True)
    return {
        "seen": f"FOR SELECT USING ({sees})",
        "written": f"FOR INSERT WITH CHECK ({writes})",
        "changed": f"FOR UPDATE USING ({writes}) WITH CHECK ({writes})",
    }


def _gate(law: Law) -> dict[str, str]:
    """The reach table itself: written by the custody feed, and once by the prison that meets a newcomer."""
    mine, feed = f"scope = any({SCOPES})", f"'{SYSTEM}' = any({SCOPES})"
    named = f"replace(scope, 'establishment:', 'names:') = any({SCOPES})"
    newcomer = f" or ({mine} and not {law.newcomers}({law.column}))" if law.newcomers else ""
    return {
        "seen": f"FOR SELECT USING ({mine} or {named} or {feed})",
        "written": f"FOR INSERT WITH CHECK ({feed}{newcomer})",
        "changed": f"FOR UPDATE USING ({feed}) WITH CHECK ({feed})",
    }


def _sees(table: str, law: Law, *, writing: bool = False) -> str:
    """Who sees a row: those who reach its person, and whom the law names beside them, unless a bar keeps them out."""
    assert law.seen_by
    also = law.also_written if writing else law.also
    more = [f"'{SYSTEM}' = any({SCOPES})"] * law.feed
    more += [f"(({also}){_not_barred(law.seen_by, table, law.column)})"] * bool(also)
    return " or ".join([_reaches(table, law, law.seen_by, writing), *more])


def _reaches(table: str, law: Law, sight: Sight, writing: bool) -> str:
    """A live reach row whose scope is mine names the person of the row."""
    live = "(r.until is null or r.until > now())" + (" and r.writes" if writing else "")
    scope = f"r.scope = any({SCOPES})"
    if law.names and not writing:  # a named list may show it
        scope = f"({scope} or replace(r.scope, 'establishment:', 'names:') = any({SCOPES}))"
    return f"""exists (select 1 from {sight.table} r where r.{sight.column} = {table}.{law.column}
               and {scope} and {live}{_not_barred(sight, "r", sight.column, but="r.over_bar or ")})"""


def _not_barred(sight: Sight, row: str, column: str, *, but: str = "") -> str:
    """A bar beats every way in but an emergency that named it (T3). The list of bars is read once a statement."""
    if not sight.bars:
        return ""
    barred = f"""select b.{sight.column} from {sight.bars} b where b.barred = (select current_setting('app.user', true))
                 and b.superseded_by is null and not b.lifted and (b.until is null or b.until > now())"""
    return f" and ({but}not ({row}.{column} = any(array({barred}))))"


def _trigger(table: str, name: str, when: str, function: str) -> Composed:
    return SQL("CREATE OR REPLACE TRIGGER {} " + when + " ON {} FOR EACH ROW EXECUTE FUNCTION {}()").format(
        Identifier(name), Identifier(table), Identifier(function)
    )


def _at_commit(table: str, name: str, when: str, function: str) -> Iterator[Composed]:
    """A question that is put when the transaction ends."""
    yield SQL("DROP TRIGGER IF EXISTS {} ON {}").format(Identifier(name), Identifier(table))
    yield SQL(
        "CREATE CONSTRAINT TRIGGER {} " + when + " ON {} DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION {}()"
    ).format(Identifier(name), Identifier(table), Identifier(function))


def _same_person(table: str, column: str, target: str, person: str) -> Composed:
    """A composite key, so that a row cannot point at another person's row."""
    return SQL("SELECT core_same_person({}, {}, {}, {})").format(*map(Literal, (table, column, target, person)))


def _sealed(tables: list[str]) -> Composed:
    """What is to be sealed, where neither the app nor a caller can say otherwise."""
    return SQL("CREATE OR REPLACE FUNCTION core_sealed_tables() RETURNS text[] LANGUAGE sql IMMUTABLE AS {}").format(
        Literal(SQL("SELECT {}::text[]").format(Literal(tables)).as_string())
    )
