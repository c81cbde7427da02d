"""Copies of a ledger: made while it is in use, verified, rotated, and put back.

A copy is opened by whatever opens the ledger: those of one with a passphrase are encrypted too.

They stand in a folder beside the ledger, `ledger.db.backups`, each with the moment in its name.
"""

import re
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from shutil import rmtree

from store.records import copies, database, encryption
from store.records.database import Clock, Ledger
from store.records.encryption import Key, Passphrase
from store.records.failures import PUT_A_BACKUP
from store.records.files import (
    has_content,
    make_private_folder,
    may_be_written,
    resolved,
    write_privately,
)
from store.rules import rotation
from store.rules.errors import AccordError, Inaccessible, LedgerError, Locked, WrongPassphrase

_NAME = re.compile(r"(\d{4}-\d{2}-\d{2}T\d{6})(?:-([\w-]+))?(?:~\d+)?\.db")
REASONED = timedelta(days=90)
"""How long a copy stays that was made by hand, or before something was done to the ledger."""

_DAMAGED = "damaged"
_MOMENT = "%Y-%m-%dT%H%M%S"


@dataclass(frozen=True, slots=True)
class Backup:
    """A copy of a ledger; `why` says what it was made before, where it was."""

    path: Path
    made_at: datetime
    """As the clock on the wall had it."""
    why: str = ""

    @property
    def was_damaged(self) -> bool:
        """Whether it is no copy but a damaged ledger that was put aside."""
        return self.why == _DAMAGED


def folder(ledger_path: Path) -> Path:
    """Where the copies of a ledger are kept."""
    return ledger_path.with_name(f"{ledger_path.name}.backups")


def kept(ledger_path: Path) -> list[Backup]:
    """The copies of a ledger, newest first."""
    found: list[Backup] = []
    with suppress(OSError):
        found = [
            each for path in folder(ledger_path).iterdir() if (each := _backup(path)) is not None
        ]
    return sorted(found, key=lambda each: (each.made_at, each.path.name), reverse=True)


def newest(ledger_path: Path) -> Path | None:
    """The newest copy of a ledger; one of a day to come only where there is no other."""
    found = kept(ledger_path)
    now = _on_the_wall(_present())
    past = [each for each in found if each.made_at <= now]
    return next((each.path for each in (*past, *found)), None)


def _present() -> datetime:
    """The moment that it is, whatever day the ledger's clock was told to take for today."""
    return datetime.fromtimestamp(time.time(), UTC)


def _on_the_wall(moment: datetime) -> datetime:
    return moment.astimezone().replace(tzinfo=None, microsecond=0)


def _made_at(clock: Clock) -> datetime:
    """The moment for a copy's name: one of a day to come would seem newer than all that follow."""
    return _on_the_wall(min(clock(), _present()))


def _age(backup: Backup) -> timedelta:
    """For how long a copy has stood there, by the file system."""
    return timedelta(seconds=time.time() - backup.path.stat().st_mtime)


def _backup(path: Path) -> Backup | None:
    """A copy by its name; None for a file that is called otherwise."""
    named = _NAME.fullmatch(path.name)
    if named is None:
        return None
    try:
        made_at = datetime.strptime(named[1], _MOMENT)
    except ValueError:
        return None
    return Backup(path, made_at, (named[2] or "").replace("-", " "))


def is_whole(path: Path, key: Key | None) -> bool:
    """Whether a copy is a ledger that is opened by the key or by none, and undamaged to SQLite.

    Raises `Inaccessible` where nobody can say.
    """
    try:
        database.check_is_ledger(path, key)
        copies.check_integrity(path, key if encryption.is_encrypted(path) else None)
    except Inaccessible:
        raise
    except LedgerError:
        return False
    return True


def make(ledger: Ledger, why: str = "") -> Backup:
    """Add a copy to those that are kept, verified; old ones go by `rotation.kept`.

    Those that were made for a reason, `why`, stay for `REASONED`, whatever else was made that day.
    """
    made = _backup(before(ledger.path, why, ledger.clock, ledger.key))
    assert made is not None
    everything = kept(ledger.path)
    past = [each.made_at for each in everything if not each.why and each.made_at <= made.made_at]
    wanted = rotation.kept(past)
    with database.said_plainly(ledger.path):
        for each in everything:
            # A name may be of a day to come, where another day was taken for today.
            is_past = each.made_at <= made.made_at and each.path != made.path
            if is_past and (_age(each) > REASONED if each.why else each.made_at not in wanted):
                each.path.unlink(missing_ok=True)
    return made


