"""The file that holds a ledger: opening it, reading it, writing to it.

Everything that only SQLite can do is in this module, and so is what its errors mean to a person.
Readers see one moment of the ledger and never wait; one writer at a time holds the write lock from
its first statement (`BEGIN IMMEDIATE`), so that what it read is still true when it writes.
"""

import os
import sqlite3
import stat
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import URL, Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import Session

from store.rules.errors import LedgerError, Stale

HEAD = "0004"
"""The newest migration; a test keeps it equal to the newest one in the folder."""

APPLICATION_ID = 0x41434344
"""`ACCD`: what SQLite's header says of a file that is a ledger."""

BUSY_MS = 30_000
"""How long a writer waits for others; beside some that write without a pause, 5 s are too short."""

Clock = Callable[[], datetime]
"""Gives the present moment, aware."""


class Ledger:
    """One person's whole record: an open file. Safe to use from any thread, a session per call."""

    def __init__(self, path: Path, clock: Clock) -> None:
        """Use `open_ledger`, which also creates and migrates."""
        self.path = path
        self.clock = clock
        self._file = _identity(path)
        self._engine = _engine(path)
        self._writer = self._engine.execution_options(immediate=True)

    def now(self) -> datetime:
        """The present moment in UTC, by the clock that was passed in."""
        return self.clock().astimezone(UTC)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that sees the ledger as it is at this moment."""
        self._check_file()
        with said_plainly(self.path), Session(self._engine, autoflush=False) as session:
            try:
                yield session
            except (ValueError, TypeError, KeyError) as error:
                raise LedgerError(
                    f"{self.path} holds something that cannot be read; "
                    "`accord check` says what it is."
                ) from error

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session in one transaction: all of it is kept when the block ends, or nothing.

        Only `revisions.change` calls this: whatever is written is also in the chain.
        """
        self._check_file()
        with (
            said_plainly(self.path),
            Session(self._writer, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def is_unused(self) -> bool:
        """Whether nothing was ever recorded in it."""
        with self.reading() as session:
            found = session.connection().exec_driver_sql("SELECT 1 FROM revision LIMIT 1")
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

    def newest(self) -> int:
        """The number of the newest revision; 0 where nothing was recorded yet."""
        with self.reading() as session:
            found = session.connection().exec_driver_sql("SELECT max(id) FROM revision")
            return found.scalar_one() or 0

    def _check_file(self) -> None:
        """Refuse to go on when the file was taken away: what is written would be lost."""
        if _identity(self.path) != self._file:
            raise LedgerError(f"{self.path} was moved or removed while it was open.")

    def close(self) -> None:
        """Let go of the file."""
        self._engine.dispose()


def open_ledger(path: Path, clock: Clock, *, create: bool = True) -> Ledger:
    """The ledger at `path`, made or brought to the newest version if need be.

    Raises `LedgerError` where the file cannot be a ledger that this program may use; nothing is
    changed then.
    """
    with said_plainly(path):
        if not _has_content(path):
            if not create:
                raise LedgerError(
                    f"There is no ledger at {path} yet. "
                    "`accord` begins one, `accord load FILE` fills one."
                )
            _make_file(path)
        found = _version(path)
        if found != HEAD:
            _migrate(path, found, clock)
        return Ledger(path, clock)


def integrity(session: Session) -> list[str]:
    """What SQLite itself finds wrong with the file and its foreign keys, in its words."""
    connection = session.connection()
    said = [str(row[0]) for row in connection.exec_driver_sql("PRAGMA integrity_check(20)")]
    found = [] if said == ["ok"] else said
    for table, row, parent, _ in connection.exec_driver_sql("PRAGMA foreign_key_check"):
        found.append(f"{table} {row} refers to a {parent} that is not there")
    return found


def stored(
    session: Session, table: str, column: str = "", value: int = 0
) -> Iterator[dict[str, Any]]:
    """The rows of a table as the file holds them: text, numbers and bytes, nothing parsed.

    With a `column`, those that have the `value` in it.
    """
    where = f' WHERE "{column}" = {value:d}' if column else ""
    found = session.connection().exec_driver_sql(f'SELECT * FROM "{table}"{where}')
    return (dict(row) for row in found.mappings())


def revisions_with(session: Session, signs: Sequence[str]) -> list[int]:
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


def search(session: Session, table: str, word: str) -> set[int]:
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


def defer_foreign_keys(session: Session) -> None:
    """Check references when the transaction ends, so that records may come in any order."""
    session.connection().exec_driver_sql("PRAGMA defer_foreign_keys = ON")


def write_privately(path: Path, content: bytes) -> None:
    """Write a file that only its owner reads, whole or not at all; a device just takes it."""
    with private_file(path) as out:
        out.write(content)


@contextmanager
def private_file(path: Path) -> Iterator[BinaryIO]:
    """A file to write to that only its owner reads.

    It takes its place when the block ends: an error, or a disk that fills, leaves what was there.
    """
    with said_plainly(path):
        path = path.resolve()
        if path.exists() and not path.is_file() and not path.is_dir():
            with path.open("wb") as device:
                yield device
            return
        if path.is_dir():
            raise LedgerError(f"{path} is a folder; name a file.")
        # A name of its own that nobody can guess, or lay a link at; some names fill all 255 bytes.
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:50]}.")
        part = Path(name)
        try:
            with os.fdopen(handle, "wb") as out:
                yield out
                _settle(out)
            part.replace(path)
        finally:
            part.unlink(missing_ok=True)


