"""My situation: what happened to me, in my own words, so that every creditor hears the same."""

from datetime import date

from sqlmodel import Session, select

from store.ledger import names
from store.records import revisions, schema, tables
from store.records.database import Ledger
from store.rules import dates
from store.rules.errors import BadInput, NotFound, Stale


def tell(
    ledger: Ledger,
    *,
    on: date,
    text: str,
    today: date,
    until: date | None = None,
    private: bool = False,
) -> int:
    """Write down what is so since a day; gives its number."""
    with revisions.change(ledger, "situations.tell") as change:
        _check(on, text, until, today)
        taken = names.keys(change.session, schema.situation)
        row = tables.Situation(
            key=names.make_key(f"situation {on}", taken),
            on=on,
            text=text.strip(),
            until=until,
            private=private,
            recorded_at=change.now,
        )
        change.add(row)
        change.summary = f"My situation since {dates.full(on)}"
        return row.id or 0


def edit(
    ledger: Ledger,
    situation_id: int,
    *,
    version: int,
    on: date,
    text: str,
    today: date,
    until: date | None = None,
    private: bool = False,
) -> None:
    """Correct a statement that was read at `version`."""
    with revisions.change(ledger, "situations.edit") as change:
        row = _get(change.session, situation_id)
        if row.version != version:
            raise Stale("It was changed elsewhere after you opened it. Open it again.")
        _check(on, text, until, today)
        row.on, row.text, row.until, row.private = on, text.strip(), until, private
        change.summary = f"Corrected my situation since {dates.full(on)}"


def delete(ledger: Ledger, situation_id: int) -> None:
    """Delete a statement; raises `BadInput` where somebody was told it."""
    with revisions.change(ledger, "situations.delete") as change:
        row = _get(change.session, situation_id)
        contact = tables.Contact
        told = change.session.exec(
            select(contact).where(contact.situation_id == situation_id)
        ).all()
        if told:
            times = "1 contact says" if len(told) == 1 else f"{len(told)} contacts say"
            raise BadInput(f"{times} that it was told: it stays, so that the record is whole.")
        change.summary = f"Deleted my situation since {dates.full(row.on)}"
        change.session.delete(row)


def _get(session: Session, situation_id: int) -> tables.Situation:
    row = session.get(tables.Situation, situation_id)
    if row is None:
        raise NotFound("That statement is no longer there.")
    return row


def _check(on: date, text: str, until: date | None, today: date) -> None:
    if not text.strip():
        raise BadInput("Say in your own words what happened.", field="text")
    if on > today:
        raise BadInput("That day is still to come.", field="on")
    if until is not None and until < on:
        raise BadInput("It ends before it begins.", field="until")
