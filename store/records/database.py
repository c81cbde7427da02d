"""The file that holds a ledger: opening it, reading it, writing to it.

What only SQLite can do is in this module and those beside it: `copies` of the file, `encryption`,
and what errors mean to a person (`failures`). Readers see one moment of the ledger and never wait;
one writer at a time holds the write lock from its first statement (`BEGIN IMMEDIATE`), so that what
it read is still true when it writes.
"""

import sqlite3
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from sqlalchemy import URL, Connection, Engine, NullPool, create_engine, event, select

from store.records import encryption, schema
from store.records.encryption import Key, Passphrase, connect, is_encrypted
from store.records.failures import PUT_A_BACKUP, database_errors, said_plainly
from store.records.files import (
    has_content,
    identity,
    make_empty,
    may_be_written,
    prepared_file,
    private_file,
    write_privately,
)
from store.rules.errors import LedgerError, Locked, Stale

if TYPE_CHECKING:
    from sqlmodel import Session

__all__ = [
    "APPLICATION_ID",
    "HEAD",
    "Clock",
    "Ledger",
    "Reading",
    "check_is_ledger",
    "defer_foreign_keys",
    "integrity",
    "last_written",
    "once",
    "open_ledger",
    "prepared_file",
    "private_file",
    "revisions_with",
    "said_plainly",
    "search",
    "search_index",
    "stored",
    "write_privately",
]

HEAD = "0004"
"""The newest migration; a test keeps it equal to the newest one in the folder."""

APPLICATION_ID = 0x41434344
"""`ACCD`: what SQLite's header says of a file that is a ledger."""

Found = TypeVar("Found")

Clock = Callable[[], datetime]
"""Gives the present moment, aware."""


MOMENT = "moment"
"""Under which a session that only reads keeps what it has read: it sees one moment only."""


REMEMBERED = "remembered"
"""Under which a session that only reads has what the open ledger keeps from one to the next."""


class Reading(Protocol):
    """What queries on columns need: a session, or a `Moment`."""

    @property
    def info(self) -> dict[Any, Any]:
        """What is kept beside it; `once` looks here."""

    def connection(self) -> Connection:
        """The connection, in its transaction."""


class Moment:
    """The ledger as it is at one moment, for queries on columns: it knows no records."""

    def __init__(self, connection: Connection, remembered: dict[Hashable, Any]) -> None:
        """Of a connection whose transaction nobody else uses."""
        self.info: dict[Any, Any] = {MOMENT: {}, REMEMBERED: remembered}
        self._connection = connection

    def connection(self) -> Connection:
        """The connection, in its transaction."""
        return self._connection


