"""Contacts and undertakings: what was said to whom, and what each side said it would do."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlmodel import Session, col, select

from store.ledger import documents, names
from store.ledger.facts import rows
from store.records import revisions, schema, tables
from store.records.database import Ledger
from store.rules import dates
from store.rules.errors import BadInput, NotFound, Stale

SLACK = timedelta(minutes=5)
"""How far ahead of the clock a contact may be: clocks differ, and typing takes its time."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one side said it would do, other than pay."""

    by: tables.Side
    text: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Logged:
    """A contact as it was recorded."""

    contact_id: int
    key: str
    creditor_id: int
    creditor: str
    at: datetime
    undertakings: int


@dataclass(frozen=True, slots=True)
class GoesWith:
    """What is deleted together with a contact."""

    undertakings: tuple[str, ...]
    documents: tuple[str, ...]


def log(
    ledger: Ledger,
    *,
    creditor_id: int,
    at: datetime,
    channel: str,
    direction: tables.Direction,
    summary: str,
    debt_id: int | None = None,
    person: str | None = None,
    reference: str | None = None,
    hardship: str | None = None,
    situation_id: int | None = None,
    undertakings: Sequence[Said] = (),
    files: Sequence[documents.File] = (),
) -> Logged:
    """Log a contact at a moment (aware), with what each side said it would do, and its files.

    Raises `BadInput` for a moment to come, nothing said, or a debt of another creditor.
    """
    with revisions.change(ledger, "contacts.log") as change:
        row = enter(
            change,
            creditor_id=creditor_id,
            at=at,
            channel=channel,
            direction=direction,
            summary=summary,
            debt_id=debt_id,
            person=person,
            reference=reference,
            hardship=hardship,
            situation_id=situation_id,
        )
        for each in undertakings:
            undertake(change, each, creditor_id=creditor_id, contact_id=row.id)
        for file in files:
            documents.enter(change, file, ("contact", row.id or 0))
        made = logged(change.session, row)
        change.summary = f"Contact {_name(row, made.creditor)}"
    return made


def enter(
    change: revisions.Change,
    *,
    creditor_id: int,
    at: datetime,
    channel: str,
    direction: tables.Direction,
    summary: str,
    debt_id: int | None = None,
    person: str | None = None,
    reference: str | None = None,
    hardship: str | None = None,
    situation_id: int | None = None,
) -> tables.Contact:
    """Enter a contact, as part of a use case."""
    session = change.session
    creditor = session.get(tables.Creditor, creditor_id)
    if creditor is None:
        raise NotFound("That creditor is no longer there.", field="creditor")
    _check(session, creditor_id, debt_id, at, channel, summary, change.now)
    key = names.make_key(f"{creditor.key} {at:%Y-%m-%d}", names.keys(session, schema.contact))
    row = tables.Contact(
        key=key,
        creditor_id=creditor_id,
        debt_id=debt_id,
        at=at.astimezone(UTC),
        utc_offset=_offset(at),
        channel=channel.strip(),
        direction=direction,
        person=person,
        reference=reference,
        summary=summary.strip(),
        hardship=hardship,
        situation_id=situation_id,
        recorded_at=change.now,
    )
    change.add(row)
    return row


