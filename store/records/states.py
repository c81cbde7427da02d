"""What a record is at one moment, as JSON can hold it; and how the file differs from that."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Date, inspect
from sqlalchemy.dialects import sqlite
from sqlmodel.sql.sqltypes import UTCDateTime

from store.records.tables import RECORDS, Minor, Recorded
from store.rules import money

_SQLITE = sqlite.dialect()

State = dict[str, Any]
"""A record as JSON: its columns by name, dates and moments as ISO text."""

Place = tuple[str, int]
"""Which record: its table and number."""


@dataclass(frozen=True, slots=True)
class Alteration:
    """A record that is not as the chain says; a `field` of it, or (None) all of it.

    `was` is what the chain says and `now` what the file has, as its columns hold them; None where
    there is no such record, or no value.
    """

    table: str
    state: State
    """The record: as it should be, or as it is where there should be none."""
    field: str | None
    was: Any
    now: Any
    currency: str | None = None
    """Of an amount, where it is known."""

    def __str__(self) -> str:
        """One sentence, which names record and field."""
        record = label(self.table, self.state)
        if self.field is not None:
            was, now = (_shown(each, self.currency) for each in (self.was, self.now))
            return f"{record}: {self.field} was changed outside Accord, from {was} to {now}."
        return f"{record} was {'added' if self.was is None else 'removed'} outside Accord."


def alterations(
    expected: Mapping[Place, State], stored: Iterable[tuple[str, State]]
) -> Iterator[Alteration]:
    """How records differ from what the chain says: `stored` is what the file has, by table."""
    left = dict(expected)
    for table, row in stored:
        should_be = left.pop((table, row["id"]), None)
        if should_be is None:
            yield Alteration(table, row, None, None, row)
            continue
        was = as_stored(table, should_be)
        for name, value in row.items():
            if value != was.get(name):
                of = _currency(table, name, was, expected)
                yield Alteration(table, was, name, was.get(name), value, of)
    for (table, _), state in left.items():
        yield Alteration(table, state, None, state, None)


def _currency(
    table: str, field: str, state: State | None, known: Mapping[Place, State]
) -> str | None:
    """What an amount is in: by the record, or by what it belongs to; None for other fields."""
    column = RECORDS[table].__table__.columns.get(field)  # type: ignore[attr-defined]
    if column is None or not isinstance(column.type, Minor):
        return None
    while state is not None and "currency" not in state:
        owners = ("creditor", "debt", "agreement", "instalment", "payment")
        up = next((each for each in owners if state.get(f"{each}_id") is not None), "")
        state = known.get((up, state[f"{up}_id"])) if up else None
    return None if state is None else state["currency"]


def _shown(value: Any, currency: str | None) -> str:
    """A value as people write it; what is no amount, as it stands there."""
    if currency is not None and type(value) is int and money.is_currency(currency):
        return money.format(value, currency)
    return "nothing" if value is None else str(value)


def of(row: Recorded) -> State:
    """The record as it is now."""
    return {name: _plain(getattr(row, name)) for name in type(row).model_fields}


def before(row: Recorded) -> State:
    """The record as it was when it was read: changed fields by what SQLAlchemy remembers."""
    state = of(row)
    for attribute in inspect(row).attrs:
        history = attribute.load_history()
        if history.deleted:
            state[attribute.key] = _plain(history.deleted[0])
    return state


def values(table: str, state: State) -> dict[str, Any]:
    """A state's values as Python has them."""
    columns = RECORDS[table].__table__.columns  # type: ignore[attr-defined]
    found = dict(state)
    for name, value in state.items():
        if value is not None and isinstance(columns[name].type, UTCDateTime):
            found[name] = datetime.fromisoformat(value)
        elif value is not None and isinstance(columns[name].type, Date):
            found[name] = date.fromisoformat(value)
    return found


def as_stored(table: str, state: State) -> State:
    """A state as the columns of the file hold it; one that no column could hold, as it is."""
    columns = RECORDS[table].__table__.columns  # type: ignore[attr-defined]
    try:
        return {
            name: value if process is None or value is None else process(value)
            for name, value in values(table, state).items()
            for process in [columns[name].type.dialect_impl(_SQLITE).bind_processor(_SQLITE)]
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        return state


def content(state: State | None) -> State | None:
    """A state but for its version, which is the table's own affair."""
    return None if state is None else {k: v for k, v in state.items() if k != "version"}


def label(table: str, state: State) -> str:
    """A record as a person can find it: its table, number, and what it is called."""
    called = state.get("key") or state.get("name")
    when = next((state[name] for name in ("paid_on", "due_on", "on") if state.get(name)), None)
    more = " ".join(str(each) for each in (called, when and f"of {when}") if each)
    title = table.replace("_", " ").capitalize()
    return f"{title} {state.get('id')}" + (f" ({more})" if more else "")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else value
