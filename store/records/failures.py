"""What goes wrong with a ledger's file, in one sentence for a person."""

import sqlite3
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from store.rules.errors import Inaccessible, LedgerError


@contextmanager
def said_plainly(path: Path) -> Iterator[None]:
    """Turn what goes wrong with the file into one sentence for a person."""
    try:
        yield
    except DBAPIError as error:
        raise _plainly(path, str(error.orig), _kind(error.orig)) from error
    except database_errors() as error:
        raise _plainly(path, str(error), _kind(error)) from error
    except OSError as error:
        said = error.strerror or type(error).__name__
        raise _plainly(path, said, said) from error


def database_errors() -> tuple[type[Exception], ...]:
    """What SQLite raises, and SQLCipher where it was loaded."""
    cipher = sys.modules.get("sqlcipher3.dbapi2")
    return (sqlite3.DatabaseError, *([cipher.DatabaseError] if cipher else []))


PUT_A_BACKUP = "Put a backup in its place."

_ACCESS = (
    ("disk is full", "The disk is full: nothing was changed in {path}. Free some space first."),
    ("No space left", "The disk is full: {path} was not written. Free some space first."),
    ("uota exceeded", "Your quota is used up: {path} was not written. Free some space first."),
    ("too large", "{path} was not written: files may not grow so large here."),
    ("I/O error", "The disk is full or failing: nothing was changed in {path}. See to it first."),
    ("nput/output error", "The disk is failing: {path} was not written. See to it first."),
    ("No such file", "{path} cannot be written: there is no such folder."),
    ("readonly", "{path} may be read but not written. Nothing was changed."),
    ("ead-only", "{path} cannot be written: what it is on may only be read."),
    ("ermission denied", "There is no permission to use {path}. Check whose file it is."),
    ("Not a directory", "{path} cannot be: a part of that path is a file, not a folder."),
    ("unable to open", "{path} cannot be opened. Check that the folder and file are yours."),
    ("locked", "Another program is writing to {path} and did not finish. Try again."),
)
_CONTENT = (
    ("not a database", "{path} is not an Accord ledger."),
    ("malformed", f"{{path}} is damaged. {PUT_A_BACKUP}"),
    ("ould not decode", f"{{path}} is damaged: it holds text that is none. {PUT_A_BACKUP}"),
    ("no such table", f"{{path}} is damaged: a part of it is missing. {PUT_A_BACKUP}"),
    ("constraint failed", "That would contradict the record in {path}: nothing was changed."),
)


def _kind(error: BaseException | None) -> str:
    """What sort of error SQLite has: what it says in full may hold what was recorded."""
    return getattr(error, "sqlite_errorname", None) or type(error).__name__


def _plainly(path: Path, said: str, kind: str) -> LedgerError:
    for found, sentences in ((Inaccessible, _ACCESS), (LedgerError, _CONTENT)):
        for sign, sentence in sentences:
            if sign in said:
                return found(sentence.format(path=path))
    return LedgerError(f"{path} cannot be used: {kind}.")