def make_at(ledger: Ledger, path: Path) -> None:
    """Write a verified copy to a file of its own; over nothing but an older copy of this ledger.

    Raises `LedgerError` where something else stands there, or `check_spare` refuses it.
    """
    check_spare(ledger.path, path)
    with database.said_plainly(path):
        if path.is_dir():
            raise LedgerError(f"{path} is a folder; name a file in it.")
        if path.exists() and not path.is_file():
            raise LedgerError(f"{path} is a device or a pipe; name a file.")
        if has_content(path):
            database.check_is_ledger(path, ledger.key)
            if not copies.is_of(path, ledger.path, ledger.key):
                raise LedgerError(
                    f"{path} holds what this ledger does not: it stays. Name another file."
                )
    copies.copy(ledger.path, path, ledger.key, ledger.key)


def check_spare(ledger_path: Path, path: Path) -> None:
    """Refuse to write where a ledger is, what SQLite keeps beside it, or a copy of it."""
    ledger, place, copies_of_it = map(resolved, (ledger_path, path, folder(ledger_path)))
    beside = [ledger.with_name(f"{ledger.name}-{end}") for end in ("wal", "shm", "journal")]
    if place in (ledger, *beside) or (place.exists() and place.samefile(ledger)):
        raise LedgerError(f"{path} is the ledger itself; name another file.")
    if copies_of_it in (place, *place.parents):
        raise LedgerError(f"{path} is where Accord keeps its own backups; name another place.")


def before(ledger_path: Path, why: str, clock: Clock, key: Key | None = None) -> Path:
    """Keep a copy of a ledger before something is done to it; `why` says what."""
    place = _place(ledger_path, _made_at(clock), why)
    copies.copy(ledger_path, place, key, key)
    return place


def daily(ledger: Ledger) -> Backup | None:
    """Make the copy of today, if there is none and what was recorded before today may be lost.

    None for a day to come that is only taken for today, or of what may only be read. No copy of a
    ledger with a passphrase stays plain.
    """
    if not may_be_written(ledger.path):
        return None
    if ledger.has_passphrase and not all(
        encryption.is_encrypted(each.path) for each in kept(ledger.path)
    ):
        # Giving it the passphrase was cut short.
        follow(ledger.path, None, ledger.key)
    copies.sweep(ledger.path.parent)
    copies.sweep(folder(ledger.path))
    today = ledger.now().astimezone().date()
    present = _present().astimezone().date()
    if today > present or any(each.made_at.date() == today for each in kept(ledger.path)):
        return None
    with ledger.viewing() as moment:
        newest = database.last_written(moment)
    # What is dated ahead of the present may have been recorded on any day before.
    if newest is None or today <= newest.astimezone().date() <= present:
        return None
    return make(ledger)


def daily_or_why_not(ledger: Ledger) -> str | None:
    """Make the copy of today if need be; gives in one sentence why that could not be done."""
    try:
        daily(ledger)
    except AccordError as error:
        return f"Today's backup could not be made: {error.message}"
    return None


def restore(
    ledger_path: Path,
    source: Path,
    clock: Clock,
    *,
    passphrase: Passphrase | None = None,
    opened: Ledger | None = None,
) -> Path | None:
    """Put a copy in the ledger's place; gives where what it replaced is kept.

    Another window that has the ledger open sees what was put there. A ledger that is there keeps
    its passphrase, whatever the copy has; `passphrase` is asked for each that is needed. `opened`
    is the ledger, where this program has it open. Raises `LedgerError` for a file that is no
    ledger, is damaged, or is not as it was written; nothing is changed then.
    """
    with database.said_plainly(source):
        if source.is_dir():
            raise LedgerError(f"{source} is a folder; name a copy in it.")
        if not source.is_file():
            raise LedgerError(f"There is no file at {source}.")
        if ledger_path.exists() and source.samefile(ledger_path):
            raise LedgerError(f"{source} is the ledger itself; name a backup of it.")
        key = opened.key if opened else _key_of(ledger_path, source, passphrase)
        is_known = key is not None and encryption.opens(key, source)
        source_key = key if is_known else _opening(source, passphrase)
        if not has_content(ledger_path):
            key = source_key
        elif source_key is not None and key is None:
            raise LedgerError(
                f"{source} has a passphrase and {ledger_path} has none. Give the ledger one first, "
                "or put the copy in another place with --ledger."
            )
    with _said_of(source):
        database.check_is_ledger(source, source_key)
    make_private_folder(folder(ledger_path))
    trial = Path(tempfile.mkdtemp(prefix=".trial-", dir=folder(ledger_path))) / "ledger.db"
    try:
        with _said_of(source, trial):
            copies.copy(source, trial, source_key, key)
            _check(trial, source, clock, key)
        replaced = _put_aside(ledger_path, clock, key)
        copies.put_in_place(trial, ledger_path, key)
    finally:
        rmtree(trial.parent, ignore_errors=True)
    return replaced


