"""Putting off what cannot be done now: a line of Today that comes back on a later day."""

from datetime import date

from sqlmodel import select

from store.records import revisions, tables
from store.records.database import Ledger
from store.rules import dates
from store.rules.errors import BadInput

PUT_OFF = ("instalment", "undertaking", "offer", "agreement", "debt",
           "limitation", "review", "freeze", "moratorium")  # fmt: skip
"""What Today has lines about: the tables of their records, and the clocks."""


def put_off(
    ledger: Ledger, record: str, record_id: int, *, until: date, today: date, name: str
) -> None:
    """Let a line about a record come back on the day `until`; `name` says what it is about.

    Raises `BadInput` for a day that is not to come.
    """
    if until <= today:
        raise BadInput("Choose a day that is still to come.", field="until")
    with revisions.change(ledger, "reminders.put_off") as change:
        note(change, record, record_id, until)
        change.summary = f"Put off until {dates.short(until, today)}: {name}"


def note(change: revisions.Change, record: str, record_id: int, until: date) -> None:
    """Remember until when a record's line is put off, in place of what was said before."""
    assert record in PUT_OFF
    postponement = tables.Postponement
    found = change.session.exec(
        select(postponement).where(
            postponement.record == record, postponement.record_id == record_id
        )
    ).first()
    if found is None:
        change.add(
            postponement(record=record, record_id=record_id, until=until, recorded_at=change.now)
        )
    else:
        found.until = until