class Ledger:
    """One person's whole record: an open file. Safe to use from any thread, a session per call."""

    def __init__(self, path: Path, clock: Clock, key: Key | None = None) -> None:
        """Use `open_ledger`, which also creates and migrates."""
        self.path = path
        self.clock = clock
        self._begin(key)

    def _begin(self, key: Key | None) -> None:
        self._key = key
        self.has_passphrase = key is not None
        self.is_locked = False
        self._file = identity(self.path)
        self._remembered: dict[Hashable, Any] = {}
        self._engine = _engine(self.path, key)
        self._writer = self._engine.execution_options(immediate=True)

    @property
    def key(self) -> Key | None:
        """What its file is encrypted with; None for one without a passphrase."""
        self._check_lock()
        return self._key

    def lock(self) -> None:
        """Let go of the file and forget its key; nothing can be read before `unlock`."""
        self.close()
        self.is_locked, self._key = True, None
        # What a reading that is under way still remembers goes with it.
        self._remembered = {}
        # They know the key, too.
        del self._engine, self._writer

    def unlock(self, passphrase: str) -> None:
        """Go on with the file as it is now; raises `WrongPassphrase` and other `LedgerError`."""
        found = open_ledger(self.path, self.clock, create=False, passphrase=lambda _: passphrase)
        self._begin(found.key)

    @contextmanager
    def put_down(self, key: Key | None) -> Iterator[None]:
        """Let go of the file while the block replaces it by one that `key` opens."""
        was = self.key
        self.lock()
        try:
            yield
        except BaseException:
            key = was
            raise
        finally:
            self._begin(key)

    def is_opened_by(self, passphrase: str) -> bool:
        """Whether it is this passphrase that it was opened with."""
        return self.key is not None and encryption.derived(passphrase, self.key.salt) == self.key

    def now(self) -> datetime:
        """The present moment in UTC, by the clock that was passed in."""
        return self.clock().astimezone(UTC)

    @contextmanager
    def viewing(self) -> Iterator[Moment]:
        """The ledger as it is at this moment, for views: columns, no records."""
        with self._looking() as engine, engine.connect() as connection:
            yield Moment(connection, self._remembered)

    @contextmanager
    def reading(self) -> Iterator["Session"]:
        """A session that sees the ledger as it is at this moment, with its records."""
        from sqlmodel import Session

        with self._looking() as engine, Session(engine, autoflush=False) as session:
            session.info |= {MOMENT: {}, REMEMBERED: self._remembered}
            yield session

    @contextmanager
    def _looking(self) -> Iterator[Engine]:
        """What reads, while a record that no rule can read is said plainly."""
        self.check()
        with said_plainly(self.path):
            try:
                yield self._open("_engine")
            except (ValueError, TypeError, KeyError) as error:
                raise LedgerError(
                    f"{self.path} holds something that cannot be read; "
                    "`accord check` says what it is."
                ) from error

    @contextmanager
    def writing(self) -> Iterator["Session"]:
        """A session in one transaction: all of it is kept when the block ends, or nothing.

        Only `revisions.change` calls this: whatever is written is also in the chain.
        """
        from sqlalchemy.orm.exc import StaleDataError
        from sqlmodel import Session

        self.check()
        try:
            with (
                said_plainly(self.path),
                Session(self._open("_writer"), expire_on_commit=False) as session,
                session.begin(),
            ):
                # It may have been replaced until the lock was there.
                session.connection()
                self.check()
                yield session
        except StaleDataError as error:
            raise Stale(
                "It was changed elsewhere after you opened it. Open it again to see how it is now."
            ) from error

    def is_unused(self) -> bool:
        """Whether nothing was ever recorded in it."""
        with self.viewing() as moment:
            found = moment.connection().exec_driver_sql("SELECT 1 FROM revision LIMIT 1")
            return found.first() is None

    def mark(self) -> tuple[int, ...]:
        """What the file system says of the file: another mark means that somebody wrote to it."""
        found: list[int] = []
        for name in (self.path.name, f"{self.path.name}-wal"):
            try:
                seen = self.path.with_name(name).stat()
            except OSError:
                continue
            found += [seen.st_mtime_ns, seen.st_size]
        return tuple(found)

    def newest(self) -> str:
        """The hash of the newest revision, which tells of all there are; empty where none is."""
        with self.viewing() as moment:
            newest = "SELECT hash FROM revision ORDER BY id DESC LIMIT 1"
            return moment.connection().exec_driver_sql(newest).scalar() or ""

    def _open(self, name: str) -> Engine:
        """What reads or writes; raises `Locked` where it was locked just now."""
        engine: Engine | None = vars(self).get(name)
        if engine is None:
            self._check_lock()
            raise LedgerError(f"{self.path} was closed.")
        return engine

    def _check_lock(self) -> None:
        if self.is_locked:
            raise Locked(f"{self.path} is locked.")

    def check(self) -> None:
        """Refuse to go on when it is locked, or was taken away: what is written would be lost."""
        self._check_lock()
        if identity(self.path) != self._file:
            raise LedgerError(f"{self.path} was moved or removed while it was open.")

    def close(self) -> None:
        """Let go of the file."""
        if not self.is_locked:
            self._engine.dispose()