def edit(
    ledger: Ledger,
    contact_id: int,
    *,
    version: int,
    creditor_id: int,
    at: datetime,
    channel: str,
    direction: tables.Direction,
    summary: str,
    debt_id: int | None = None,
    person: str | None = None,
    reference: str | None = None,
    hardship: str | None = None,
    situation_id: int | None = None,
) -> Logged:
    """Correct a contact that was read at `version`; its undertakings stay, with its creditor.

    Raises `Stale` when it changed meanwhile, else as `log` does.
    """
    with revisions.change(ledger, "contacts.edit") as change:
        session = change.session
        row = _get(session, contact_id)
        if row.version != version:
            raise Stale("The contact was changed elsewhere after you opened it. Open it again.")
        if session.get(tables.Creditor, creditor_id) is None:
            raise NotFound("That creditor is no longer there.", field="creditor")
        _check(session, creditor_id, debt_id, at, channel, summary, change.now)
        if creditor_id != row.creditor_id and (resting := _resting(session, contact_id)):
            raise BadInput(f"The {resting} was made in it, so it stays theirs.", field="creditor")
        row.creditor_id, row.debt_id = creditor_id, debt_id
        row.at, row.utc_offset = at.astimezone(UTC), _offset(at)
        row.channel, row.direction, row.summary = channel.strip(), direction, summary.strip()
        row.person, row.reference, row.hardship = person, reference, hardship
        row.situation_id = situation_id
        for each in _undertakings(session, contact_id):
            each.creditor_id = creditor_id
        session.flush()
        made = logged(session, row)
        change.summary = f"Corrected contact {_name(row, made.creditor)}"
    return made


def goes_with(session: Session, contact_id: int) -> GoesWith:
    """What deleting a contact would delete with it."""
    return GoesWith(
        tuple(each.text for each in _undertakings(session, contact_id)),
        tuple(each.name for each in _documents(session, contact_id)),
    )


def delete(ledger: Ledger, contact_id: int) -> Logged:
    """Delete a contact with its undertakings and documents; gives it as it was.

    Raises `BadInput` where an offer or an agreement was made in it: these rest on it.
    """
    with revisions.change(ledger, "contacts.delete") as change:
        session = change.session
        row = _get(session, contact_id)
        if resting := _resting(session, contact_id):
            raise BadInput(f"The {resting} was made in it: delete that first.")
        made = logged(session, row)
        name = _name(row, made.creditor)
        for each in (*_undertakings(session, contact_id), *_documents(session, contact_id)):
            session.delete(each)
        session.delete(row)
        change.summary = f"Deleted contact {name}"
    return made


# --- undertakings ---------------------------------------------------------------------------


def add_undertaking(
    ledger: Ledger, said: Said, *, creditor_id: int, contact_id: int | None = None
) -> int:
    """Record what one side said it would do, in a contact or outside of any; gives its number."""
    with revisions.change(ledger, "contacts.add_undertaking") as change:
        creditor = change.session.get(tables.Creditor, creditor_id)
        if creditor is None:
            raise NotFound("That creditor is no longer there.", field="creditor")
        row = undertake(change, said, creditor_id=creditor_id, contact_id=contact_id)
        change.summary = f"Undertaking with {creditor.name}: {_brief(row.text)}"
        return row.id or 0


def undertake(
    change: revisions.Change, said: Said, *, creditor_id: int, contact_id: int | None
) -> tables.Undertaking:
    """Enter an undertaking, as part of a use case."""
    _check_said(said)
    row = tables.Undertaking(
        contact_id=contact_id,
        creditor_id=creditor_id,
        by=said.by,
        text=said.text.strip(),
        due_on=said.due_on,
        recorded_at=change.now,
    )
    change.add(row)
    return row


def edit_undertaking(ledger: Ledger, undertaking_id: int, said: Said, *, version: int) -> None:
    """Correct an undertaking that was read at `version`."""
    with revisions.change(ledger, "contacts.edit_undertaking") as change:
        row = get_undertaking(change.session, undertaking_id)
        if row.version != version:
            raise Stale("The undertaking was changed elsewhere meanwhile. Open it again.")
        _check_said(said)
        row.by, row.text, row.due_on = said.by, said.text.strip(), said.due_on
        change.summary = f"Corrected undertaking: {_brief(row.text)}"


def keep_undertaking(ledger: Ledger, undertaking_id: int, *, done_on: date | None) -> None:
    """Say on which day an undertaking was done; None: it is open after all."""
    with revisions.change(ledger, "contacts.keep_undertaking") as change:
        row = get_undertaking(change.session, undertaking_id)
        row.done_on = done_on
        change.summary = f"{'Done' if done_on else 'Open again'}: {_brief(row.text)}"


