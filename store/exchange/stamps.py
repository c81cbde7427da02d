"""When each record last changed, as a number that only rises: what a calendar goes by."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from store.ledger.facts import rows
from store.records import revisions, schema
from store.records.database import Reading
from store.records.states import State

EPOCH = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, order=True)
class Stamp:
    """A revision: `number` is its minute since `EPOCH`, at least one more than the one before has.

    So it rises from revision to revision, whatever the clock did (as `at` never falls), and in a
    ledger that is loaded from another's dump it goes on from there.
    """

    number: int
    at: datetime


NEVER = Stamp(0, EPOCH)


class Stamps:
    """The newest revision that changed a column of a record, or what belongs to a record."""

    def __init__(self, session: Reading) -> None:
        """Walks the chain once."""
        self._columns: dict[tuple[str, int, str], Stamp] = {}
        self._parts: dict[tuple[str, str, int], Stamp] = {}
        self._entered: dict[tuple[str, int], State] = {}
        stamp = NEVER
        for revision in rows(session, select(schema.revision).order_by(schema.revision.c.id)):
            minute = (revision.at - EPOCH) // timedelta(minutes=1)
            stamp = Stamp(max(stamp.number + 1, minute), max(stamp.at, revision.at))
            for table, id_, before, after in revisions.changes(revision):
                self._note(stamp, table, id_, before or {}, after or {})

    def _note(self, stamp: Stamp, table: str, id_: int, before: State, after: State) -> None:
        if not before:
            self._entered.setdefault((table, id_), after)
        for column in before.keys() | after.keys():
            was, now = before.get(column), after.get(column)
            if was != now or not (before and after):
                self._columns[table, id_, column] = stamp
                if column.endswith("_id"):
                    for owner in (was, now):
                        if owner is not None:
                            self._parts[table, column, owner] = stamp

    def of(self, table: str, id_: int, *columns: str) -> Stamp:
        """When one of these columns of a record was last changed."""
        return newest(self._columns.get((table, id_, each), NEVER) for each in columns)

    def parts(self, table: str, column: str, owner_id: int) -> Stamp:
        """When a record of a table was last given to an owner, or taken from it."""
        return self._parts.get((table, column, owner_id), NEVER)

    def entered(self, table: str, id_: int) -> State:
        """A record as it was first entered, whatever became of it."""
        return self._entered.get((table, id_), {})


def newest(stamps: Iterable[Stamp]) -> Stamp:
    """The newest of some."""
    return max(stamps, default=NEVER)
