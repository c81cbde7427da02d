"""Agreements: make one, correct it, renegotiate it, end it, say how far its writing is, delete it.

What an agreement promised is never rewritten once money rests on it: new terms make a new
agreement that replaces it from a day on. `instalments` adjusts single instalments.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import get_args

from sqlmodel import Session

from store.ledger import balances, checklists, contacts, instalments, names
from store.ledger import terms as ledger_terms
from store.ledger.agreement_effects import documents, get, payments
from store.ledger.facts import of_debt
from store.records import revisions, schema, tables
from store.records.database import Ledger
from store.rules import dates, money
from store.rules import terms as term_rules
from store.rules.cadence import LONGEST_YEARS, MOST_INSTALMENTS
from store.rules.errors import BadInput, NotFound, Stale
from store.rules.outcome import Outcome
from store.rules.terms import Promised, Terms
from store.rules.writing import Checklist


@dataclass(frozen=True, slots=True)
class Made:
    """An agreement as it was recorded: what it promises in all."""

    agreement_id: int
    key: str
    creditor: str
    debt: str
    currency: str
    made_on: date
    count: int
    total: int
    first_on: date
    last_on: date
    kept_payments: int = 0
    """Payments since that day that stay with the agreement which this one replaced."""


FREE = ("paid_by", "apr", "apr_from", "apr_until", "fees_waived", "interest_accrues")
"""Terms that may be corrected at any time: no instalment or outcome follows from them."""


def make(
    ledger: Ledger,
    *,
    debt_id: int,
    made_on: date,
    terms: Terms,
    today: date,
    offer_id: int | None = None,
    contact_id: int | None = None,
    capacity: int | None = None,
    supersedes_id: int | None = None,
    instalments: Sequence[Promised] | None = None,
    written_by: date | None = None,
) -> Made:
    """Record what both agreed on; `instalments` stand in place of those that the terms promise.

    `written_by` is the day by which they said they would send it in writing.

    `supersedes_id` is an agreement on the same debt that it replaces, as `renegotiate` does.

    Raises `BadInput` for a day to come, and for terms that promise nothing or too much.
    """
    with revisions.change(ledger, "agreements.make") as change:
        made = enter(
            change,
            debt_id=debt_id,
            made_on=made_on,
            terms=terms,
            today=today,
            offer_id=offer_id,
            contact_id=contact_id,
            capacity=capacity,
            supersedes_id=supersedes_id,
            promised=instalments,
            written_by=written_by,
        )
        change.summary = f"Agreed with {_said(made)}"
    return made


def enter(
    change: revisions.Change,
    *,
    debt_id: int,
    made_on: date,
    terms: Terms,
    today: date,
    offer_id: int | None = None,
    contact_id: int | None = None,
    capacity: int | None = None,
    supersedes_id: int | None = None,
    promised: Sequence[Promised] | None = None,
    written_by: date | None = None,
) -> Made:
    """Enter an agreement with its instalments, as part of a use case."""
    session = change.session
    debt = session.get(tables.Debt, debt_id)
    if debt is None:
        raise NotFound("That debt is no longer there.", field="debt")
    _check_day(made_on, today)
    _check_capacity(capacity)
    if supersedes_id is not None:
        _check_replaces(session, supersedes_id, debt_id, made_on, today)
    schedule = (
        promised_by(session, debt_id, made_on, terms, today)
        if promised is None
        else (_outright(promised))
    )
    row = tables.Agreement(
        key=names.make_key(f"{debt.key} {made_on}", names.keys(session, schema.agreement)),
        debt_id=debt_id,
        offer_id=offer_id,
        contact_id=contact_id,
        made_on=made_on,
        capacity=capacity,
        supersedes_id=supersedes_id,
        recorded_at=change.now,
        **ledger_terms.to_columns(terms),
    )
    change.add(row)
    instalments.write(change, row.id or 0, schedule)
    if written_by is not None:
        if written_by < made_on:
            raise BadInput("They cannot send it before it is agreed.", field="written_by")
        said = contacts.Said(
            "creditor", f"send the agreement on {debt.name} in writing", written_by
        )
        creditor_id = instalments.holder(session, debt_id).id or 0
        contacts.undertake(change, said, creditor_id=creditor_id, contact_id=contact_id)
        row.writing = "requested"
        session.flush()
    return _made(session, row)


def promised_by(
    session: Session, debt_id: int, made_on: date, terms: Terms, today: date
) -> tuple[Promised, ...]:
    """The instalments that terms promise, until the balance is paid where they say no end."""
    owed = None
    if terms.count is None and terms.until is None:
        # What was owed then; where only a later letter says it, what is owed now.
        owed = balances.of_debts(session, made_on, debt_id).get(debt_id)
        if owed is None:
            owed = balances.of_debts(session, today, debt_id).get(debt_id)
    accrues = ledger_terms.rates(session, debt_id, terms, made_on)
    return checked(term_rules.schedule(terms, made_on, owed, accrues), made_on)


def checked(schedule: tuple[Promised, ...], made_on: date) -> tuple[Promised, ...]:
    """A schedule as it is; raises `BadInput` where it is too long or ends too far away."""
    if len(schedule) > MOST_INSTALMENTS:
        raise BadInput(f"There can be 1 to {MOST_INSTALMENTS:,} instalments.", field="count")
    # A year of room: an agreement may begin a while after it is made.
    if schedule[-1].due_on > dates.add_months(made_on, 12 * (LONGEST_YEARS + 1)):
        raise BadInput(
            f"The last instalment, on {dates.full(schedule[-1].due_on)}, is more than "
            f"{LONGEST_YEARS} years away.",
            field="first_due",
        )
    return schedule


def edit(
    ledger: Ledger,
    agreement_id: int,
    *,
    version: int,
    made_on: date,
    terms: Terms,
    today: date,
    capacity: int | None = None,
) -> Made:
    """Correct an agreement that was read at `version`; other terms make its instalments anew.

    Once a payment is for it, or it was replaced or ended, only what no instalment follows from
    may change (see `FREE`). Raises `BadInput` then, and `Stale` when it changed meanwhile.
    """
    with revisions.change(ledger, "agreements.edit") as change:
        session = change.session
        row = get(session, agreement_id)
        if row.version != version:
            raise Stale("The agreement was changed elsewhere after you opened it. Open it again.")
        _check_day(made_on, today)
        _check_capacity(capacity)
        before = ledger_terms.of_record(row)
        if made_on != row.made_on or _bare(terms) != _bare(before):
            _check_untouched(session, row, made_on)
            schedule = promised_by(session, row.debt_id, made_on, terms, today)
            instalments.write(change, agreement_id, schedule)
        row.made_on, row.capacity = made_on, capacity
        for name, value in ledger_terms.to_columns(terms).items():
            setattr(row, name, value)
        session.flush()
        made = _made(session, row)
        change.summary = f"Corrected agreement with {_said(made)}"
    return made


def renegotiate(
    ledger: Ledger,
    agreement_id: int,
    *,
    made_on: date,
    terms: Terms,
    today: date,
    contact_id: int | None = None,
    capacity: int | None = None,
    written_by: date | None = None,
) -> Made:
    """Replace an agreement by new terms from a day on; gives the new one.

    Payments that were recorded keep what they were for. Raises `BadInput` where it is replaced or
    ended already, or was made after that day.
    """
    with revisions.change(ledger, "agreements.renegotiate") as change:
        session = change.session
        old = get(session, agreement_id)
        made = enter(
            change,
            debt_id=old.debt_id,
            made_on=made_on,
            terms=terms,
            today=today,
            contact_id=contact_id,
            capacity=capacity,
            supersedes_id=agreement_id,
            written_by=written_by,
        )
        made = replace(made, kept_payments=len(payments(session, agreement_id, since=made_on)))
        change.summary = f"Renegotiated with {_said(made)}"
    return made


def end(
    ledger: Ledger,
    agreement_id: int,
    *,
    ended_on: date,
    ended_how: tables.EndedHow,
    today: date,
) -> Made:
    """End an agreement without new terms: by the creditor, on advice, insolvency, or broken.

    Raises `BadInput` where it is over already, or `completed` is said while something is open.
    """
    with revisions.change(ledger, "agreements.end") as change:
        row = get(change.session, agreement_id)
        _check_goes_on(change.session, row, "end")
        if ended_how not in get_args(tables.EndedHow):
            raise BadInput(f"“{ended_how}” is no way to end an agreement.", field="ended_how")
        if ended_on > today:
            raise BadInput("That day is still to come.", field="ended_on")
        if ended_on < row.made_on:
            day = dates.short(row.made_on, today)
            raise BadInput(f"It cannot end before it was made on {day}.", field="ended_on")
        if ended_how == "completed" and (count := _open(change.session, row, today)):
            are = "1 instalment is" if count == 1 else f"{count} instalments are"
            raise BadInput(
                f"{are} still open; log the payments first, or say how else it ended.",
                field="ended_how",
            )
        row.ended_on, row.ended_how = ended_on, ended_how
        made = _made(change.session, row)
        change.summary = f"Ended ({ended_how}) agreement with {_said(made)}"
    return made


def reopen(ledger: Ledger, agreement_id: int) -> Made:
    """Take the end of an agreement back: it goes on as if it had not ended."""
    with revisions.change(ledger, "agreements.reopen") as change:
        row = get(change.session, agreement_id)
        if row.ended_on is None:
            raise BadInput("This agreement has not ended.")
        row.ended_on = row.ended_how = None
        made = _made(change.session, row)
        change.summary = f"Goes on: agreement with {_said(made)}"
    return made


def set_writing(
    ledger: Ledger,
    agreement_id: int,
    *,
    writing: tables.Writing,
    on: date | None,
    today: date,
    checklist: Checklist | None = None,
    version: int | None = None,
) -> Made:
    """Say how far the paper is: unwritten, requested, received or signed; `on` is its day.

    The day is kept once there is a paper. `checklist` is what the paper says (None: as it was).
    Raises `BadInput` for a day to come, and for one that is signed while something lacks in it;
    `Stale` where it changed since it was read at `version`.
    """
    with revisions.change(ledger, "agreements.set_writing") as change:
        row = get(change.session, agreement_id)
        if version is not None and row.version != version:
            raise Stale("The agreement was changed elsewhere after you opened it. Open it again.")
        if writing not in get_args(tables.Writing):
            raise BadInput(f"“{writing}” is no state of its writing.", field="writing")
        if on is not None and on > today:
            raise BadInput("That day is still to come.", field="on")
        may_lack = row.writing == "signed" and checklists.lacking(change.session, row)
        if checklist is not None:
            kept = checklists.merged(row, checklist)
            row.checklist = json.dumps(kept, sort_keys=True, ensure_ascii=False) if kept else None
        # One that was loaded as signed may lack something; what is complete stays so.
        if writing == "signed" and not may_lack:
            checklists.check_complete(change.session, row)
        row.writing = writing
        row.written_on = on if writing in ("received", "signed") else None
        made = _made(change.session, row)
        change.summary = f"Writing {writing}: agreement with {_said(made)}"
    return made


def delete(ledger: Ledger, agreement_id: int) -> Made:
    """Delete an agreement with all that goes with it (see `agreement_effects`); gives it as it was.

    Raises `BadInput` where a later one replaces it: that is to be deleted first.
    """
    with revisions.change(ledger, "agreements.delete") as change:
        session = change.session
        row = get(session, agreement_id)
        later = instalments.successor(session, agreement_id)
        if later is not None:
            raise BadInput(
                f"The agreement of {dates.full(later.made_on)} replaces it: delete that one first."
            )
        made = _made(session, row)
        for document in documents(session, agreement_id):
            session.delete(document)
        instalments.delete_all(change, agreement_id)
        instalments.delete_reminders(session, "agreement", [agreement_id])
        session.delete(row)
        change.summary = f"Deleted agreement with {_said(made)}"
    return made


# --- what is looked at ----------------------------------------------------------------------


def _check_day(made_on: date, today: date) -> None:
    if made_on > today:
        raise BadInput(
            f"{dates.short(made_on, today)} is still to come; give the day on which you both "
            "agreed: the first payment may be any later day.",
            field="made_on",
        )


def _check_capacity(capacity: int | None) -> None:
    if capacity is not None and capacity <= 0:
        raise BadInput("What you can afford must be more than zero.", field="capacity")


def _check_replaces(
    session: Session, old_id: int, debt_id: int, made_on: date, today: date
) -> None:
    """Refuse to replace what is over, of another debt, or was made later."""
    old = get(session, old_id)
    if old.debt_id != debt_id:
        raise BadInput("The agreement that it replaces is on another debt.", field="replaces")
    _check_goes_on(session, old, "renegotiate")
    if made_on < old.made_on:
        day = dates.short(old.made_on, today)
        raise BadInput(
            f"The agreement that it replaces was made on {day}; choose that day or a later one.",
            field="made_on",
        )


def _outright(promised: Sequence[Promised]) -> tuple[Promised, ...]:
    if not 0 < len(promised) <= MOST_INSTALMENTS:
        raise BadInput(f"There can be 1 to {MOST_INSTALMENTS:,} instalments.", field="instalments")
    if any(each.amount <= 0 for each in promised):
        raise BadInput("An amount must be more than zero.", field="instalments")
    return tuple(sorted(promised, key=lambda each: (each.due_on, each.amount)))


def _check_goes_on(session: Session, row: tables.Agreement, verb: str) -> None:
    later = instalments.successor(session, row.id or 0)
    if later is not None:
        raise BadInput(
            f"It was replaced on {dates.full(later.made_on)} already; {verb} the agreement that "
            "replaced it."
        )
    if row.ended_on is not None:
        raise BadInput(
            f"It ended on {dates.full(row.ended_on)} already; take that back first, or make a new "
            "agreement."
        )


def _check_untouched(session: Session, row: tables.Agreement, made_on: date) -> None:
    """Refuse to rewrite what was promised once something rests on it."""
    if instalments.successor(session, row.id or 0) is not None:
        raise BadInput("It was replaced by a later agreement, so what it promised stays as it is.")
    if row.ended_on is not None:
        raise BadInput("It has ended, so what it promised stays as it is.")
    if payments(session, row.id or 0):
        raise BadInput(
            "Payments were recorded for it, so what it promised stays as it is: renegotiate "
            "instead."
        )
    if row.supersedes_id is not None:
        old = session.get_one(tables.Agreement, row.supersedes_id)
        if made_on < old.made_on:
            raise BadInput(
                f"The agreement that it replaces was made on {dates.full(old.made_on)}.",
                field="made_on",
            )


def _bare(terms: Terms) -> Terms:
    """Terms without what may change at any time."""
    return replace(terms, **dict.fromkeys(FREE))  # type: ignore[arg-type]


def _open(session: Session, row: tables.Agreement, today: date) -> int:
    return sum(
        each.outcome.is_open or each.outcome is Outcome.SUSPENDED
        for each in of_debt(session, row.debt_id).standings(today)
        if each.instalment.agreement_id == row.id
    )


def _made(session: Session, row: tables.Agreement) -> Made:
    own = instalments.of_agreement(session, row.id or 0)
    debt, creditor = (
        session.get_one(tables.Debt, row.debt_id),
        instalments.holder(session, row.debt_id),
    )
    return Made(
        row.id or 0,
        row.key,
        creditor.name,
        debt.name,
        creditor.currency,
        row.made_on,
        len(own),
        sum(each.amount for each in own),
        own[0].due_on if own else row.made_on,
        own[-1].due_on if own else row.made_on,
    )


def _said(made: Made) -> str:
    total = money.format(made.total, made.currency)
    times = "1 instalment" if made.count == 1 else f"{made.count} instalments"
    day = f"{made.made_on:%d %b %Y}"
    return f"{made.creditor} ({made.debt}) of {day}: {times}, {total}"
