"""What the chain says of one record and of its parts, and how the file differs from it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from store.records import database, revisions, states
from store.records.states import Alteration, Place, State
from store.records.tables import RECORDS, Revision

PARTS: Mapping[str, Mapping[str, str]] = {
    "creditor": {"document": "creditor_id"},
    "debt": {
        "moratorium": "debt_id",
        "transfer": "debt_id",
        "charge": "debt_id",
        "balance": "debt_id",
        "document": "debt_id",
    },
    "contact": {"undertaking": "contact_id", "document": "contact_id"},
    "agreement": {
        "agreement": "supersedes_id",
        "instalment": "agreement_id",
        "document": "agreement_id",
    },
    "instalment": {"allotment": "instalment_id"},
    "payment": {
        "allotment": "payment_id",
        "statement_line": "payment_id",
        "document": "payment_id",
    },
}
"""What is told with a record, by its table: the tables of its parts, and their column for it."""


@dataclass(frozen=True, slots=True)
class Touch:
    """What one revision did to one record: its state before and after, None where there is none."""

    table: str
    record_id: int
    before: State | None
    after: State | None


@dataclass(frozen=True, slots=True)
class Told:
    """A revision as far as it speaks of a record and its parts.

    `at` (aware) is None, and `touches` too, where that cannot be read any more.
    """

    revision_id: int
    at: datetime | None
    summary: str
    is_undo: bool
    is_redo: bool
    is_as_written: bool
    hash: str
    touches: tuple[Touch, ...] | None
    all_touches: tuple[Touch, ...] = ()
    """What it did to whatever record: there are the names of what is gone."""


def of_record(session: Session, table: str, id_: int) -> list[Told]:
    """The revisions that speak of a record or of its parts, oldest first.

    Those that cannot be read are among them: nobody knows of what they spoke.
    """
    columns = set(PARTS.get(table, {}).values())
    # Changes are compact JSON with sorted names, and in a text a quotation mark has a backslash:
    # so these stand there only where a revision speaks of the record, or of what belongs to it.
    signs = [f'["{table}",{id_},', *(f'"{column}":{id_},' for column in sorted(columns))]
    told = (_told(session, each, table, id_) for each in database.revisions_with(session, signs))
    return [each for each in told if each.touches is None or each.touches]


def alterations(
    session: Session, table: str, id_: int, history: Sequence[Told]
) -> list[Alteration]:
    """How the record and its parts differ from what their history says.

    None where a part of that is not as it was written: then nobody knows how they should be.
    """
    expected: dict[Place, State] = {}
    for told in history:
        if told.touches is None or not told.is_as_written:
            return []
        for touch in told.touches:
            place = (touch.table, touch.record_id)
            if touch.after is not None and _belongs(touch.table, touch.after, table, id_):
                expected[place] = touch.after
            else:
                expected.pop(place, None)
    return list(states.alterations(expected, _stored(session, table, id_)))


def _stored(session: Session, table: str, id_: int) -> Iterator[tuple[str, State]]:
    for of, column in ((table, "id"), *PARTS.get(table, {}).items()):
        for row in database.stored(session, of, column, id_):
            yield of, row


def _told(session: Session, number: int, table: str, id_: int) -> Told:
    try:
        revision = session.get_one(Revision, number)
    except (ValueError, TypeError):
        return Told(number, None, "", False, False, False, "", None)
    try:
        found = tuple(Touch(*each) for each in revisions.changes(revision))
        touches = tuple(each for each in found if _concerns(each, table, id_))
    except (ValueError, TypeError, KeyError, AttributeError):
        found, touches = (), None
    return Told(
        number,
        revision.at,
        revision.summary,
        revision.undoes_id is not None,
        revision.redoes_id is not None,
        revisions.is_as_written(revision),
        revision.hash,
        touches,
        found,
    )


def _concerns(touch: Touch, table: str, id_: int) -> bool:
    if touch.table not in RECORDS:
        raise ValueError(touch.table)
    sides = [each for each in (touch.before, touch.after) if each is not None]
    return any(_belongs(touch.table, each, table, id_) for each in sides)


def _belongs(of: str, state: State, table: str, id_: int) -> bool:
    """Whether a state is that of the record itself, or of a part of it."""
    column = PARTS.get(table, {}).get(of)
    is_it = of == table and state.get("id") == id_
    return is_it or (column is not None and state.get(column) == id_)
