"""Copies of a ledger: made while it is in use, verified, rotated, and put back.

They stand in a folder beside the ledger, `ledger.db.backups`, each with the moment in its name.
"""

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import rmtree

from store.records import checking, database, revisions
from store.records.database import Clock, Ledger
from store.rules import rotation
from store.rules.errors import AccordError, LedgerError

_NAME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{6})(?:-([\w-]+))?\.db")
_MOMENT = "%Y-%m-%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of a ledger; `why` says what it was made before, where it was."""

    path: Path
    made_at: datetime
    """As the clock on the wall had it."""
    why: str = ""


def folder(ledger_path: Path) -> Path:
    """Where the copies of a ledger are kept."""
    return ledger_path.with_name(f"{ledger_path.name}.backups")


def kept(ledger_path: Path) -> list[Backup]:
    """The copies of a ledger, newest first."""
    found: list[Backup] = []
    with suppress(OSError):
        for path in folder(ledger_path).iterdir():
            if (named := _NAME.fullmatch(path.name)) is not None:
                with suppress(ValueError):
                    made_at = datetime.strptime(named[1], _MOMENT)
                    found.append(Backup(path, made_at, (named[2] or "").replace("-", " ")))
    return sorted(found, key=lambda each: (each.made_at, each.path.name), reverse=True)


def make(ledger: Ledger, why: str = "") -> Backup:
    """Add a copy to those that are kept, verified; old ones go by `rotation.kept`."""
    path = before(ledger.path, why, ledger.clock)
    everything = kept(ledger.path)
    wanted = rotation.kept(each.made_at for each in everything)
    for each in everything:
        if each.made_at not in wanted:
            each.path.unlink(missing_ok=True)
    return next(each for each in everything if each.path == path)


def make_at(ledger: Ledger, path: Path) -> None:
    """Write a verified copy to a file of its own; only over another ledger, never over itself.

    Raises `LedgerError` where something else stands there.
    """
    with database.said_plainly(path):
        if path.exists() and path.stat().st_size:
            if path.samefile(ledger.path):
                raise LedgerError(f"{path} is the ledger itself; name another file.")
            database.check_is_ledger(path)
    database.copy(ledger.path, path)


def before(ledger_path: Path, why: str, clock: Clock) -> Path:
    """Keep a copy of a ledger before something is done to it; `why` says what."""
    made_at = clock().astimezone().replace(tzinfo=None, microsecond=0)
    place = _place(ledger_path, made_at, why)
    database.copy(ledger_path, place)
    return place


def daily(ledger: Ledger) -> Backup | None:
    """Make the copy of today, if there is none and what was recorded before today may be lost."""
    today = ledger.now().astimezone().date()
    if any(each.made_at.date() == today for each in kept(ledger.path)):
        return None
    with ledger.reading() as session:
        newest = revisions.newest(session)
    if newest is None or newest[0].astimezone().date() >= today:
        return None
    return make(ledger)


def daily_or_why_not(ledger: Ledger) -> str | None:
    """Make the copy of today if need be; gives in one sentence why that could not be done."""
    try:
        daily(ledger)
    except AccordError as error:
        return f"Today's backup could not be made: {error.message}"
    return None


def restore(ledger_path: Path, source: Path, clock: Clock) -> Path | None:
    """Put a copy in the ledger's place; gives where what it replaced is kept.

    Another window that has the ledger open sees what was put there. Raises `LedgerError` for a
    file that is no ledger, is damaged, or is not as it was written; nothing is changed then.
    """
    with database.said_plainly(source):
        if not source.is_file():
            raise LedgerError(f"There is no file at {source}.")
        if ledger_path.exists() and source.samefile(ledger_path):
            raise LedgerError(f"{source} is the ledger itself; name a backup of it.")
    database.check_is_ledger(source)
    database.make_private_folder(folder(ledger_path))
    trial = folder(ledger_path) / ".trial.db"
    try:
        database.copy(source, trial)
        _check(trial, source, clock)
        replaced = _put_aside(ledger_path, clock)
        database.put_in_place(trial, ledger_path)
    finally:
        database.remove(trial)
        # Where it came from an older program, bringing it up to date kept a copy of it.
        rmtree(folder(trial), ignore_errors=True)
    return replaced


def _check(trial: Path, source: Path, clock: Clock) -> None:
    """Refuse a copy that is not as Accord wrote it."""
    opened = database.open_ledger(trial, clock, create=False)
    try:
        with opened.reading() as session:
            found = next(checking.damage(session), None)
    finally:
        opened.close()
    if found:
        raise LedgerError(f"{source} is damaged, so it was not put back: {found}")


def _put_aside(ledger_path: Path, clock: Clock) -> Path | None:
    """Keep what a restore replaces: a copy, or, of what is damaged, the file as it is."""
    if not ledger_path.exists() or not ledger_path.stat().st_size:
        return None
    try:
        return before(ledger_path, "before restore", clock)
    except AccordError:
        made_at = clock().astimezone().replace(tzinfo=None, microsecond=0)
        place = _place(ledger_path, made_at, "damaged")
        database.write_privately(place, ledger_path.read_bytes())
        return place


def _place(ledger_path: Path, made_at: datetime, why: str) -> Path:
    database.make_private_folder(folder(ledger_path))
    tail = f"-{why.replace(' ', '-')}" if why else ""
    return folder(ledger_path) / f"{made_at:{_MOMENT}}{tail}.db"