def open_ledger(
    path: Path,
    clock: Clock,
    *,
    create: bool = True,
    migrate: bool = True,
    passphrase: Passphrase | None = None,
    key: Key | None = None,
) -> Ledger:
    """The ledger at `path`, made or brought to the newest version if need be and if one may.

    `passphrase` is called where one is needed, unless the `key` is known. Raises `LedgerError`
    where the file cannot be a ledger that this program may use, among them `Locked` and
    `WrongPassphrase`; nothing is changed then.
    """
    with said_plainly(path):
        if not has_content(path):
            _refuse_where_one_was(path)
            if not create:
                raise LedgerError(
                    f"There is no ledger at {path} yet. "
                    "`accord` begins one, `accord load FILE` fills one."
                )
            make_empty(path)
        key = key or encryption.key_of(path, passphrase)
        found = _version(path, key)
        if found != HEAD:
            if not migrate:
                raise LedgerError(f"{path} was written by an older Accord.")
            _migrate(path, found, clock, key)
        return Ledger(path, clock, key)


def once(session: Reading, key: Hashable, read: Callable[[], Found]) -> Found:
    """What `read` gives; where the session only reads, it is read once."""
    kept: dict[Hashable, Found] | None = session.info.get(MOMENT)
    if kept is None:
        return read()
    if key not in kept:
        kept[key] = read()
    return kept[key]


def last_written(session: Reading) -> datetime | None:
    """When the newest revision was written; None where nothing was recorded."""
    revision = schema.revision.c
    newest = select(revision.at).order_by(revision.id.desc()).limit(1)
    at: datetime | None = session.connection().execute(newest).scalar()
    return at


def check_is_ledger(path: Path, key: Key | None = None) -> None:
    """Raise `LedgerError` unless a file is a ledger that this program can read with the key."""
    with said_plainly(path):
        if is_encrypted(path) and not encryption.opens(key, path):
            raise LedgerError(f"{path} has another passphrase; name another file.")
        if _version(path, key if is_encrypted(path) else None) is None:
            raise LedgerError(f"{path} is not an Accord ledger.")


def integrity(session: Reading) -> list[str]:
    """What SQLite itself finds wrong with the file and its foreign keys, in its words."""
    connection = session.connection()
    said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
    found = [] if said == ["ok"] else said
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        found.append(f"{table} {row} refers to a {parent} that is not there")
    return found


def stored(
    session: Reading, table: str, column: str = "", value: int = 0
) -> Iterator[dict[str, Any]]:
    """The rows of a table as the file holds them: text, numbers and bytes, nothing parsed.

    With a `column`, those that have the `value` in it.
    """
    where = f' WHERE "{column}" = {value:d}' if column else ""
    found = session.connection().exec_driver_sql(f'SELECT * FROM "{table}"{where}')
    return (dict(row) for row in found.mappings())


def revisions_with(session: Reading, signs: Sequence[str]) -> list[int]:
    """The numbers of the revisions whose changes have one of some texts in them, oldest first.

    Also of those that are no JSON any more: nobody knows of what they spoke.
    """
    has = " OR ".join("instr(changes, ?)" for _ in signs)
    found = session.connection().exec_driver_sql(
        f"SELECT id FROM revision WHERE {has} OR NOT json_valid(changes) ORDER BY id", tuple(signs)
    )
    return [int(row[0]) for row in found]


_SEARCHED = {
    "contact": ("summary", "person", "reference", "hardship", "channel"),
    "undertaking": ("text",),
}
"""The columns whose words are found by `search`."""


def search_index() -> Iterator[str]:
    """The statements that make the full-text index, fill it, and keep it true (FTS5)."""
    for table, columns in _SEARCHED.items():
        names = ", ".join(columns)
        new, old = (", ".join(f"{side}.{each}" for each in columns) for side in ("new", "old"))
        yield (
            f"CREATE VIRTUAL TABLE {table}_words USING fts5({names}, content='{table}', "
            "content_rowid='id', prefix='2 3', tokenize='unicode61 remove_diacritics 2')"
        )
        yield f"INSERT INTO {table}_words(rowid, {names}) SELECT id, {names} FROM {table}"
        enter = f"INSERT INTO {table}_words(rowid, {names}) VALUES (new.id, {new});"
        leave = (
            f"INSERT INTO {table}_words({table}_words, rowid, {names}) "
            f"VALUES ('delete', old.id, {old});"
        )
        for name, moment, doing in (
            ("entered", "INSERT", enter),
            ("left", "DELETE", leave),
            ("changed", "UPDATE", f"{leave} {enter}"),
        ):
            yield (
                f"CREATE TRIGGER {table}_words_{name} AFTER {moment} ON {table} BEGIN {doing} END"
            )


