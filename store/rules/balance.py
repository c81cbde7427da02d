"""What is owed on a debt, as of any date.

Source: DESIGN section 3: the newest recorded balance on or before the day, plus charges, less
payments, after that balance's date. Amounts are minor units.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from store.rules.outcome import Payment

_SIGN = {"interest": 1, "fee": 1, "refund": -1, "waiver": -1, "adjustment": 1}


@dataclass(frozen=True, slots=True)
class Charge:
    """Interest, a fee or an adjustment adds its amount; a refund or waiver takes it off."""

    on: date
    kind: str
    amount: int

    @property
    def signed(self) -> int:
        """What it adds to the balance."""
        return _SIGN[self.kind] * self.amount


def balance(
    recorded: Iterable[tuple[date, int]],
    charges: Iterable[Charge],
    payments: Iterable[Payment],
    as_of: date,
) -> int | None:
    """The balance as of a date; None while none is recorded by then.

    `recorded` are balances with their dates, in the order in which they were entered: of two on
    one day the later entry holds. A returned payment stops counting on the day it comes back.
    """
    known = [each for each in recorded if each[0] <= as_of]
    if not known:
        return None
    newest = max(day for day, _ in known)
    opening = [amount for day, amount in known if day == newest][-1]
    added = sum(each.signed for each in charges if newest < each.on <= as_of)
    paid = sum(each.amount for each in payments if newest < each.paid_on and each.counts_on(as_of))
    return opening + added - paid


def in_all(balances: Iterable[int]) -> int:
    """What is owed on some debts together: a credit on one pays nothing of another."""
    return sum(each for each in balances if each > 0)


def is_owing(balance: int | None) -> bool:
    """Whether something is owed, as far as is known: more than nothing, or nobody said how much."""
    return balance is None or balance > 0
