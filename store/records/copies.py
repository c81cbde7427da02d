"""Copies of a ledger's file: whole or not at all, while others use it, and under another key."""

import os
import sqlite3
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from store.records import encryption
from store.records.encryption import Key, connect, export
from store.records.failures import database_errors, said_plainly
from store.records.files import has_content, make_empty, resolved, settle_folder
from store.rules.errors import LedgerError

_PART = ".part"
_PATIENCE_MS = 2_000
"""How long others may take to let go of a file that is to be replaced."""
_DAMAGE = ("not a database", "malformed", "encrypted")


def copy(path: Path, to: Path, key: Key | None = None, new: Key | None = None) -> None:
    """A consistent copy of a ledger, for its owner only, also while others write to it.

    `key` opens the ledger, `new` will open the copy. It is verified before it takes its place:
    whole or not at all; a link stays one, and leads to it. Raises `LedgerError`.
    """
    to = resolved(to)
    is_export = (key is None) is not (new is None)
    with (
        said_plainly(to),
        _part_of(to) as part,
        closing(connect(path, key, may_encrypt=is_export)) as source,
    ):
        with said_plainly(path):
            source.execute("SELECT 1 FROM sqlite_master").fetchone()
        if is_export:
            with _damage_of(path):
                export(source, part, new)
        with closing(connect(part, new, may_encrypt=is_export)) as target:
            if not is_export:
                with _damage_of(path):
                    _back_up(source, target)
            # One file: nothing of it stands in a journal beside it.
            target.execute("PRAGMA journal_mode = DELETE")
            _verify(source, target, path)
        _to_disk(part)
        # What a program that was killed left beside another file would be read into this one.
        _remove_beside(to)
        part.replace(to)
        settle_folder(to)


def put_in_place(copied: Path, path: Path, key: Key | None = None) -> None:
    """Make a ledger be what a copy is, of the same key; who has it open goes on with that."""
    with said_plainly(path):
        if not has_content(path):
            make_empty(path)
        try:
            with closing(connect(copied, key)) as source, closing(connect(path, key)) as target:
                _back_up(source, target)
        except database_errors() as error:
            # Only what is too damaged to be written to is replaced: a full disk is no reason.
            if not any(sign in str(error) for sign in _DAMAGE):
                raise
            copy(copied, path, key, key)


def rewrite(path: Path, key: Key | None, new: Key | None) -> None:
    """Make a file that one key opens be opened by another; None is no key at all.

    Nobody else may have it open: raises `LedgerError`, and all stays as it was.
    """
    path = path.resolve()
    with said_plainly(path), closing(connect(path, key, may_encrypt=True)) as source:
        _keep_others_out(source, path)
        with _part_of(path) as part:
            export(source, part, new)
            with closing(connect(part, new, may_encrypt=True)) as target:
                _verify(source, target, path)
                if _rows(source) != _rows(target):
                    raise LedgerError(f"{path} could not be copied whole, so it stays as it is.")
            _to_disk(part)
            with path.open("rb+") as old:
                part.replace(path)
                settle_folder(path)
                _wipe(old)


def remove(path: Path) -> None:
    """Remove a database with all that SQLite keeps beside it; nothing happens where none is."""
    path.unlink(missing_ok=True)
    _remove_beside(path)


def _remove_beside(path: Path) -> None:
    for end in ("-wal", "-shm", "-journal"):
        path.with_name(f"{path.name}{end}").unlink(missing_ok=True)


def sweep(folder: Path, *, older_than: float = 3600) -> None:
    """Remove the halves of copies that a program left which was killed, after some seconds.

    Younger ones may be somebody's work.
    """
    with suppress(OSError):
        for part in folder.glob(f".*{_PART}*"):
            with suppress(OSError):
                if time.time() - part.stat().st_mtime >= older_than:
                    part.unlink()


@contextmanager
def _part_of(path: Path) -> Iterator[Path]:
    """An empty private file beside another, which it may replace; else it goes."""
    # A name that no other program has: two may copy at once.
    handle, name = tempfile.mkstemp(_PART, f".{path.name[:100]}.", path.parent)
    os.close(handle)
    part = Path(name)
    try:
        yield part
    finally:
        remove(part)