@contextmanager
def prepared_file(path: Path, content: bytes) -> Iterator[None]:
    """A private file that is on the disk when the block begins, and takes its place after it.

    What must not happen without the file goes in the block.
    """
    with private_file(path) as out:
        out.write(content)
        _settle(out)
        yield


def _settle(out: BinaryIO) -> None:
    """Bring what was written to the disk; a device has none."""
    out.flush()
    if stat.S_ISREG(os.fstat(out.fileno()).st_mode):
        os.fsync(out.fileno())


# --- copies ---------------------------------------------------------------------------------


def copy(path: Path, to: Path) -> None:
    """A consistent copy of a ledger, for its owner only, also while others write to it.

    It is verified before it takes its place: whole or not at all. Raises `LedgerError`.
    """
    with said_plainly(to):
        part = to.with_name(f".{to.name[:100]}.part")
        remove(part)
        try:
            os.close(os.open(part, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
            with closing(_raw(path)) as source, closing(_raw(part)) as target:
                source.backup(target)
                # One file: nothing of it stands in a journal beside it.
                target.execute("PRAGMA journal_mode = DELETE")
                _verify(source, target, path)
            with part.open("rb+") as out:
                os.fsync(out.fileno())
            # What a program that was killed left beside another file would be read into this one.
            _remove_beside(to)
            part.replace(to)
        finally:
            remove(part)


def put_in_place(copied: Path, path: Path) -> None:
    """Make a ledger be what a copy is; who has it open goes on with that."""
    with said_plainly(path):
        if not _has_content(path):
            _make_file(path)
        try:
            with closing(_raw(copied)) as source, closing(_raw(path)) as target:
                source.backup(target)
        except sqlite3.DatabaseError as error:
            if "locked" in str(error):
                raise
            # What stands there is too damaged to be written to.
            remove(path)
            copy(copied, path)


def check_is_ledger(path: Path) -> None:
    """Raise `LedgerError` unless a file is a ledger that this program can read."""
    with said_plainly(path):
        if _version(path) is None:
            raise LedgerError(f"{path} is not an Accord ledger.")


def make_private_folder(path: Path) -> None:
    """Make a folder that only its owner enters, if it is not there."""
    with said_plainly(path):
        path.mkdir(mode=0o700, exist_ok=True)


def remove(path: Path) -> None:
    """Remove a database with all that SQLite keeps beside it; nothing happens where none is."""
    path.unlink(missing_ok=True)
    _remove_beside(path)


def _remove_beside(path: Path) -> None:
    for end in ("-wal", "-shm", "-journal"):
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)


def _verify(source: sqlite3.Connection, target: sqlite3.Connection, path: Path) -> None:
    """Refuse a copy that SQLite finds damaged, or whose newest change the source does not have."""
    said = target.execute("PRAGMA integrity_check(1)").fetchone()[0]
    newest = target.execute("SELECT id, hash FROM revision ORDER BY id DESC LIMIT 1").fetchone()
    there = "SELECT 1 FROM revision WHERE id = ? AND hash = ?"
    if said != "ok" or (newest and not source.execute(there, newest).fetchone()):
        raise LedgerError(f"The copy of {path} is not as it should be, so it was not kept.")


# --- opening --------------------------------------------------------------------------------


def _has_content(path: Path) -> bool:
    if path.is_dir():
        raise LedgerError(f"{path} is a folder; a ledger is a file.")
    return path.exists() and path.stat().st_size > 0


def _identity(path: Path) -> tuple[int, int] | None:
    """Which file a path leads to, by device and number; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _make_file(path: Path) -> None:
    """An empty file that only its owner reads, in a folder that only its owner enters."""
    missing = [each for each in (path.parent, *path.parent.parents) if not each.exists()]
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
    # Another first start may be making it right now; whoever comes second finds it there.
    os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))


def _version(path: Path) -> str | None:
    """The migration that the file is at; None for one with nothing in it yet."""
    with closing(_raw(path)) as raw:
        application_id = raw.execute("PRAGMA application_id").fetchone()[0]
        if application_id == 0 and not raw.execute("SELECT 1 FROM sqlite_master").fetchone():
            return None
        if application_id != APPLICATION_ID:
            raise LedgerError(f"{path} is a database of another program, not an Accord ledger.")
        row = raw.execute("SELECT version_num FROM alembic_version").fetchone()
    version = str(row[0]) if row else "none"
    if not version.isdecimal():
        raise LedgerError(f"{path} is damaged: it has no version. Put a backup in its place.")
    if version > HEAD:
        raise LedgerError(
            f"{path} was written by a newer Accord (its version is {version}, this program's "
            f"{HEAD}). Update Accord to open it."
        )
    return version


def _raw(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=BUSY_MS / 1000, isolation_level=None)


def _migrate(path: Path, found: str | None, clock: Clock) -> None:
    """Bring the file to `HEAD` in one transaction, after a copy of it was put aside."""
    from store.records import migrations

    if found is not None:
        from store.records import backups

        backups.before(path, f"before {HEAD}", clock)
    engine = _engine(path)
    try:
        with engine.execution_options(immediate=True).begin() as connection:
            # Whoever waited for the lock finds the work done.
            migrations.upgrade(connection)
            connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    except migrations.CommandError as error:
        raise LedgerError(
            f"{path} is at a version that no Accord wrote. Put a backup in its place."
        ) from error
    finally:
        engine.dispose()


def _engine(path: Path) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        # SQLite's own transactions: the driver's are not atomic for DDL and lose updates.
        connect_args={"timeout": BUSY_MS / 1000, "isolation_level": None},
    )

    @event.listens_for(engine, "connect")
    def prepare(raw: sqlite3.Connection, _: Any) -> None:
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
    deadline = time.monotonic() + BUSY_MS / 1000
    while True:
        try:
            raw.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error) or time.monotonic() > deadline:
                raise
            time.sleep(0.02)


# --- errors ---------------------------------------------------------------------------------


@contextmanager
def said_plainly(path: Path) -> Iterator[None]:
    """Turn what goes wrong with the file into one sentence for a person."""
    try:
        yield
    except StaleDataError as error:
        raise Stale(
            "It was changed elsewhere after you opened it. Open it again to see how it is now."
        ) from error
    except DBAPIError as error:
        raise LedgerError(_sentence(path, str(error.orig))) from error
    except sqlite3.DatabaseError as error:
        raise LedgerError(_sentence(path, str(error))) from error
    except OSError as error:
        raise LedgerError(_sentence(path, error.strerror or str(error))) from error


_SENTENCES = (
    ("disk is full", "The disk is full: nothing was changed in {path}. Free some space first."),
    ("No space left", "The disk is full: {path} was not written. Free some space first."),
    ("uota exceeded", "Your quota is used up: {path} was not written. Free some space first."),
    ("too large", "{path} was not written: files may not grow so large here."),
    ("I/O error", "The disk is full or failing: nothing was changed in {path}. See to it first."),
    ("nput/output error", "The disk is failing: {path} was not written. See to it first."),
    ("No such file", "{path} cannot be written: there is no such folder."),
    ("readonly", "{path} may be read but not written. Nothing was changed."),
    ("ermission denied", "There is no permission to use {path}. Check whose file it is."),
    ("Not a directory", "{path} cannot be: a part of that path is a file, not a folder."),
    ("unable to open", "{path} cannot be opened. Check that the folder and file are yours."),
    ("not a database", "{path} is not an Accord ledger."),
    ("malformed", "{path} is damaged. Put a backup in its place."),
    ("no such table", "{path} is damaged: a part of it is missing. Put a backup in its place."),
    ("constraint failed", "That would contradict the record in {path}: nothing was changed."),
    ("locked", "Another program is writing to {path} and did not finish. Try again."),
)


def _sentence(path: Path, said: str) -> str:
    for sign, sentence in _SENTENCES:
        if sign in said:
            return sentence.format(path=path)
    return f"{path} cannot be used: {said}."
