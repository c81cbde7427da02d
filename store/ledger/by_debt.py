"""What was read of each debt, kept from one reading to the next: only what changed is read again.

It is kept with the open ledger, for as long as that is; a reading that sees an older moment of
it reads for itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Hashable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any, TypeVar

from sqlalchemy import func, select

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


@dataclass(frozen=True, slots=True)
class _Kept:
    """What was read at a revision, for something that may change from day to day."""

    about: Hashable
    revision: int
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
    revision = _newest(session)
    with _LOCK:
        kept = remembered.get(name)
        if kept is not None and kept.about == about and kept.revision == revision:
            return kept.debts
        if kept is not None and kept.revision > revision:
            return read(None)
        changed = None
        if kept is not None and kept.about == about:
            changed = changed_since(session, kept.revision)
        if kept is None or changed is None:
            found = read(None)
        else:
            others = {id_: each for id_, each in kept.debts.items() if id_ not in changed}
            found = {**others, **(read(changed) if changed else {})}
        remembered[name] = _Kept(about, revision, found)
        return found


def changed_since(session: Reading, revision: int) -> set[int] | None:
    """The debts that what was recorded after a revision is about; None where that is not known."""
    newer = schema.revision.c
    found = session.connection().execute(
        select(newer.changes).where(newer.id > revision).limit(MANY + 1)
    )
    told = found.scalars().all()
    if len(told) > MANY:
        return None
    try:
        return _debts_of(session, [each for text in told for each in json.loads(text)])
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


def _newest(session: Reading) -> int:
    found = session.connection().execute(select(func.max(schema.revision.c.id)))
    return found.scalar() or 0
