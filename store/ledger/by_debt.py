"""What was read of each debt, kept from one reading to the next: only what changed is read again.

It is kept with the open ledger, for as long as that is; a reading that sees an older moment of
it reads for itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import select

from store.records import database, schema
from store.records.database import Reading

Found = TypeVar("Found")

MANY = 20
"""Revisions after which it is as quick to read everything again."""

_NO_DEBT = {
    *("person", "creditor", "situation", "contact", "undertaking", "offer", "document"),
    *("budget_line", "cash", "postponement", "loaded", "statement_line", "left_out", "payee"),
}
"""The tables that nothing of what is kept here follows from."""

_LOCK = Lock()


class Newest(NamedTuple):
    """The newest revision: its number, and its hash, which tells of all those before it."""

    id: int
    hash: str


NOTHING = Newest(0, "")
"""Of a ledger in which nothing was recorded yet."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read at a revision, for something that may change from day to day."""

    about: Hashable
    newest: Newest
    debts: Mapping[int, Any]


def known(
    session: Reading,
    name: Hashable,
    about: Hashable,
    read: Callable[[Collection[int] | None], Mapping[int, Found]],
) -> Mapping[int, Found]:
    """What `read` gives of each debt, by number; it is given those to read, or None for all.

    Of one `name` only what it was last asked `about` is kept. Nobody changes what is given.
    """
    remembered: dict[Hashable, _Kept] | None = session.info.get(database.REMEMBERED)
    if remembered is None:
        return read(None)
    newest = _newest(session)
    with _LOCK:
        kept = remembered.get(name)
        if kept is not None and kept.about == about and kept.newest == newest:
            return kept.debts
        if kept is not None and kept.newest.id > newest.id:
            return read(None)
        changed = None
        if kept is not None and kept.about == about:
            changed = changed_since(session, kept.newest)
        if kept is None or changed is None:
            found = read(None)
        else:
            others = {id_: each for id_, each in kept.debts.items() if id_ not in changed}
            found = {**others, **(read(changed) if changed else {})}
        remembered[name] = _Kept(about, newest, found)
        return found


def changed_since(session: Reading, known: Newest) -> set[int] | None:
    """The debts that what was recorded after a revision is about; None where that is not known.

    Nor is it where the revision is another one by now: a copy was put back, and written on.
    """
    revision = schema.revision.c
    found = session.connection().execute(
        select(revision.id, revision.hash, revision.changes)
        .where(revision.id >= known.id)
        .order_by(revision.id)
        .limit(MANY + 2)
    )
    newer = list(found)
    if known != NOTHING:
        if not newer or (newer[0].id, newer[0].hash) != known:
            return None
        del newer[0]
    if len(newer) > MANY:
        return None
    try:
        return _debts_of(session, [each for row in newer for each in json.loads(row.changes)])
    except (ValueError, TypeError, KeyError, AttributeError):
        # It was altered outside Accord: `accord check` says so, and what there is can be read.
        return None


def _debts_of(session: Reading, changes: Collection[Any]) -> set[int] | None:
    owners = _Owners(session, changes)
    debts: set[int] = set()
    for table, id_, *states in changes:
        if table == "debt":
            debts.add(id_)
        elif table not in _NO_DEBT:
            for state in filter(None, states):
                owner = owners.debt(state)
                if owner is None:
                    return None
                debts.add(owner)
    return debts


class _Owners:
    """To which debt a record belongs: by what was recorded, also where it is gone by now."""

    def __init__(self, session: Reading, changes: Collection[Any]) -> None:
        self._session = session
        self._states = {(table, id_): after or before for table, id_, before, after in changes}

    def debt(self, state: Mapping[str, Any]) -> int | None:
        """The number of the debt; None where nobody knows."""
        if "debt_id" in state:
            return int(state["debt_id"])
        for column, table in (
            ("agreement_id", schema.agreement),
            ("payment_id", schema.payment),
        ):
            if column in state:
                owner = self._states.get((table.name, state[column])) or self._row(
                    table, state[column]
                )
                return None if owner is None else self.debt(owner)
        return None

    def _row(self, table: Any, id_: int) -> Mapping[str, Any] | None:
        found = self._session.connection().execute(select(table.c.debt_id).where(table.c.id == id_))
        row = found.mappings().first()
        return None if row is None else dict(row)


def _newest(session: Reading) -> Newest:
    revision = schema.revision.c
    newest = select(revision.id, revision.hash).order_by(revision.id.desc()).limit(1)
    row = session.connection().execute(newest).first()
    return NOTHING if row is None else Newest(row.id, row.hash)
