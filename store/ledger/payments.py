"""Payments: log one, correct it, say what it was for, mark it returned, delete it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as select_records

from store.ledger import balances, reminders
from store.ledger.facts import DebtFacts, holders, of_debt, rows
from store.records import revisions, schema, tables
from store.records.database import Ledger, Reading
from store.rules import dates, money
from store.rules.allotment import Allotter
from store.rules.errors import BadInput, NotFound, Stale
from store.rules.outcome import Allotment, Instalment, Outcome, Payment, Standing

Part = tuple[int, int]
"""An instalment's id and the minor units that are for it."""


@dataclass(frozen=True, slots=True)
class Settled:
    """An instalment that a payment is for, and what becomes of it by that."""

    instalment_id: int
    due_on: date
    number: int
    of: int
    part: int
    missing: int
    outcome: Outcome
    days_late: int


@dataclass(frozen=True, slots=True)
class Logged:
    """A payment as it was recorded; `unallotted` is for no instalment."""

    payment_id: int
    creditor: str
    creditor_key: str
    debt: str
    debt_key: str
    paid_on: date
    amount: int
    currency: str
    settled: tuple[Settled, ...]
    unallotted: int
    stated_on: date | None = None
    """The day of the balance that it is counted in already; None where it lowers what is owed."""

    beyond: int = 0
    """How much of it is more than was owed, as far as is recorded; only a new payment says so."""


@dataclass(frozen=True, slots=True)
class Book:
    """What a payment on one debt can be for: enough to answer while a person types."""

    facts: DebtFacts
    allotter: Allotter
    editing: int | None = None
    owed: int | None = None
    """What is owed before a new payment; None where none is recorded, or one is edited."""

    stated_on: date | None = None
    """The day of the newest balance: a payment until then is counted in it already."""

    def was_for(self) -> list[int]:
        """The instalments that the payment being edited is for now."""
        found = self.facts.allotments
        return [each.instalment_id for each in found if each.payment_id == self.editing]

    def candidates(self, paid_on: date) -> list[Settled]:
        """The instalments that money of a day may be for, oldest first; `part` is all of it."""
        return self._settled(
            Payment(0, paid_on, 0),
            [(each.id, lacking) for each, lacking in self.allotter.candidates(paid_on)],
        )

    def propose(self, amount: int, paid_on: date, named: Sequence[int] = ()) -> list[Settled]:
        """What DESIGN's rule says a payment is for, `named` instalments first."""
        payment = Payment(0, paid_on, amount)
        allotted = self.allotter.propose(payment, named)
        return self._settled(payment, [(each.instalment_id, each.amount) for each in allotted])

    def _settled(self, payment: Payment, parts: Sequence[Part]) -> list[Settled]:
        """How each part would leave its instalment on the day of the payment."""
        facts, keys = self.facts, {key for key, _ in parts}
        # Only what the money is for: the others stay as they are, and there may be thousands.
        others = [
            each
            for each in facts.allotments
            if each.payment_id != self.editing and each.instalment_id in keys
        ]
        after = DebtFacts(
            facts.agreements,
            [each for each in facts.instalments if each.id in keys],
            [*facts.payments, payment],
            [*others, *(Allotment(payment.id, key, part) for key, part in parts)],
            facts.moratoriums,
        ).standings(payment.paid_on)
        return settled(after, facts, parts)


def book(session: Reading, debt_id: int, today: date, editing: int | None = None) -> Book:
    """The instalments and money of a debt; `editing` is a payment to leave out."""
    owed = None
    if editing is None:
        owed = balances.of_debts(session, today, debt_id).get(debt_id)
    facts = of_debt(session, debt_id)
    stated_on = balances.said(session, debt_id).get(debt_id, balances.History()).stated_on(today)
    return Book(facts, facts.allotter(editing), editing, owed, stated_on)


def currency_of(session: Reading, debt_id: int) -> str:
    """The currency in which a debt is paid."""
    debt, creditor = schema.debt.c, schema.creditor.c
    owed_in = select(creditor.currency).join(schema.debt, debt.creditor_id == creditor.id)
    return str(rows(session, owed_in.where(debt.id == debt_id))[0].currency)