def delete_undertaking(ledger: Ledger, undertaking_id: int) -> None:
    """Delete an undertaking."""
    with revisions.change(ledger, "contacts.delete_undertaking") as change:
        row = get_undertaking(change.session, undertaking_id)
        change.summary = f"Deleted undertaking: {_brief(row.text)}"
        change.session.delete(row)


# --- what is looked at ----------------------------------------------------------------------


def _check(
    session: Session,
    creditor_id: int,
    debt_id: int | None,
    at: datetime,
    channel: str,
    summary: str,
    now: datetime,
) -> None:
    if at > now + SLACK:
        raise BadInput(
            "That moment is still to come; log a contact once it has happened.", field="at"
        )
    if not summary.strip():
        raise BadInput("Say in a few words what was said.", field="summary")
    if not channel.strip():
        raise BadInput("Say how: phone, letter, email, chat, visit.", field="channel")
    if debt_id is not None and creditor_id not in holders_ever(session, debt_id):
        raise BadInput("That debt is another creditor's.", field="debt")


def holders_ever(session: Session, debt_id: int) -> set[int]:
    """The creditors who hold a debt, or once held it; none where there is no such debt."""
    debt, transfer = tables.Debt, tables.Transfer
    found = session.exec(select(debt.creditor_id).where(debt.id == debt_id)).all()
    moved = session.exec(select(transfer.to_creditor_id).where(transfer.debt_id == debt_id)).all()
    return {*found, *moved} if found else set()


def _resting(session: Session, contact_id: int) -> str | None:
    """The offer or agreement that was made in a contact, in words; None where none was."""
    offer, agreement = tables.Offer, tables.Agreement
    for what, keys in (
        ("offer", select(offer.key).where(offer.contact_id == contact_id)),
        ("agreement", select(agreement.key).where(agreement.contact_id == contact_id)),
    ):
        if (key := session.exec(keys).first()) is not None:
            return f"{what} {key}"
    return None


def _check_said(said: Said) -> None:
    if not said.text.strip():
        raise BadInput("Say what is to be done.", field="text")


def _offset(at: datetime) -> int:
    offset = at.utcoffset()
    return 0 if offset is None else int(offset.total_seconds() // 60)


def _get(session: Session, contact_id: int) -> tables.Contact:
    row = session.get(tables.Contact, contact_id)
    if row is None:
        raise NotFound("That contact is no longer there.")
    return row


def get_undertaking(session: Session, undertaking_id: int) -> tables.Undertaking:
    """The undertaking of that number; raises `NotFound` where there is none."""
    row = session.get(tables.Undertaking, undertaking_id)
    if row is None:
        raise NotFound("That undertaking is no longer there.")
    return row


def _undertakings(session: Session, contact_id: int) -> Sequence[tables.Undertaking]:
    undertaking = tables.Undertaking
    return session.exec(
        select(undertaking)
        .where(undertaking.contact_id == contact_id)
        .order_by(col(undertaking.id))
    ).all()


def _documents(session: Session, contact_id: int) -> Sequence[tables.Document]:
    document = tables.Document
    return session.exec(select(document).where(document.contact_id == contact_id)).all()


def logged(session: Session, row: tables.Contact) -> Logged:
    """A contact as it was recorded."""
    creditor = session.get_one(tables.Creditor, row.creditor_id)
    count = len(
        rows(session, select(tables.Undertaking.id).where(tables.Undertaking.contact_id == row.id))
    )
    return Logged(
        row.id or 0,
        row.key,
        row.creditor_id,
        creditor.name,
        dates.local(row.at, row.utc_offset),
        count,
    )


def _name(row: tables.Contact, creditor: str) -> str:
    day = dates.full(dates.local(row.at, row.utc_offset).date())
    return f"with {creditor} on {day}: {_brief(row.summary)}"


def _brief(text: str) -> str:
    line = " ".join(text[:200].split())
    return line if len(line) <= 60 else f"{line[:59]}…"
