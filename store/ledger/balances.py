"""What is owed: balances from letters, charges and payments put together."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from store.ledger.facts import rows
from store.records import database, schema
from store.records.database import Reading
from store.rules.balance import Charge, balance
from store.rules.outcome import Payment


@dataclass(frozen=True, slots=True)
class History:
    """All that the balance of a debt follows from; amounts in minor units."""

    recorded: list[tuple[date, int]] = field(default_factory=list)
    charges: list[Charge] = field(default_factory=list)
    payments: list[Payment] = field(default_factory=list)

    def on(self, day: date) -> int | None:
        """The balance as of a day; None where none is recorded by then."""
        return balance(self.recorded, self.charges, self.payments, day)

    def stated_on(self, as_of: date) -> date | None:
        """The day of the newest balance: what was paid until then is counted in it."""
        return max((day for day, _ in self.recorded if day <= as_of), default=None)

    def waived(self, since: date, as_of: date) -> int:
        """What was recorded as waived from a day on, as of another."""
        return sum(
            each.amount
            for each in self.charges
            if each.kind == "waiver" and since <= each.on <= as_of
        )

    def is_restated(self, since: date, as_of: date) -> bool:
        """Whether a balance of a later day than `since` is recorded."""
        return any(since < day <= as_of for day, _ in self.recorded)

    def paid_after(self, day: date, as_of: date) -> int:
        """What was paid after a day, as of another."""
        return sum(
            each.amount for each in self.payments if day < each.paid_on and each.counts_on(as_of)
        )


def of_debts(session: Reading, as_of: date, debt_id: int | None = None) -> dict[int, int | None]:
    """The balance of each debt (or of one) as of a date; None where none is recorded by then.

    As the rule of `balance` has it; what was paid since is added up by the database.
    """
    key = ("owed", as_of, debt_id)
    return database.once(session, key, lambda: _of_debts(session, as_of, debt_id))


def said(session: Reading, debt_id: int | None = None) -> dict[int, History]:
    """What was recorded as owed and charged on each debt (or one), without what was paid."""
    return database.once(session, ("said", debt_id), lambda: _said(session, debt_id))


def _of_debts(session: Reading, as_of: date, debt_id: int | None) -> dict[int, int | None]:
    known = said(session, debt_id)
    since = {id_: each.stated_on(as_of) or as_of for id_, each in known.items()}
    if not since:
        return {}
    payment = schema.payment.c
    returned_on = payment.returned_on
    paid = {
        row.debt_id: row.paid
        for row in rows(
            session,
            select(payment.debt_id, func.sum(payment.amount).label("paid"))
            .where(
                payment.debt_id.in_(since),
                payment.paid_on > case(since, value=payment.debt_id),
                payment.paid_on <= as_of,
                or_(returned_on.is_(None), returned_on > as_of),
            )
            .group_by(payment.debt_id),
        )
    }
    owed = {id_: each.on(as_of) for id_, each in known.items()}
    return {id_: None if each is None else each - paid.get(id_, 0) for id_, each in owed.items()}


def histories(session: Reading, debt_id: int | None = None) -> dict[int, History]:
    """What the balance of each debt (or of one) follows from; nobody changes what is given."""
    return database.once(session, ("balances", debt_id), lambda: _read(session, debt_id))


def _read(session: Reading, debt_id: int | None) -> dict[int, History]:
    found = {
        id_: History(each.recorded, each.charges) for id_, each in said(session, debt_id).items()
    }
    payment = schema.payment.c
    for row in rows(
        session,
        select(
            payment.id, payment.debt_id, payment.paid_on, payment.amount, payment.returned_on
        ).where(*_only(payment.debt_id, debt_id)),
    ):
        found[row.debt_id].payments.append(
            Payment(row.id, row.paid_on, row.amount, row.returned_on)
        )
    return found


def _said(session: Reading, debt_id: int | None) -> dict[int, History]:
    found: dict[int, History] = {}
    debt, letter, charge = schema.debt.c, schema.balance.c, schema.charge.c
    for row in rows(
        session, select(debt.id, debt.balance, debt.balance_on).where(*_only(debt.id, debt_id))
    ):
        opening = [] if row.balance is None else [(row.balance_on, row.balance)]
        found[row.id] = History(opening)
    for row in rows(
        session,
        select(letter.debt_id, letter.on.label("day"), letter.amount)
        .where(*_only(letter.debt_id, debt_id))
        # Of two that were entered at once, by one file, the larger holds, whatever their order.
        .order_by(letter.recorded_at, letter.amount),
    ):
        found[row.debt_id].recorded.append((row.day, row.amount))
    for row in rows(
        session,
        select(charge.debt_id, charge.on.label("day"), charge.kind, charge.amount).where(
            *_only(charge.debt_id, debt_id)
        ),
    ):
        found[row.debt_id].charges.append(Charge(row.day, row.kind, row.amount))
    return found


def _only(column: Any, debt_id: int | None) -> list[ColumnElement[bool]]:
    return [] if debt_id is None else [column == debt_id]
