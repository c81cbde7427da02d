"""The use case that records what cash there is; `cash_queries` reads it."""

from datetime import date

from store.records import revisions, tables
from store.records.database import Ledger
from store.rules import dates, money
from store.rules.errors import BadInput


def record(ledger: Ledger, amount: int, currency: str, *, on: date, today: date) -> int:
    """Record what there was at the end of a day, in minor units; below zero is an overdraft.

    Of one day the balance that was entered last counts. Gives its number; raises `BadInput` where
    the day is still to come.
    """
    if on > today:
        raise BadInput("That day is still to come; give today or one before.", field="on")
    if not money.is_currency(currency):
        raise BadInput(
            f"{currency} is not a currency; give its code, such as EUR.", field="currency"
        )
    if abs(amount) > money.LARGEST:
        raise BadInput("That is more than any ledger can hold.", field="amount")
    with revisions.change(ledger, "cash.record") as change:
        row = tables.Cash(on=on, amount=amount, currency=currency, recorded_at=change.now)
        change.add(row)
        change.summary = f"Cash of {money.format(amount, currency)}, {dates.full(on)}"
        return row.id or 0
