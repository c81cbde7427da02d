"""The instalments of an agreement: written from its schedule, then adjusted one by one.

They are numbered 1 to n by due date, the smaller first on one day, as a loaded file would be.
Records are flushed one at a time, in an order in which no two ever have one number, so that undo
and redo, which go the same way, meet no clash either.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from store.ledger import reminders
from store.ledger.facts import holders
from store.records import revisions, tables
from store.records.database import Ledger
from store.rules import dates, money
from store.rules.cadence import LONGEST_YEARS, MOST_INSTALMENTS
from store.rules.errors import BadInput, NotFound, Stale
from store.rules.terms import Promised


@dataclass(frozen=True, slots=True)
class Adjusted:
    """An instalment as it stands now; `id` is another than before where its place changed."""

    id: int
    number: int
    of: int
    due_on: date
    amount: int
    currency: str
    creditor: str
    debt: str


def adjust(
    ledger: Ledger, instalment_id: int, *, was: Promised, due_on: date, amount: int, today: date
) -> Adjusted:
    """Let an instalment, which was read as `was`, fall due on another day or be another amount.

    Raises `BadInput` where more than that is paid on it already, or it is no longer in force.
    """
    with revisions.change(ledger, "instalments.adjust") as change:
        row = _get(change.session, instalment_id)
        if (row.due_on, row.amount) != (was.due_on, was.amount):
            raise Stale("The instalment was changed elsewhere after you opened it. Open it again.")
        agreement = _in_force(change.session, row.agreement_id)
        _sensible(agreement, due_on, amount)
        paid = _money(change.session, instalment_id)
        if amount < paid:
            text = money.format(paid, holder(change.session, agreement.debt_id).currency)
            raise BadInput(f"{text} is paid on it already; it cannot be less.", field="amount")
        row.due_on, row.amount = due_on, amount
        change.session.flush()
        row = _renumber(change, row)
        adjusted = _adjusted(change.session, row, agreement)
        change.summary = f"Adjusted instalment: {_said(adjusted, today)}"
    return adjusted


def add(ledger: Ledger, agreement_id: int, *, due_on: date, amount: int, today: date) -> Adjusted:
    """Add an instalment to an agreement in force."""
    with revisions.change(ledger, "instalments.add") as change:
        agreement = _in_force(change.session, agreement_id)
        _sensible(agreement, due_on, amount)
        others = of_agreement(change.session, agreement_id)
        if len(others) >= MOST_INSTALMENTS:
            raise BadInput(f"There can be 1 to {MOST_INSTALMENTS:,} instalments.", field="amount")
        number = 1 + sum((each.due_on, each.amount) <= (due_on, amount) for each in others)
        for each in reversed(others[number - 1 :]):
            each.number += 1
            change.session.flush()
        row = tables.Instalment(
            agreement_id=agreement_id,
            number=number,
            due_on=due_on,
            amount=amount,
            recorded_at=change.now,
        )
        change.add(row)
        added = _adjusted(change.session, row, agreement)
        change.summary = f"Added instalment: {_said(added, today)}"
    return added


def remove(ledger: Ledger, instalment_id: int, today: date) -> Adjusted:
    """Take an instalment without money out of an agreement in force; gives it as it was."""
    with revisions.change(ledger, "instalments.remove") as change:
        row = _get(change.session, instalment_id)
        agreement = _in_force(change.session, row.agreement_id)
        others = of_agreement(change.session, row.agreement_id)
        if len(others) == 1:
            raise BadInput("It is the only instalment; delete or end the agreement instead.")
        if _allotments(change.session, instalment_id):
            raise BadInput(
                "A payment was recorded for this instalment, so it stays; renegotiate instead."
            )
        removed = _adjusted(change.session, row, agreement)
        delete_reminders(change.session, "instalment", [instalment_id])
        change.session.delete(row)
        change.session.flush()
        for each in others[row.number :]:
            each.number -= 1
            change.session.flush()
        change.summary = f"Removed instalment: {_said(removed, today)}"
    return removed


# --- for agreements -------------------------------------------------------------------------


def of_agreement(session: Session, agreement_id: int) -> list[tables.Instalment]:
    """The instalments of an agreement, by number."""
    instalment = tables.Instalment
    return list(
        session.exec(
            select(instalment)
            .where(instalment.agreement_id == agreement_id)
            .order_by(col(instalment.number))
        )
    )


def write(change: revisions.Change, agreement_id: int, promised: Sequence[Promised]) -> None:
    """Make the instalments of an agreement be `promised`, which are in order of due date."""
    there = of_agreement(change.session, agreement_id)
    for row, each in zip(there, promised, strict=False):
        row.due_on, row.amount = each.due_on, each.amount
    change.session.flush()
    surplus = there[len(promised) :]
    delete_reminders(change.session, "instalment", [row.id or 0 for row in surplus])
    for row in surplus:
        change.session.delete(row)
    change.session.flush()
    for number, each in enumerate(promised[len(there) :], len(there) + 1):
        change.session.add(
            tables.Instalment(
                agreement_id=agreement_id,
                number=number,
                due_on=each.due_on,
                amount=each.amount,
                recorded_at=change.now,
            )
        )
    change.session.flush()


def delete_all(change: revisions.Change, agreement_id: int) -> int:
    """Delete the instalments of an agreement with what payments were for them; gives how many."""
    found = of_agreement(change.session, agreement_id)
    numbers = [row.id or 0 for row in found]
    wanted = set(numbers)
    allotment, instalment = tables.Allotment, tables.Instalment
    for each in change.session.exec(
        select(allotment)
        .join(instalment, col(instalment.id) == col(allotment.instalment_id))
        .where(col(instalment.agreement_id) == agreement_id)
    ).all():
        assert each.instalment_id in wanted
        change.session.delete(each)
    delete_reminders(change.session, "instalment", numbers)
    for row in found:
        change.session.delete(row)
    change.session.flush()
    return len(found)


def delete_reminders(session: Session, record: str, ids: Sequence[int]) -> None:
    """Forget until when lines about these records are put off."""
    assert record in reminders.PUT_OFF
    gone = set(ids)
    put_off = tables.Postponement
    for each in session.exec(select(put_off).where(put_off.record == record)).all():
        if each.record_id in gone:
            session.delete(each)


# --- how it is done -------------------------------------------------------------------------


def _renumber(change: revisions.Change, row: tables.Instalment) -> tables.Instalment:
    """Bring one instalment to its place among the others.

    Where it passes others it is entered anew: in one record's stead no two numbers can be swapped
    without a moment in which two rows have the same.
    """
    others = [each for each in of_agreement(change.session, row.agreement_id) if each.id != row.id]
    place = (row.due_on, row.amount)
    # Among equals it stays where it is.
    lowest = 1 + sum((each.due_on, each.amount) < place for each in others)
    highest = 1 + sum((each.due_on, each.amount) <= place for each in others)
    number = min(max(row.number, lowest), highest)
    if number == row.number:
        return row
    moved = tables.Instalment(
        agreement_id=row.agreement_id,
        number=number,
        due_on=row.due_on,
        amount=row.amount,
        recorded_at=row.recorded_at,
    )
    session, old_id, old_number = change.session, row.id or 0, row.number
    # As it was in the ledger, so that the chain deletes just that.
    session.delete(row)
    session.flush()
    passed = [each for each in others if old_number < each.number <= number]
    if number < old_number:
        passed = [each for each in reversed(others) if number <= each.number < old_number]
    for each in passed:
        each.number += -1 if number > old_number else 1
        session.flush()
    change.add(moved)
    for allotment in _allotments(session, old_id):
        allotment.instalment_id = moved.id or 0
    put_off = tables.Postponement
    for reminder in session.exec(
        select(put_off).where(put_off.record == "instalment", put_off.record_id == old_id)
    ).all():
        reminder.record_id = moved.id or 0
    session.flush()
    return moved


def _get(session: Session, instalment_id: int) -> tables.Instalment:
    row = session.get(tables.Instalment, instalment_id)
    if row is None:
        raise NotFound("That instalment is no longer there.")
    return row


def _in_force(session: Session, agreement_id: int) -> tables.Agreement:
    """The agreement, if its instalments may still change."""
    agreement = session.get(tables.Agreement, agreement_id)
    if agreement is None:
        raise NotFound("That agreement is no longer there.")
    if successor(session, agreement_id) is not None:
        raise BadInput("The agreement was replaced; adjust the one that replaced it.")
    if agreement.ended_on is not None:
        raise BadInput("The agreement has ended; take its end back first.")
    return agreement


def successor(session: Session, agreement_id: int) -> tables.Agreement | None:
    """The agreement that replaced this one."""
    agreement = tables.Agreement
    return session.exec(select(agreement).where(agreement.supersedes_id == agreement_id)).first()


def holder(session: Session, debt_id: int) -> tables.Creditor:
    """The creditor who holds a debt after all that was recorded of it."""
    id_ = holders(session)[debt_id](date(dates.LAST_YEAR, 12, 31))
    return session.get_one(tables.Creditor, id_)


def _sensible(agreement: tables.Agreement, due_on: date, amount: int) -> None:
    if amount <= 0:
        raise BadInput("An amount must be more than zero.", field="amount")
    if due_on > dates.add_months(agreement.made_on, 12 * LONGEST_YEARS):
        raise BadInput(
            f"That is more than {LONGEST_YEARS} years after the agreement.", field="due_on"
        )


def _allotments(session: Session, instalment_id: int) -> Sequence[tables.Allotment]:
    allotment = tables.Allotment
    return session.exec(select(allotment).where(allotment.instalment_id == instalment_id)).all()


def _money(session: Session, instalment_id: int) -> int:
    """What is paid on an instalment and was not returned."""
    allotment, payment = tables.Allotment, tables.Payment
    return sum(
        session.exec(
            select(allotment.amount)
            .join(payment, col(payment.id) == col(allotment.payment_id))
            .where(allotment.instalment_id == instalment_id, col(payment.returned_on).is_(None))
        )
    )


def _adjusted(session: Session, row: tables.Instalment, agreement: tables.Agreement) -> Adjusted:
    debt = session.get_one(tables.Debt, agreement.debt_id)
    creditor = holder(session, agreement.debt_id)
    return Adjusted(
        row.id or 0,
        row.number,
        len(of_agreement(session, row.agreement_id)),
        row.due_on,
        row.amount,
        creditor.currency,
        creditor.name,
        debt.name,
    )


def _said(adjusted: Adjusted, today: date) -> str:
    amount = money.format(adjusted.amount, adjusted.currency)
    day = dates.short(adjusted.due_on, today)
    return f"{amount} on {day} to {adjusted.creditor} ({adjusted.debt})"
