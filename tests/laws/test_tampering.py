"""T19: somebody with the owner's password changes the record, and `verify` names the first entry that is not as it was.

What should be named is worked out here, from what the test itself wrote and in which order, never from leaves or by `rules`.
"""

import hashlib
import random
from dataclasses import dataclass
from datetime import UTC, timedelta
from uuid import UUID

import psycopg
import pytest
from django.db import connection as django_connection

from tests.rows import filled
from throughcare.audit import sealing, verifying
from throughcare.audit.anchor import Anchor
from throughcare.audit.models import Access, Fact, RowVersion
from throughcare.core import clock
from throughcare.patients.models import Patient
from throughcare.record.models import Encounter

TRIALS = 1000
SEED = 20260302
TABLES = [model._meta.db_table for model in (Access, Fact, RowVersion, Encounter)]
ACCESS, FACT, VERSION, ENCOUNTER = TABLES
CELLS = {
    ACCESS: ("actor", "actor_name", "page", "purpose", "status", "at", "patients", "day", "method", "role", "establishment"),
    FACT: ("kind", "actor", "happened_at", "written_at", "kept", "patient_id", "establishment", "day"),
    VERSION: ("table_name", "was", "changed_at", "actor", "row_id"),
    ENCOUNTER: ("done", "plan", "kind"),
}
OTHER = {  # another value of the same type
    "character varying": "left(md5({column}), greatest(length({column}), 1))", "text": "md5({column})",
    "timestamp with time zone": "{column} + interval '1 microsecond'", "date": "{column} + 1", "smallint": "{column} + 1",
    "jsonb": "{column} || '{{\"more\": 0}}'", "uuid": "gen_random_uuid()", "ARRAY": "array_append({column}, gen_random_uuid())",
}  # fmt: skip


@dataclass(frozen=True, order=True)
class Entry:
    """One row as the test wrote it: which seal took it, and its place there."""

    seal: int
    place: int
    table: str
    id: UUID


