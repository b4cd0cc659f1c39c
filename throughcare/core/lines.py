"""The spine of the record, kept by the database: one line for every row that says something about a person.

A law that declares a `Spine` puts a trigger on its table. The trigger writes the row's line into `record_line`, in the same
statement as the row, whoever writes it; a correction marks the line of what it replaces. What a line holds is one SELECT over
the row, so that the same text writes it, makes it again and finds what is amiss. Run as the owner, like every law.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib.postgres.fields import ArrayField
from django.db import models
from psycopg import Connection
from psycopg.sql import SQL, Composable, Composed, Identifier, Literal

from throughcare.core import laws
from throughcare.core.laws import Law, Spine

TABLE = "record_line"
COLUMNS = (
    "id", "patient_id", "kind", "happened_at", "written_at", "by", "establishment", "corrects", "superseded_by", "addendum",
    "code", "words", "plans",
)  # fmt: skip
TRIGGER = "a_line_is_written"
ALWAYS = {"id", "patient_id", "establishment", "corrects_id", "superseded_by", "addendum"}


def install(connection: Connection) -> None:
    """The trigger of every table with lines, and the functions that read, make again and compare them."""
    kept = laws.with_lines()
    for model, law, spine in kept:
        for statement in of_table(model, law, spine):
            connection.execute(statement)
    connection.execute(_rows(kept))
    connection.execute(_amiss(kept))


def of_table(model: type[models.Model], law: Law, spine: Spine) -> Iterator[Composed]:
    """The function and the trigger of one table, and where its codes refuse words."""
    names = {"table": Identifier(model._meta.db_table), "function": Identifier(function_of(model)), "spine": Identifier(TABLE)}
    yield SQL(
        "CREATE OR REPLACE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER "
        "SET search_path = public, pg_temp AS {body}"
    ).format(**names, body=Literal(body(model, law, spine).as_string()))
    yield SQL("DROP TRIGGER IF EXISTS {trigger} ON {table}").format(**names, trigger=Identifier(TRIGGER))
    when = SQL("AFTER INSERT OR UPDATE" if law.history else "AFTER INSERT")
    yield SQL("CREATE TRIGGER {trigger} {when} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()").format(
        **names, trigger=Identifier(TRIGGER), when=when
    )


def rebuild(connection: Connection) -> int:
    """Make every line again from the rows; the number of lines. In one transaction: readers see the old ones until then."""
    with connection.transaction():
        connection.execute(SQL("DELETE FROM {}").format(Identifier(TABLE)))
        return sum(connection.execute(_insert(*kept, "FROM {table} r")).rowcount for kept in laws.with_lines())


def fill(connection: Connection) -> None:
    """The lines that rows written before their table had lines do not have yet."""
    for kept in laws.with_lines():
        missing = "FROM {table} r WHERE NOT EXISTS (SELECT 1 FROM record_line l WHERE l.id = r.id)"
        connection.execute(_insert(*kept, missing))


def function_of(model: type[models.Model]) -> str:
    """The name of the trigger function of a table."""
    return f"{TABLE}_of_{model._meta.db_table}"[:63]


def body(model: type[models.Model], law: Law, spine: Spine) -> Composed:
    """What the trigger does: the line of the new row, in the place of the one it replaces."""
    parts = [SQL("DECLARE r {} := NEW; BEGIN ").format(Identifier(model._meta.db_table))]
    parts += [_no_words(column) for column in law.codes if _is_text(model, column)]
    parts.append(_insert(model, law, spine, "") + SQL("; "))
    if law.history and spine.rows:  # a row that changes may say nothing any more
        parts.append(SQL("DELETE FROM record_line WHERE id = NEW.id AND NOT (" + spine.rows + "); ").format())
    if law.corrected:
        parts.append(
            SQL(
                "IF NEW.corrects_id IS NOT NULL THEN UPDATE record_line SET superseded_by = NEW.id WHERE id = NEW.corrects_id; "
                "END IF; "
            ).format()
        )
    if spine.latest_of:
        parts.append(_replace_earlier(model, spine))
    return SQL("").join([*parts, SQL("RETURN NULL; END").format()])


def _no_words(column: str) -> Composed:
    """A column that holds a code is read by nobody who looks for dangers, so nobody's words may get into it."""
    return SQL(
        "IF r.{column} ~ '\\s' THEN RAISE EXCEPTION 'a code holds no words: {named}' USING ERRCODE = 'check_violation'; END IF; "
    ).format(column=Identifier(column), named=SQL(column))


