"""The one write path: a use case is one transaction that also appends its revision.

A revision holds what each record was before and after, and the hash of the one before it. Undo,
redo, history and tamper checks all read this chain. An undo is itself a revision; nothing is ever
taken out of the chain.
"""

import hashlib
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, event
from sqlalchemy.orm import ORMExecuteState, UOWTransaction
from sqlmodel import Session, col, select

from store.records import database, states, tables
from store.records.database import Ledger
from store.records.states import Place, State
from store.records.tables import RECORDS, Recorded, Revision
from store.rules.errors import BadInput, LedgerError, NotFound, Stale

LOG = logging.getLogger("accord")

GENESIS = "0" * 64
"""What the first revision has for the hash of the one before."""


@dataclass
class Change:
    """A use case under way: write through `session`, and say in `summary` what it did."""

    session: Session
    now: datetime
    summary: str = ""
    undoes_id: int | None = None
    redoes_id: int | None = None
    states: dict[Place, tuple[State | None, State | None]] = field(default_factory=dict)

    def add(self, record: Recorded) -> None:
        """Enter a record now; give it its number."""
        self.session.add(record)
        self.session.flush()


@contextmanager
def change(ledger: Ledger, use_case: str) -> Iterator[Change]:
    """Run a use case in one transaction and append its revision.

    An error in the block leaves the ledger as it was; a block that changes nothing leaves no
    revision. Bulk statements are refused, since the chain would not see them.
    """
    with ledger.writing() as session:
        database.defer_foreign_keys(session)
        under_way = Change(session, ledger.now())
        _watch(session, under_way)
        yield under_way
        session.flush()
        if under_way.states:
            revision = _revision(session, under_way, use_case)
            session.add(revision)
    if under_way.states:
        # Neither the summary nor the changes: the log holds nobody's name and no amount.
        LOG.info("%s is revision %s", use_case, revision.id)


def newest(session: Session) -> tuple[datetime, str] | None:
    """When the newest revision was written, and its hash; None where nothing was recorded."""
    return session.exec(
        select(Revision.at, Revision.hash).order_by(col(Revision.id).desc()).limit(1)
    ).first()


SHORTEST = 8
"""So many digits of a hash are enough to look for it."""


def with_hash(session: Session, beginning: str) -> list[Revision]:
    """The revisions whose hash begins so, as it is printed on a paper.

    Raises `BadInput` for what is no hash, or too few digits of one.
    """
    wanted = beginning.strip(" .…").casefold()
    if not SHORTEST <= len(wanted) <= len(GENESIS) or set(wanted) - set("0123456789abcdef"):
        raise BadInput(
            f"“{beginning}” is no hash: give its first {SHORTEST} digits (0-9, a-f) or more.",
            field="hash",
        )
    return list(
        session.exec(
            select(Revision).where(col(Revision.hash).startswith(wanted)).order_by(col(Revision.id))
        )
    )


def undoable(session: Session) -> Revision | None:
    """The newest use case that undo would take back."""
    newest = _newest(session)
    return None if newest is None else _effective(session, newest)


def redoable(session: Session) -> Revision | None:
    """The use case that redo would do again: only while nothing came after its undo."""
    revision = _newest(session)
    while revision is not None:
        if revision.undoes_id is not None:
            return session.get(Revision, revision.undoes_id)
        if revision.redoes_id is None:
            return None
        undone = session.exec(
            select(Revision)
            .where(Revision.undoes_id == revision.redoes_id, col(Revision.id) < revision.id)
            .order_by(col(Revision.id).desc())
        ).first()
        revision = None if undone is None else _before(session, undone.id)
    return None


@contextmanager
def _readable(revision: Revision) -> Iterator[None]:
    """Say it plainly when a revision cannot be read as one."""
    try:
        yield
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise LedgerError(
            f"Revision {revision.id} is not as it was written, so it cannot be taken back or done "
            "again; `accord check` says what is wrong."
        ) from error


def undo(ledger: Ledger, expected_id: int | None = None) -> Revision:
    """Take back the last use case as a whole; gives the revision that was taken back.

    `expected_id` is the one that was named to the person: another one there by now is `Stale`.
    Raises `NotFound` when there is nothing to take back.
    """
    with change(ledger, "undo") as under_way:
        revision = undoable(under_way.session)
        if revision is None:
            raise NotFound("There is nothing to take back.")
        _expect(revision, expected_id)
        under_way.undoes_id = revision.id
        under_way.summary = f"Took back: {revision.summary}"
        with _readable(revision):
            for table, id_, before, after in reversed(changes(revision)):
                _restore(under_way, table, id_, now=after, to=before)
    return revision


def redo(ledger: Ledger, expected_id: int | None = None) -> Revision:
    """Do again what the last undo took back; gives the revision done again."""
    with change(ledger, "redo") as under_way:
        revision = redoable(under_way.session)
        if revision is None:
            raise NotFound("There is nothing to do again.")
        _expect(revision, expected_id)
        under_way.redoes_id = revision.id
        under_way.summary = f"Did again: {revision.summary}"
        with _readable(revision):
            for table, id_, before, after in changes(revision):
                _restore(under_way, table, id_, now=before, to=after)
    return revision