@contextmanager
def _damage_of(path: Path) -> Iterator[None]:
    """Say of what is read that it is damaged, not of what is written."""
    try:
        yield
    except database_errors() as error:
        if not any(sign in str(error) for sign in _DAMAGE):
            raise
        with said_plainly(path):
            raise


def _back_up(source: sqlite3.Connection, target: sqlite3.Connection) -> None:
    """Copy all pages at once; while somebody writes to the target, SQLite would wait for ever."""
    deadline = time.monotonic() + encryption.BUSY_MS / 1000

    def look(status: int, *_: int) -> None:
        is_waiting = status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        if is_waiting and time.monotonic() > deadline:
            raise sqlite3.OperationalError("database is locked")

    source.backup(target, progress=look)


def _to_disk(path: Path) -> None:
    with path.open("rb+") as out:
        os.fsync(out.fileno())


def _keep_others_out(raw: sqlite3.Connection, path: Path) -> None:
    """Take the file for this connection alone, with all that stood in its journal."""
    try:
        # Who writes is done soon; a window that stays open is not waited for.
        raw.execute(f"PRAGMA busy_timeout = {min(_PATIENCE_MS, encryption.BUSY_MS)}")
        raw.execute("PRAGMA locking_mode = EXCLUSIVE")
        raw.execute("PRAGMA journal_mode = DELETE")
        raw.execute("BEGIN EXCLUSIVE")
        raw.execute("COMMIT")
    except database_errors() as error:
        if "locked" not in str(error):
            raise
        raise LedgerError(
            f"Another window or program has {path} open. Close it, then try again."
        ) from error


def _wipe(file: BinaryIO) -> None:
    """Empty a file that was replaced: whoever waits for it must not take it for the ledger.

    What it held is overwritten, as far as the disk does that.
    """
    found = os.fstat(file.fileno())
    # Under another name it is a copy that somebody keeps.
    if not found.st_nlink:
        for start in range(0, found.st_size, 1 << 20):
            file.write(bytes(min(1 << 20, found.st_size - start)))
        file.flush()
        os.fsync(file.fileno())


def check_integrity(path: Path, key: Key | None) -> None:
    """Raise `LedgerError` where SQLite finds a file damaged."""
    with said_plainly(path), closing(connect(path, key)) as raw:
        if raw.execute(_INTEGRITY).fetchone()[0] != "ok":
            raise LedgerError(f"{path} is damaged.")


def is_of(path: Path, ledger: Path, key: Key | None) -> bool:
    """Whether all that a copy holds is in a ledger, both opened by `key`."""
    with said_plainly(path), closing(connect(path, key)) as raw:
        newest = raw.execute(_NEWEST).fetchone()
    with said_plainly(ledger), closing(connect(ledger, key)) as raw:
        return newest is None or raw.execute(_THERE, newest).fetchone() is not None


def newest_change(path: Path, key: Key | None) -> str:
    """What was recorded last in a file that the key opens, or none does; empty for no answer."""
    with suppress(LedgerError), said_plainly(path):
        is_encrypted = encryption.is_encrypted(path)
        with closing(connect(path, key if is_encrypted else None)) as raw:
            found = raw.execute("SELECT summary FROM revision ORDER BY id DESC LIMIT 1").fetchone()
        return str(found[0]) if found else ""
    return ""


_INTEGRITY = "PRAGMA integrity_check(1)"
_NEWEST = "SELECT id, hash FROM revision ORDER BY id DESC LIMIT 1"
_THERE = "SELECT 1 FROM revision WHERE id = ? AND hash = ?"


def _verify(source: sqlite3.Connection, target: sqlite3.Connection, path: Path) -> None:
    """Refuse a copy that SQLite finds damaged, or whose newest change the source does not have."""
    said = target.execute(_INTEGRITY).fetchone()[0]
    newest = target.execute(_NEWEST).fetchone()
    if said != "ok" or (newest and not source.execute(_THERE, newest).fetchone()):
        raise LedgerError(f"The copy of {path} is not as it should be, so it was not kept.")


def _rows(raw: sqlite3.Connection) -> dict[str, int]:
    """How many rows each table has."""
    names = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return {name: raw.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for (name,) in names}