def record(
    ledger: Ledger,
    *,
    debt_id: int,
    amount: int,
    paid_on: date,
    today: date,
    due_on: date | None = None,
    named: Sequence[int] = (),
    method: str | None = None,
    reference: str | None = None,
    note: str | None = None,
) -> Logged:
    """Log a payment of `amount` minor units and decide what it was for.

    It goes to the instalments `named` by id or by `due_on` first, then as DESIGN's rule says.
    Raises `BadInput` for what cannot have been paid, or a `due_on` that takes no money.
    """
    _sensible(amount, paid_on, today)
    with revisions.change(ledger, "payments.record") as change:
        if change.session.get(tables.Debt, debt_id) is None:
            raise NotFound("That debt is no longer there.", field="debt")
        allotter = of_debt(change.session, debt_id).allotter()
        if due_on is not None:
            named = _due_on(allotter.candidates(paid_on), due_on, today)
        payment = tables.Payment(
            debt_id=debt_id,
            paid_on=paid_on,
            amount=amount,
            method=method,
            reference=reference,
            note=note,
            recorded_at=change.now,
        )
        _enter(change, payment, allotter, named)
        logged = _logged(change.session, payment, today)
        logged = replace(logged, beyond=_beyond(change.session, payment, today))
        change.summary = f"Payment of {_said(logged)}"
    return logged


@dataclass(frozen=True, slots=True)
class CaughtUp:
    """What became of an instalment: paid in full on a day, or (None) not paid."""

    instalment_id: int
    paid_on: date | None


def catch_up(ledger: Ledger, said: Sequence[CaughtUp], today: date) -> list[Logged]:
    """Log what was paid while nothing was entered, all of it in one use case.

    Each payment is for its instalment, in full; what was not paid is remembered as looked at, so
    that Today does not ask again. Raises `BadInput` for a day to come, or nothing lacking.
    """
    with revisions.change(ledger, "payments.catch_up") as change:
        payments = []
        for each in sorted(said, key=lambda each: each.paid_on or date.max):
            instalment = change.session.get(tables.Instalment, each.instalment_id)
            if instalment is None:
                raise NotFound("One of these promises is no longer there; open the list again.")
            if each.paid_on is None:
                reminders.note(change, "instalment", each.instalment_id, today)
                continue
            debt_id = change.session.get_one(tables.Agreement, instalment.agreement_id).debt_id
            allotter = of_debt(change.session, debt_id).allotter()
            lacking = {found.id: part for found, part in allotter.candidates(each.paid_on)}
            amount = lacking.get(each.instalment_id, 0)
            day = dates.short(instalment.due_on, today)
            if not amount:
                raise BadInput(f"The instalment of {day} takes no money on that day.")
            _sensible(amount, each.paid_on, today)
            payment = tables.Payment(
                debt_id=debt_id, paid_on=each.paid_on, amount=amount, recorded_at=change.now
            )
            _enter(change, payment, allotter, [each.instalment_id])
            payments.append(payment)
        logged = [_logged(change.session, payment, today) for payment in payments]
        change.summary = f"Caught up: {_counted(len(logged), len(said) - len(logged))}"
    return logged


def _enter(
    change: revisions.Change,
    payment: tables.Payment,
    allotter: Allotter,
    named: Sequence[int],
) -> None:
    """Add a payment and what it is for, `named` instalments first."""
    if not set(named) <= {each.id for each, _ in allotter.candidates(payment.paid_on)}:
        raise BadInput("That instalment takes no more money; choose another.", field="for")
    change.add(payment)
    allotted = allotter.allot(_as_rule(payment), named)
    _write(change, [(each.instalment_id, each.amount) for each in allotted], payment)


def _counted(paid: int, not_paid: int) -> str:
    payments = "1 payment" if paid == 1 else f"{paid} payments"
    return f"{payments}, {not_paid} not paid" if not_paid else payments