def blob(session: Session, sha256: str) -> bytes | None:
    """The bytes that have a SHA-256; None where they are missing or are not what they were."""
    content = session.exec(select(tables.Blob.content).where(tables.Blob.sha256 == sha256)).first()
    # What was put there from outside may be text.
    if not isinstance(content, bytes) or hashlib.sha256(content).hexdigest() != sha256:
        return None
    return content


# --- what a use case does -------------------------------------------------------------------


def _watch(session: Session, under_way: Change) -> None:
    """Note what each flush does to each record."""
    before: dict[int, State] = {}

    @event.listens_for(session, "before_flush")
    def note_before(session: Session, _: UOWTransaction, __: Any) -> None:
        before.clear()
        for row in (*session.dirty, *session.deleted):
            if isinstance(row, Recorded):
                before[id(row)] = states.before(row)

    @event.listens_for(session, "after_flush")
    def note_after(session: Session, _: UOWTransaction) -> None:
        for row in session.new:
            if isinstance(row, Recorded):
                _note(under_way, row, None, states.of(row))
        for row in session.dirty:
            if isinstance(row, Recorded):
                _note(under_way, row, before[id(row)], states.of(row))
        for row in session.deleted:
            if isinstance(row, Recorded):
                _note(under_way, row, before[id(row)], None)

    @event.listens_for(session, "do_orm_execute")
    def refuse_bulk(statement: ORMExecuteState) -> None:
        if statement.is_insert or statement.is_update or statement.is_delete:
            raise RuntimeError("Write records one by one: the chain does not see bulk statements.")


def _note(under_way: Change, row: Recorded, before: State | None, after: State | None) -> None:
    assert row.id is not None
    place = (str(row.__tablename__), row.id)
    if place in under_way.states:
        before = under_way.states[place][0]
    if before == after:
        under_way.states.pop(place, None)
    else:
        under_way.states[place] = (before, after)


def _restore(
    under_way: Change, table: str, id_: int, *, now: State | None, to: State | None
) -> None:
    """Bring one record from the state it must have now to another."""
    record = RECORDS[table]
    row = under_way.session.get(record, id_)
    if states.content(None if row is None else states.of(row)) != states.content(now):
        label = states.label(table, now or to or {})
        raise Stale(f"{label} is not as it was left, so that cannot be taken back.")
    if to is None:
        under_way.session.delete(row)
    elif row is None:
        under_way.session.add(record(**states.values(table, states.content(to) or {})))
    else:
        for name, value in states.values(table, states.content(to) or {}).items():
            setattr(row, name, value)


# --- the chain ------------------------------------------------------------------------------


def _revision(session: Session, under_way: Change, use_case: str) -> Revision:
    newest = _newest(session)
    changes = [
        [table, id_, before, after] for (table, id_), (before, after) in under_way.states.items()
    ]
    revision = Revision(
        at=under_way.now,
        use_case=use_case,
        summary=under_way.summary,
        changes=json.dumps(changes, ensure_ascii=False, sort_keys=True, separators=(",", ":")),
        undoes_id=under_way.undoes_id,
        redoes_id=under_way.redoes_id,
        previous_hash=GENESIS if newest is None else newest.hash,
        hash="",
    )
    revision.hash = _hash(revision)
    return revision


def _hash(revision: Revision) -> str:
    written = (
        revision.previous_hash,
        revision.at.isoformat(),
        revision.use_case,
        revision.summary,
        revision.changes,
        revision.undoes_id,
        revision.redoes_id,
    )
    return hashlib.sha256(json.dumps(written, ensure_ascii=False).encode()).hexdigest()


def changes(
    revision: Revision | Row[*tuple[Any, ...]],
) -> list[tuple[str, int, State | None, State | None]]:
    """What a revision did to each record: its table, number, and states before and after."""
    return [tuple(each) for each in json.loads(revision.changes)]


def is_as_written(revision: Revision) -> bool:
    """Whether a revision still is what its hash was made of."""
    return revision.hash == _hash(revision)


def _newest(session: Session) -> Revision | None:
    return session.exec(select(Revision).order_by(col(Revision.id).desc()).limit(1)).first()


def _before(session: Session, id_: int | None) -> Revision | None:
    return session.exec(
        select(Revision).where(col(Revision.id) < id_).order_by(col(Revision.id).desc()).limit(1)
    ).first()


def _effective(session: Session, newest: Revision) -> Revision | None:
    """The last use case that stands: an undo of one leaves things as they were before it."""
    revision: Revision | None = newest
    while revision is not None and revision.undoes_id is not None:
        revision = _before(session, revision.undoes_id)
    if revision is not None and revision.redoes_id is not None:
        return session.get(Revision, revision.redoes_id)
    return revision


def _expect(revision: Revision, expected_id: int | None) -> None:
    if expected_id is not None and revision.id != expected_id:
        raise Stale("Something was recorded elsewhere meanwhile; look again before you take back.")