class Record:
    """A small record under three seals, written by the owner, and the attacks on it."""

    def __init__(self, owner, anchor, dice):
        self.owner, self.anchor, self.dice = owner, anchor, dice
        self.entries: list[Entry] = []
        self.corrected: list[Entry] = []
        self._types = {
            (table, column): kind
            for table, column, kind in owner.execute(
                "SELECT table_name, column_name, data_type FROM information_schema.columns WHERE table_name = ANY (%s)", [TABLES]
            )
        }

    # Writing

    def key_of(self, at):
        return UUID(int=int(at.timestamp() * 1000) << 80 | 7 << 76 | self.dice.getrandbits(64) | 1 << 63)

    def put(self, row):
        fields = row._meta.concrete_fields
        values = [field.get_db_prep_save(getattr(row, field.attname), django_connection) for field in fields]
        names = ", ".join(f'"{field.column}"' for field in fields)
        marks = ", ".join("%s" for _ in fields)
        self.owner.execute(f"INSERT INTO {row._meta.db_table} ({names}) VALUES ({marks})", values)
        return row._meta.db_table, row.pk

    def row(self, model, made_at, **given):
        key = self.key_of(made_at - timedelta(seconds=self.dice.random() * 1000))
        return self.put(filled(model, f"words-{self.dice.random():.6f}", id=key, **given))

    def version(self, at):
        (number,) = self.owner.execute(
            """INSERT INTO audit_rowversion (table_name, row_id, was, changed_at, actor)
               VALUES ('pathways_task', gen_random_uuid(), '{"n": 1}', %s, %s) RETURNING id""",
            [at, f"words {self.dice.random():.6f}"],
        ).fetchone()
        return VERSION, UUID(int=number)

    def wave(self, patient, days_ago):
        """Rows of every table, some of them corrected."""
        at = clock.now() - timedelta(days=days_ago)
        made = [self.row(Fact, at, patient_id=patient, written_at=at) for _ in range(12)]
        made += [self.row(Access, at, patients=[patient], at=at) for _ in range(8)]
        made += [self.version(at) for _ in range(4)]
        made += [self.row(Encounter, at, patient_id=patient, written_at=at) for _ in range(6)]
        held = [id for table, id in made[-4:]]
        made += [self.row(Encounter, at, patient_id=patient, written_at=at, corrects_id=id) for id in held]
        self.owner.commit()
        self._seal(made, held)

    def _seal(self, made, held):
        assert self.owner.execute("SELECT audit_seal_open(true)").fetchone() == (1,)
        number = self.entries[-1].seal + 1 if self.entries else 1
        new = [Entry(number, place, *one) for place, one in enumerate(sorted(made, key=lambda one: (one[0], one[1].int)))]
        self.entries += new
        self.corrected += [one for one in new if one.id in held]
        self.owner.commit()
        sealing.bring_up(self.owner, self.anchor)

    # Attacking: each returns the entry that must be named

    def any(self, *tables):
        return self.dice.choice([one for one in self.entries if not tables or one.table in tables])

    def two(self, *tables, same_seal=False):
        """Two different entries of one table, the earlier first."""
        one = self.any(*tables)
        others = [x for x in self.entries if x.table == one.table and x != one and (not same_seal or x.seal == one.seal)]
        return sorted((one, self.dice.choice(others)))

    def where(self, one):
        return f"id = {one.id.int}" if one.table == VERSION else f"id = '{one.id}'"

    def run(self, statement):
        assert self.owner.execute(statement).rowcount == 1, statement

    def a_cell(self, one=None):
        one = one or self.any()
        column = self.dice.choice(CELLS[one.table])
        other = OTHER[self._types[one.table, column]].format(column=column)
        self.run(f"UPDATE {one.table} SET {column} = {other} WHERE {self.where(one)}")
        return one

    def a_row_deleted(self):
        one = self.any()
        self.run(f"DELETE FROM {one.table} WHERE {self.where(one)}")
        return one

    def the_tail_cut(self):
        """Rows, leaves and seals from some entry on, with the last seal made to fit what is left of it."""
        one = self.dice.choice(self.entries[-20:])
        for gone in [x for x in self.entries if x >= one]:
            self.run(f"DELETE FROM {gone.table} WHERE {self.where(gone)}")
        self.owner.execute("DELETE FROM audit_leaf WHERE (seal, position) >= (%s, %s)", [one.seal, one.place])
        self.owner.execute("DELETE FROM audit_seal WHERE number > %s", [one.seal if one.place else one.seal - 1])
        if one.place:
            self.remake(one.seal)
        return one

    def the_last_seal_made_again(self):
        """Seal and leaves thrown away, a row deleted, and everything sealed anew by the database's own function."""
        last = self.entries[-1].seal
        one = self.dice.choice([x for x in self.entries if x.seal == last])
        self.run(f"DELETE FROM {one.table} WHERE {self.where(one)}")
        self.owner.execute("DELETE FROM audit_leaf WHERE seal = %s", [last])
        self.owner.execute("DELETE FROM audit_seal WHERE number = %s", [last])
        self.owner.execute("SELECT audit_seal_open(true)")
        return one

    def two_rows_swapped(self):
        first, second = self.two(FACT, ACCESS, VERSION)
        spare = "0" if first.table == VERSION else "gen_random_uuid()"
        (held,) = self.owner.execute(f"UPDATE {first.table} SET id = {spare} WHERE {self.where(first)} RETURNING id").fetchone()
        keys = [str(x.id.int) if x.table == VERSION else f"'{x.id}'" for x in (first, second)]
        self.run(f"UPDATE {first.table} SET id = {keys[0]} WHERE {self.where(second)}")
        self.run(f"UPDATE {first.table} SET id = {keys[1]} WHERE id = '{held}'")
        return first

    def a_row_put_in_between(self):
        """A copy of an old row, its key between two of then, or a key of now with the old row's words of when it was written."""
        first, second = self.old_facts()
        key = self.key_of(clock.now())
        if self.dice.random() < 0.7:
            key = UUID(int=(first.id.int + second.id.int) // 2 & ~(0xF << 76) & ~(3 << 62) | 7 << 76 | 1 << 63)
        self.copied(first, key)
        if self.dice.random() < 0.5:
            self.owner.execute("SELECT audit_seal_open(true)")  # the next hour comes and seals it like any other row
        return Entry(9, 9, FACT, key)

    def old_facts(self):
        return self.dice.sample([one for one in self.entries if one.table == FACT and one.seal == 1], 2)

    def copied(self, one, key):
        columns = [column for table, column in self._types if table == FACT and column != "id"]
        names = ", ".join(columns)
        self.run(f"INSERT INTO {FACT} (id, {names}) SELECT '{key}', {names} FROM {FACT} WHERE {self.where(one)}")

    def leaves_reordered(self):
        first, second = self.two(same_seal=True)
        for old, new in ((first.place, -1), (second.place, first.place), (-1, second.place)):
            self.run(f"UPDATE audit_leaf SET position = {new} WHERE seal = {first.seal} AND position = {old}")
        return first

    def a_leaf(self):
        one = self.any()
        column, value = self.dice.choice([
            ("hash", "sha256(hash)"), ("row_id", f"'{self.other_key()}'"), ("shape", "shape + 1"), ("seal", "seal + 1000")
        ])  # fmt: skip
        self.run(f"UPDATE audit_leaf SET {column} = {value} WHERE seal = {one.seal} AND position = {one.place}")
        return one

    def other_key(self):
        return self.dice.choice([UUID(int=self.dice.getrandbits(32)), UUID(int=self.dice.getrandbits(128))])

    def a_row_and_its_leaf(self):
        one = self.a_cell()
        self.run(
            f"""UPDATE audit_leaf SET hash = (SELECT sha256(convert_to((to_jsonb(t) - 'superseded_by')::text, 'UTF8'))
                FROM {one.table} t WHERE {self.where(one)}) WHERE seal = {one.seal} AND position = {one.place}"""
        )
        return one

    def the_whole_chain_hashed_again(self):
        one = self.a_row_and_its_leaf()
        for number in range(one.seal, self.entries[-1].seal + 1):
            self.remake(number)
        return one

    def a_link(self):
        one = self.dice.choice(self.corrected)
        other = self.dice.choice([x for x in self.entries if x.table == ENCOUNTER and x not in self.corrected])
        value = self.dice.choice(["NULL", "id", f"'{other.id}'"])
        if self.owner.execute(f"SELECT superseded_by::text = '{other.id}' FROM {ENCOUNTER} WHERE {self.where(one)}").fetchone()[
            0
        ]:
            value = "NULL"
        self.run(f"UPDATE {ENCOUNTER} SET superseded_by = {value} WHERE {self.where(one)}")
        return one

    def a_seal(self):
        """Only the seal's own words: it is named by its number, for every entry stands."""
        number = self.dice.randint(1, self.entries[-1].seal)
        column, value = self.dice.choice([
            ("made_at", "made_at - interval '1 second'"), ("hash", "md5(hash) || md5(hash)"),
            ("previous", "md5(hash) || md5(hash)"),
        ])  # fmt: skip
        self.run(f"UPDATE audit_seal SET {column} = {value} WHERE number = {number}")
        return Entry(number, 0, "", UUID(int=0))

    def several(self):
        return min(self.a_cell(one) for one in self.dice.sample(self.entries, 3))

    def remake(self, number):
        """A seal made to fit its leaves and the seal before, with nothing of the code under test."""
        lines = self.owner.execute(
            """SELECT table_name || ' ' || row_id || ' ' || encode(hash, 'hex')
               FROM audit_leaf l JOIN audit_shape s ON s.id = l.shape
               WHERE seal = %s ORDER BY position""",
            [number],
        ).fetchall()
        root = merkle([line.encode() for (line,) in lines]).hex()
        (before,) = self.owner.execute("SELECT hash FROM audit_seal WHERE number = %s", [number - 1]).fetchone()
        made_at = self.owner.execute("SELECT made_at FROM audit_seal WHERE number = %s", [number]).fetchone()[0]
        text = f"seal {number} {made_at.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%fZ} {len(lines)} {root} {before}"
        self.owner.execute(
            "UPDATE audit_seal SET count = %s, root = %s, previous = %s, hash = %s WHERE number = %s",
            [len(lines), root, before, hashlib.sha256(text.encode()).hexdigest(), number],
        )


def merkle(leaves):
    """RFC 6962, section 2.1, as it is written there."""
    if len(leaves) == 1:
        return hashlib.sha256(b"\0" + leaves[0]).digest()
    half = 1 << (len(leaves) - 1).bit_length() - 1
    return hashlib.sha256(b"\1" + merkle(leaves[:half]) + merkle(leaves[half:])).digest()


ATTACKS = [
    Record.a_cell, Record.a_row_deleted, Record.the_tail_cut, Record.the_last_seal_made_again, Record.two_rows_swapped,
    Record.a_row_put_in_between, Record.leaves_reordered, Record.a_leaf, Record.a_row_and_its_leaf,
    Record.the_whole_chain_hashed_again, Record.a_link, Record.a_seal, Record.several,
]  # fmt: skip


@pytest.fixture
def record(committing_db, tmp_path):
    with psycopg.connect(committing_db.owner_url) as owner:
        genesis = sealing.one_seal(owner, 0)
        anchor = Anchor(tmp_path, genesis.hash)
        anchor.begin(genesis)
        made = Record(owner, anchor, random.Random(SEED))
        patient = filled(Patient)
        made.put(patient)
        for days_ago in (3, 0, 0):
            made.wave(patient.id, days_ago)
        yield made
        owner.rollback()


def named(record):
    """What the kernel says, without sealing first."""
    return verifying.first_bad(record.owner, record.anchor, TABLES).bad


def test_a_record_that_nobody_touched_is_well(record):
    found = verifying.first_bad(record.owner, record.anchor, TABLES)
    assert (found.bad, found.entries, found.not_yet, found.head.number) == (None, len(record.entries), 0, 3)
    assert found.entries == 3 * (12 + 8 + 4 + 6 + 4)


def test_every_tampering_names_the_first_bad_entry(record):
    missed = []
    for trial in range(TRIALS):
        attack = ATTACKS[trial % len(ATTACKS)]
        record.owner.execute("SAVEPOINT untouched")
        expected = attack(record)
        bad = named(record)
        said = (bad.table, bad.row_id) if bad and bad.table else bad and ("", bad.seal)
        if said != ((expected.table, expected.id) if expected.table else ("", expected.seal)):
            missed.append((trial, attack.__name__, expected, bad))
        record.owner.execute("ROLLBACK TO untouched")
    assert missed == []
    assert named(record) is None