def follow(ledger_path: Path, was: Key | None, key: Key | None) -> list[Path]:
    """Let the copies be opened by what opens the ledger now; gives those that cannot be.

    Such a one is damaged, or had another passphrase than the ledger.
    """
    left: list[Path] = []
    # Halves of copies that were never finished hold what was recorded, too.
    copies.sweep(folder(ledger_path))
    for each in kept(ledger_path):
        if not encryption.opens(key, each.path):
            opening = [one for one in (None, was) if encryption.opens(one, each.path)]
            try:
                copies.rewrite(each.path, opening[0], key)
            except (LedgerError, IndexError):
                left.append(each.path)
    return left


@contextmanager
def _said_of(source: Path, trial: Path | None = None) -> Iterator[None]:
    """Name the copy where its trial is meant, of which nobody knows; it is itself the backup."""
    try:
        yield
    except LedgerError as error:
        said = error.message.replace(str(trial or source), str(source))
        raise type(error)(said.replace(PUT_A_BACKUP, "It was not put back.")) from error


def _check(trial: Path, source: Path, clock: Clock, key: Key | None) -> None:
    """Refuse a copy that is not as Accord wrote it."""
    from store.records import checking

    opened = database.open_ledger(trial, clock, create=False, key=key)
    try:
        with opened.reading() as session:
            found = next(checking.damage(session), None)
    finally:
        opened.close()
    if found:
        raise LedgerError(f"{source} is damaged, so it was not put back: {found}")


def _put_aside(ledger_path: Path, clock: Clock, key: Key | None) -> Path | None:
    """Keep what a restore replaces: a copy, or, of what is damaged, the file as it is."""
    if not ledger_path.exists() or not ledger_path.stat().st_size:
        return None
    try:
        return before(ledger_path, "before restore", clock, key)
    except AccordError:
        place = _place(ledger_path, _made_at(clock), _DAMAGED)
        write_privately(place, ledger_path.read_bytes())
        with suppress(FileNotFoundError):
            # What was written last may stand there alone.
            wal = ledger_path.with_name(f"{ledger_path.name}-wal").read_bytes()
            write_privately(place.with_name(f"{place.name}-wal"), wal)
        return place


def _place(ledger_path: Path, made_at: datetime, why: str) -> Path:
    make_private_folder(folder(ledger_path))
    tail = f"-{why.replace(' ', '-')}" if why else ""
    place, number = folder(ledger_path) / f"{made_at:{_MOMENT}}{tail}.db", 2
    while place.exists():
        place = place.with_name(f"{made_at:{_MOMENT}}{tail}~{number}.db")
        number += 1
    return place


def _opening(path: Path, passphrase: Passphrase | None) -> Key | None:
    """The key of one of several files: who has only one passphrase must know which it opens."""
    try:
        return encryption.key_of(path, passphrase)
    except WrongPassphrase as error:
        raise WrongPassphrase(f"That passphrase does not open {path}.") from error


def _key_of(ledger_path: Path, source: Path, passphrase: Passphrase | None) -> Key | None:
    """What opens the ledger that a copy is to replace.

    One whose beginning is damaged looks encrypted: where no copy of it is, it never was.
    """
    try:
        return _opening(ledger_path, passphrase)
    except (Locked, WrongPassphrase):
        everything = [source, *(each.path for each in kept(ledger_path))]
        if any(encryption.is_encrypted(each) for each in everything):
            raise
        return None