def _replace_earlier(model: type[models.Model], spine: Spine) -> Composed:
    """The line of the latest row with these values is the one that stands."""
    same = SQL(" AND ").join(SQL("t.{0} = NEW.{0}").format(Identifier(column)) for column in spine.latest_of)
    return SQL(
        "IF NEW.seq > 1 THEN UPDATE record_line l SET superseded_by = NEW.id FROM {table} t WHERE t.id = l.id AND t.id <> NEW.id "
        "AND l.superseded_by IS NULL AND {same}; END IF; "
    ).format(table=Identifier(model._meta.db_table), same=same)


def _insert(model: type[models.Model], law: Law, spine: Spine, source: str) -> Composed:
    """INSERT of the lines of these rows, called `r`; a row that changed puts its line in place of the earlier one."""
    conditions = SQL(spine.rows or "true")
    text = SQL(source).format(table=Identifier(model._meta.db_table)) if source else SQL("").format()
    keyword = SQL(" AND ") if "WHERE" in source else SQL(" WHERE ")
    again = SQL(", ").join(SQL("{0} = excluded.{0}").format(Identifier(column)) for column in COLUMNS[1:])
    return SQL("INSERT INTO {spine} ({columns}) SELECT {values} {source}{keyword}({rows}) ON CONFLICT (id) DO {then}").format(
        spine=Identifier(TABLE), columns=SQL(", ").join(map(Identifier, COLUMNS)), values=values(model, law, spine), source=text,
        keyword=keyword, rows=conditions, then=SQL("UPDATE SET ") + again if law.history else SQL("NOTHING"),
    )  # fmt: skip


def values(model: type[models.Model], law: Law, spine: Spine) -> Composed:
    """The columns of a line, in the order of COLUMNS, from a row called `r`."""
    columns = {str(column.column) for column in model._meta.concrete_fields}
    corrected = ("r.corrects_id", "r.superseded_by") if law.corrected else ("NULL::uuid", _superseded(model, spine))
    place = "r.establishment" if "establishment" in columns else "''"
    parts: list[Composable] = [
        SQL("r.id, r.patient_id, {}").format(Literal(laws.kind_of(model))),
        *(_expression(text, columns) for text in (spine.moment, spine.written, spine.by)),
        SQL(place), SQL(corrected[0]), SQL(corrected[1]), SQL("r.addendum" if law.addenda else "false"),
        SQL("r.{}").format(Identifier(spine.code)) if spine.code else SQL("''"),
        _said(model, spine.words), _said(model, spine.plans),
    ]  # fmt: skip
    return SQL(", ").join(parts)


def _superseded(model: type[models.Model], spine: Spine) -> str:
    """The later row that replaces this one, where the latest counts; found again when lines are made again."""
    if not spine.latest_of:
        return "NULL::uuid"
    same = " AND ".join(f"t.{column} = r.{column}" for column in spine.latest_of)
    return f"(SELECT t.id FROM {model._meta.db_table} t WHERE {same} AND t.seq > r.seq ORDER BY t.seq LIMIT 1)"


def _expression(text: str, columns: set[str]) -> Composed | SQL:
    """A column of the row, or an expression over it."""
    return SQL("r.{}").format(Identifier(text)) if text in columns else SQL(text)


def _said(model: type[models.Model], columns: tuple[str, ...]) -> Composed | SQL:
    """All words of these columns, each a paragraph of its own."""
    if not columns:
        return SQL("''")
    return SQL("concat_ws(E'\\n\\n', {})").format(SQL(", ").join(_words(model, column) for column in columns))


