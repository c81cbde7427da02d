"""What is owed: balances from letters, charges and payments put together."""

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

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
    """The balance of each debt (or of one) as of a date; None where none is recorded by then."""
    return {key: each.on(as_of) for key, each in histories(session, debt_id).items()}


def histories(session: Reading, debt_id: int | None = None) -> dict[int, History]:
    """What the balance of each debt (or of one) follows from; nobody changes what is given."""
    return database.once(session, ("balances", debt_id), lambda: _read(session, debt_id))


def _read(session: Reading, debt_id: int | None) -> dict[int, History]:
    found: dict[int, History] = {}
    debt, letter, charge, payment = schema.debt, schema.balance, schema.charge, schema.payment

    def only(column: Any) -> list[ColumnElement[bool]]:
        return [] if debt_id is None else [column == debt_id]

    for row in rows(
        session,
        select(debt.c.id, debt.c.balance, debt.c.balance_on).where(*only(debt.c.id)),
    ):
        opening = [] if row.balance is None else [(row.balance_on, row.balance)]
        found[row.id] = History(opening)
    for row in rows(
        session,
        select(letter.c.debt_id, letter.c.on.label("day"), letter.c.amount)
        .where(*only(letter.c.debt_id))
        # Of two that were entered at once, by one file, the larger holds, whatever their order.
        .order_by(letter.c.recorded_at, letter.c.amount),
    ):
        found[row.debt_id].recorded.append((row.day, row.amount))
    for row in rows(
        session,
        select(charge.c.debt_id, charge.c.on.label("day"), charge.c.kind, charge.c.amount).where(
            *only(charge.c.debt_id)
        ),
    ):
        found[row.debt_id].charges.append(Charge(row.day, row.kind, row.amount))
    for row in rows(
        session,
        select(
            payment.c.id,
            payment.c.debt_id,
            payment.c.paid_on,
            payment.c.amount,
            payment.c.returned_on,
        ).where(*only(payment.c.debt_id)),
    ):
        found[row.debt_id].payments.append(
            Payment(row.id, row.paid_on, row.amount, row.returned_on)
        )
    return found