def search(session: Reading, table: str, word: str) -> set[int]:
    """The numbers of the contacts or undertakings with a word that begins with `word`.

    Capitals and accents make no difference; a text of several words is looked for as a phrase.
    """
    phrase = word.replace('"', " ").replace("\0", " ").strip()
    if not any(mark.isalnum() for mark in phrase):
        return set()
    found = session.connection().exec_driver_sql(
        f"SELECT rowid FROM {table}_words WHERE {table}_words MATCH ?", (f'"{phrase}"*',)
    )
    return {int(row[0]) for row in found}


def defer_foreign_keys(session: Reading) -> None:
    """Check references when the transaction ends, so that records may come in any order."""
    session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")


# --- opening --------------------------------------------------------------------------------


def _refuse_where_one_was(path: Path) -> None:
    """Say which copy to put back where a ledger is gone of which there are some."""
    from store.records import backups

    if (newest := backups.newest(path)) is not None:
        put_back = f"accord restore {quote(str(newest))} --ledger {quote(str(path))}"
        raise LedgerError(
            f"{path} is gone or empty, but copies of it stand beside it. Put the newest back with "
            f"`{put_back}`, or move {newest.parent} away to begin anew."
        )


def _version(path: Path, key: Key | None) -> str | None:
    """The migration that the file is at; None for one with nothing in it yet."""
    with closing(connect(path, key)) as raw:
        application_id = raw.execute("PRAGMA application_id").fetchone()[0]
        if application_id == 0 and not raw.execute("SELECT 1 FROM sqlite_master").fetchone():
            return None
        if application_id != APPLICATION_ID:
            raise LedgerError(f"{path} is a database of another program, not an Accord ledger.")
        row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    version = str(row[0]) if row else "none"
    if not version.isdecimal():
        raise LedgerError(f"{path} is damaged: it has no version. {PUT_A_BACKUP}")
    if version > HEAD:
        raise LedgerError(
            f"{path} was written by a newer Accord (its version is {version}, this program's "
            f"{HEAD}). Update Accord to open it."
        )
    return version


def _migrate(path: Path, found: str | None, clock: Clock, key: Key | None) -> None:
    """Bring the file to `HEAD` in one transaction, after a copy of it was put aside."""
    from store.records import migrations

    if found is not None:
        from store.records import backups

        backups.before(path, f"before {HEAD}", clock, key)
    engine = _engine(path, key)
    try:
        with engine.execution_options(immediate=True).begin() as connection:
            # Whoever waited for the lock finds the work done.
            migrations.upgrade(connection)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    except migrations.CommandError as error:
        raise LedgerError(f"{path} is at a version that no Accord wrote. {PUT_A_BACKUP}") from error
    finally:
        engine.dispose()


def _engine(path: Path, key: Key | None) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=encryption.driver(key),
        # SQLite's own transactions: the driver's are not atomic for DDL and lose updates.
        creator=partial(connect, path, key),
        # Where it may only be read, each session looks anew at how it stands.
        poolclass=None if may_be_written(path) else NullPool,
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: sqlite3.Connection, _: Any) -> None:
        if may_be_written(path):
            _write_ahead(raw)
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("PRAGMA foreign_keys = ON")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate")
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine


def _write_ahead(raw: sqlite3.Connection) -> None:
    """Switch to WAL; while another first start does the same, SQLite says locked at once."""
    deadline = time.monotonic() + encryption.BUSY_MS / 1000
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL")
            return
        except database_errors() as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