def _words(model: type[models.Model], column: str) -> Composed:
    """The text of one column; of JSON every text in it, of a list every element."""
    kind = model._meta.get_field(column)
    if isinstance(kind, models.JSONField):
        text = "nullif((SELECT string_agg(v #>> '{{}}', E'\\n\\n') FROM jsonb_path_query(r.{0}, 'strict $.**') v " \
               "WHERE jsonb_typeof(v) = 'string'), '')"  # fmt: skip
    elif isinstance(kind, ArrayField):
        text = "nullif(array_to_string(r.{0}, E'\\n\\n'), '')"
    else:
        text = "nullif(r.{0}, '')"
    return SQL(text).format(Identifier(column))


def _is_text(model: type[models.Model], column: str) -> bool:
    return isinstance(model._meta.get_field(column), models.CharField | models.TextField)


def _columns(model: type[models.Model]) -> Composed:
    """Every column of a row but files."""
    named = [str(one.column) for one in model._meta.concrete_fields if not isinstance(one, models.BinaryField)]
    return SQL(", ").join([Identifier(name) for name in named])


def _rows(kept: list[tuple[type[models.Model], Law, Spine]]) -> Composed:
    """The rows behind lines of any kinds, in one statement of which each part is planned once a connection. Runs as who asks."""
    parts = [_rows_of(model, spine) for model, _, spine in kept]
    return SQL(
        "DROP FUNCTION IF EXISTS record_rows(text[], uuid[]); "
        "CREATE FUNCTION record_rows(of_kinds text[], of_keys uuid[]) RETURNS TABLE (of_kind text, of_row jsonb) "
        "LANGUAGE plpgsql STABLE AS {}"
    ).format(Literal((SQL("BEGIN ") + SQL("").join(parts) + SQL("END")).as_string()))


def _rows_of(model: type[models.Model], spine: Spine) -> Composed:
    kind = Literal(laws.kind_of(model))
    beside = [_beside(model, name) for name in spine.beside]
    return SQL(
        "IF {kind} = ANY (of_kinds) THEN RETURN QUERY SELECT {kind}::text, to_jsonb(s){beside} "
        "FROM (SELECT {columns} FROM {table} WHERE id = ANY (of_keys)) s; END IF; "
    ).format(kind=kind, columns=_columns(model), table=Identifier(model._meta.db_table), beside=SQL("").join(beside))


def _beside(model: type[models.Model], name: str) -> Composed:
    """Another row that a title needs, under the name of its key."""
    key = model._meta.get_field(name)
    target = key.related_model
    assert isinstance(key, models.ForeignKey) and isinstance(target, type)
    return SQL(
        " || jsonb_build_object({name}, (SELECT to_jsonb(b) FROM (SELECT {columns} FROM {table} WHERE id = s.{column}) b))"
    ).format(
        name=Literal(name), columns=_columns(target), table=Identifier(target._meta.db_table), column=Identifier(str(key.column))
    )


def _amiss(kept: list[tuple[type[models.Model], Law, Spine]]) -> Composed:
    """Rows written since a moment whose line is missing or says something else: kind and how many. Numbers only, so that
    whoever may connect may ask."""
    parts = [_amiss_of(model, law, spine) for model, law, spine in kept]
    return SQL(
        "DROP FUNCTION IF EXISTS record_lines_amiss(timestamptz); "
        "CREATE FUNCTION record_lines_amiss(since timestamptz) RETURNS TABLE (kind text, many bigint) LANGUAGE sql "
        "STABLE SECURITY DEFINER SET search_path = public, pg_temp AS {}"
    ).format(Literal((SQL(" UNION ALL ").join(parts)).as_string()))


def _amiss_of(model: type[models.Model], law: Law, spine: Spine) -> Composed:
    columns = SQL(", ").join(SQL("l.{}").format(Identifier(column)) for column in COLUMNS)
    written = _expression(spine.written, {str(column.column) for column in model._meta.concrete_fields})
    return SQL(
        "SELECT {kind}::text, count(*) FROM (SELECT {values} FROM {table} r WHERE {written} >= since AND ({rows}) "
        "EXCEPT ALL SELECT {columns} FROM record_line l WHERE l.kind = {kind} AND l.written_at >= since) a"
    ).format(
        kind=Literal(laws.kind_of(model)), values=values(model, law, spine), table=Identifier(model._meta.db_table),
        written=written, rows=SQL(spine.rows or "true"), columns=columns,
    )  # fmt: skip
