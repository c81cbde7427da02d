"""The tables refuse what cannot be, in a real file; the migrations make exactly these tables."""

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from alembic import autogenerate
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlmodel import SQLModel

from store.records import database, migrations
from store.records.tables import RECORDS, Minor, Word
from tests import make

METADATA = SQLModel.metadata
COLUMNS = [column for table in METADATA.sorted_tables for column in table.columns]
MONEY = [(each.table.name, each.name) for each in COLUMNS if isinstance(each.type, Minor)]
WORDS = [
    (each.table.name, each.name, each.type.words) for each in COLUMNS if isinstance(each.type, Word)
]


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with a record in every table."""
    path = tmp_path_factory.mktemp("tables") / "full.accord"
    document = make.household()
    document["debts"][0]["moratoriums"] = [{"from": "2026-01-01"}]
    document["payments"][0]["statement"] = [{"booked_on": "2026-01-16", "amount": "-35.00"}]
    document["left_out"] = [{"booked_on": "2026-01-17", "amount": "-9.00"}]
    document["payees"] = [{"key": "riverside", "debt": "riverside-arrears"}]
    make.loaded(path, document).close()
    return path


@pytest.fixture
def raw(filled: Path) -> Iterator[sqlite3.Connection]:
    """That ledger by hand; what a test does to it is taken back."""
    with closing(sqlite3.connect(filled, isolation_level=None)) as connection:
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("BEGIN")
        yield connection
        connection.execute("ROLLBACK")


@pytest.mark.parametrize("wrong", [12.5, "12.50", "twelve", b"12"])
@pytest.mark.parametrize(("table", "column"), MONEY)
def test_money_columns_take_nothing_but_whole_minor_units(
    raw: sqlite3.Connection, table: str, column: str, wrong: Any
) -> None:
    assert raw.execute(f"SELECT count(*) FROM {table}").fetchone()[0] > 0
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
        raw.execute(f'UPDATE {table} SET "{column}" = ?', (wrong,))
    raw.execute(f'UPDATE {table} SET "{column}" = 1250')


def test_every_column_that_is_called_an_amount_is_money() -> None:
    named = {
        (each.table.name, each.name)
        for each in COLUMNS
        if re.search("amount|balance$|capacity|payment$|waived|written_off|upfront$", each.name)
    }
    assert named <= set(MONEY)
    assert ("payment", "amount") in MONEY


@pytest.mark.parametrize("table", ["instalment", "payment", "allotment"])
@pytest.mark.parametrize("wrong", [0, -1])
def test_what_is_promised_or_paid_is_more_than_zero(
    raw: sqlite3.Connection, table: str, wrong: int
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="more_than_zero"):
        raw.execute(f"UPDATE {table} SET amount = ?", (wrong,))


@pytest.mark.parametrize(("table", "column", "words"), WORDS)
def test_columns_of_a_few_words_refuse_any_other(
    raw: sqlite3.Connection, table: str, column: str, words: tuple[str, ...]
) -> None:
    for word in words:
        raw.execute(f'UPDATE {table} SET "{column}" = ?', (word,))
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint failed"):
        raw.execute(f'UPDATE {table} SET "{column}" = ?', ("perhaps",))


@pytest.mark.parametrize(
    ("table", "column", "parent"),
    [
        (each.table.name, each.name, key.column.table.name)
        for each in COLUMNS
        for key in each.foreign_keys
    ],
)
def test_nothing_refers_to_what_is_not_there(
    raw: sqlite3.Connection, table: str, column: str, parent: str
) -> None:
    with pytest.raises(sqlite3.IntegrityError, match="FOREIGN KEY constraint failed"):
        raw.execute(
            f"UPDATE {table} SET {column} = 987654 WHERE id = (SELECT max(id) FROM {table})"
        )
    assert parent in METADATA.tables


@pytest.mark.parametrize(
    "table", ["creditor", "debt", "situation", "contact", "offer", "agreement", "document"]
)
def test_no_two_records_of_a_table_have_one_key(raw: sqlite3.Connection, table: str) -> None:
    row = dict(
        zip(
            [each[1] for each in raw.execute(f"PRAGMA table_info({table})")],
            raw.execute(f"SELECT * FROM {table}").fetchone(),
            strict=True,
        )
    )
    row["id"] = None
    if "supersedes_id" in row:
        row["supersedes_id"] = None
    names = ", ".join(f'"{name}"' for name in row)
    insert = f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(row))})"
    with pytest.raises(sqlite3.IntegrityError, match=f"UNIQUE constraint failed: {table}.key"):
        raw.execute(insert, tuple(row.values()))
    raw.execute(insert, tuple({**row, "key": "another"}.values()))


@pytest.mark.parametrize(
    ("table", "unique"),
    [
        ("agreement", {"supersedes_id"}),
        ("instalment", {"agreement_id", "number"}),
        ("allotment", {"payment_id", "instalment_id"}),
        ("transfer", {"debt_id", "on"}),
        ("payment", {"key"}),
    ],
)
def test_further_things_are_unique(raw: sqlite3.Connection, table: str, unique: set[str]) -> None:
    found = [
        {each[2] for each in raw.execute(f"PRAGMA index_info('{index[1]}')")}
        for index in raw.execute(f"PRAGMA index_list({table})")
        if index[2]
    ]
    assert unique in found


@pytest.mark.parametrize("table", [*RECORDS, "revision"])
def test_a_number_is_never_used_twice(raw: sqlite3.Connection, table: str) -> None:
    (sql,) = raw.execute("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).fetchone()
    assert "AUTOINCREMENT" in sql


def test_every_table_of_records_is_one_that_revisions_speak_of() -> None:
    assert set(METADATA.tables) - set(RECORDS) == {"blob", "draft", "layout", "revision"}


def test_the_migrations_make_what_the_tables_say(tmp_path: Path) -> None:
    path = tmp_path / "migrated.accord"
    make.ledger(path).close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = autogenerate.compare_metadata(context, METADATA)
        # The tables of the full-text index are SQLite's own.
        assert [each for each in found if "_words" not in str(each[1])] == []
    engine.dispose()
    fresh = tmp_path / "fresh.db"
    engine = create_engine(f"sqlite:///{fresh}")
    METADATA.create_all(engine)
    engine.dispose()
    migrated = schema(path)
    assert migrated.pop("alembic_version")
    searching = {name for name in migrated if "_words" in name}
    assert {"contact_words", "contact_words_entered", "undertaking_words"} <= searching
    assert {name: sql for name, sql in migrated.items() if name not in searching} == schema(fresh)


def test_the_version_that_is_opened_is_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(migrations.config()).get_heads() == [database.HEAD]


def schema(path: Path) -> dict[str, set[str]]:
    """Each table's and index's parts, whatever their order and SQLite's own names."""
    with closing(sqlite3.connect(path)) as raw:
        found = raw.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: parts(sql) for name, sql in found if not name.startswith("sqlite_")}


def parts(sql: str) -> set[str]:
    """The statement's columns and constraints: split at commas outside any parentheses."""
    head, _, body = " ".join(sql.split()).partition("(")
    found, depth, part = {head.strip()}, 0, ""
    for letter in body.rstrip(" )"):
        depth += (letter == "(") - (letter == ")")
        if letter == "," and depth == 0:
            found.add(part)
            part = ""
        else:
            part += letter
    found.add(part)
    return {each.replace('"', "").strip(" )").replace("( ", "(") for each in found}