def edit(
    ledger: Ledger,
    payment_id: int,
    *,
    version: int,
    amount: int,
    paid_on: date,
    today: date,
    parts: Sequence[Part] | None = None,
    method: str | None = None,
    reference: str | None = None,
    note: str | None = None,
) -> Logged:
    """Correct a payment that was read at `version`.

    `parts` is what the person says it was for. Without it the decision stands; another amount goes
    to what it was for first, on another day the rule decides again. Raises `Stale` when it changed
    meanwhile.
    """
    _sensible(amount, paid_on, today)
    with revisions.change(ledger, "payments.edit") as change:
        payment = _get(change.session, payment_id)
        if payment.version != version:
            raise Stale("The payment was changed elsewhere after you opened it. Open it again.")
        if payment.returned_on is not None and payment.returned_on < paid_on:
            raise BadInput("It was returned before that day.", field="paid_on")
        same_day = payment.paid_on == paid_on
        moved = not same_day or payment.amount != amount
        payment.amount, payment.paid_on = amount, paid_on
        payment.method, payment.reference, payment.note = method, reference, note
        if parts is None and moved:
            recorded = _allotments(change.session, payment_id)
            was_for = [each.instalment_id for each in recorded] if same_day else []
            allotter = of_debt(change.session, payment.debt_id).allotter(payment_id)
            allotted = allotter.allot(_as_rule(payment), was_for)
            parts = [(each.instalment_id, each.amount) for each in allotted]
        if parts is not None:
            _write(change, parts, payment)
        change.session.flush()
        logged = _logged(change.session, payment, today)
        change.summary = f"Corrected payment of {_said(logged)}"
    return logged


def move(ledger: Ledger, payment_id: int, parts: Sequence[Part], today: date) -> Logged:
    """Say what a payment was for: these instalments, and no others."""
    with revisions.change(ledger, "payments.move") as change:
        payment = _get(change.session, payment_id)
        _write(change, parts, payment)
        logged = _logged(change.session, payment, today)
        change.summary = f"Moved payment of {_said(logged)}"
    return logged


def mark_returned(ledger: Ledger, payment_id: int, on: date | None, today: date) -> Logged:
    """Say that a payment came back on a day, or (None) that it did not after all."""
    with revisions.change(ledger, "payments.mark_returned") as change:
        payment = _get(change.session, payment_id)
        if on is not None and on < payment.paid_on:
            raise BadInput(
                f"It cannot come back before it was made on {dates.short(payment.paid_on, today)}.",
                field="returned_on",
            )
        if on is not None and on > today:
            raise BadInput("That day is still to come.", field="returned_on")
        payment.returned_on = on
        change.session.flush()
        logged = _logged(change.session, payment, today)
        change.summary = f"{'Returned' if on else 'Not returned'}: payment of {_said(logged)}"
    return logged


def delete(ledger: Ledger, payment_id: int, today: date) -> Logged:
    """Delete a payment and what it was for; gives it as it was."""
    with revisions.change(ledger, "payments.delete") as change:
        payment = _get(change.session, payment_id)
        logged = _logged(change.session, payment, today)
        for document in change.session.exec(
            select_records(tables.Document).where(tables.Document.payment_id == payment_id)
        ):
            change.session.delete(document)
        for line in change.session.exec(
            select_records(tables.StatementLine).where(
                tables.StatementLine.payment_id == payment_id
            )
        ):
            change.session.delete(line)
        for allotment in _allotments(change.session, payment_id):
            change.session.delete(allotment)
        change.session.delete(payment)
        change.summary = f"Deleted payment of {_said(logged)}"
    return logged


def settled(
    standings: Sequence[Standing], facts: DebtFacts, parts: Sequence[Part]
) -> list[Settled]:
    """For each part, the instalment it is for, as `standings` have it, by due date."""
    places = facts.numbers()
    by_id = {each.instalment.id: each for each in standings}
    found = [
        Settled(
            key,
            by_id[key].instalment.due_on,
            *places[key],
            part,
            by_id[key].unpaid,
            by_id[key].outcome,
            by_id[key].days_late,
        )
        for key, part in parts
        if key in by_id
    ]
    return sorted(found, key=lambda each: (each.due_on, each.instalment_id))


def _sensible(amount: int, paid_on: date, today: date) -> None:
    if amount <= 0:
        raise BadInput("An amount must be more than zero.", field="amount")
    if paid_on > today:
        raise BadInput(
            f"{dates.short(paid_on, today)} is still to come; log a payment once it is made.",
            field="paid_on",
        )


def _due_on(candidates: Sequence[tuple[Instalment, int]], due_on: date, today: date) -> list[int]:
    found = [each.id for each, _ in candidates if each.due_on == due_on]
    if not found:
        known = ", ".join(dates.short(each.due_on, today) for each, _ in candidates[:6])
        raise BadInput(
            f"No open instalment is due on {dates.short(due_on, today)}. Open: {known or 'none'}.",
            field="due_on",
        )
    return found


def _get(session: Session, payment_id: int) -> tables.Payment:
    payment = session.get(tables.Payment, payment_id)
    if payment is None:
        raise NotFound("That payment is no longer there.")
    return payment


def _as_rule(payment: tables.Payment) -> Payment:
    assert payment.id is not None
    return Payment(payment.id, payment.paid_on, payment.amount, payment.returned_on)


def _allotments(session: Session, payment_id: int) -> Sequence[tables.Allotment]:
    return session.exec(
        select_records(tables.Allotment).where(tables.Allotment.payment_id == payment_id)
    ).all()


def _write(change: revisions.Change, parts: Sequence[Part], payment: tables.Payment) -> None:
    """Make the allotments of a payment be `parts`, touching only those that differ."""
    assert payment.id is not None
    check_parts(change.session, parts, payment)
    wanted = dict(parts)
    for allotment in _allotments(change.session, payment.id):
        part = wanted.pop(allotment.instalment_id, None)
        if part is None:
            change.session.delete(allotment)
        else:
            allotment.amount = part
    for instalment_id, part in wanted.items():
        change.session.add(
            tables.Allotment(
                payment_id=payment.id,
                instalment_id=instalment_id,
                amount=part,
                recorded_at=change.now,
            )
        )
    change.session.flush()


def check_parts(session: Session, parts: Sequence[Part], payment: tables.Payment) -> None:
    """Refuse parts that a payment cannot be for; raises `BadInput`."""
    if len({key for key, _ in parts}) < len(parts):
        raise BadInput("Name each instalment once.", field="parts")
    if any(part <= 0 for _, part in parts):
        raise BadInput("Each part must be more than zero.", field="parts")
    if sum(part for _, part in parts) > payment.amount:
        raise BadInput("The parts come to more than the payment.", field="parts")
    instalment, agreement = tables.Instalment, tables.Agreement
    found = rows(
        session,
        select(col(instalment.id))
        .join(agreement, col(agreement.id) == col(instalment.agreement_id))
        .where(col(agreement.debt_id) == payment.debt_id)
        .where(col(instalment.id).in_([key for key, _ in parts])),
    )
    if len(found) < len(parts):
        raise BadInput("A payment can only be for instalments of its own debt.", field="parts")


def _logged(session: Session, payment: tables.Payment, today: date) -> Logged:
    assert payment.id is not None
    debt = session.get_one(tables.Debt, payment.debt_id)
    holder_id = holders(session)[payment.debt_id](payment.paid_on)
    creditor = session.get_one(tables.Creditor, holder_id)
    facts = of_debt(session, payment.debt_id)
    parts = [(e.instalment_id, e.amount) for e in facts.allotments if e.payment_id == payment.id]
    stated_on = balances.said(session, payment.debt_id)[payment.debt_id].stated_on(today)
    return Logged(
        payment.id,
        creditor.name,
        creditor.key,
        debt.name,
        debt.key,
        payment.paid_on,
        payment.amount,
        creditor.currency,
        tuple(settled(facts.standings(today), facts, parts)),
        payment.amount - sum(part for _, part in parts),
        stated_on if stated_on is not None and payment.paid_on <= stated_on else None,
    )


def _beyond(session: Session, payment: tables.Payment, today: date) -> int:
    """How much of a payment is more than was owed without it; nothing where no balance is known."""
    history = balances.histories(session, payment.debt_id)[payment.debt_id]
    others = [each for each in history.payments if each.id != payment.id]
    before, after = replace(history, payments=others).on(today), history.on(today)
    if before is None or after is None:
        return 0
    return max(0, min(before - after, -after))


def _said(logged: Logged) -> str:
    amount = money.format(logged.amount, logged.currency)
    return f"{amount} to {logged.creditor} ({logged.debt}) on {logged.paid_on:%d %b %Y}"
