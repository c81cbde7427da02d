"""What can be asked for while nothing is left: a token payment, or a deferral.

Source: DESIGN section 3, "Affordability": S ≤ 0 shows token offers and deferral, never a plan.
"""

from datetime import date

from store.rules import money
from store.rules.cadence import Cadence, Unit
from store.rules.clocks import REVIEW
from store.rules.dates import add_months
from store.rules.terms import Terms

PAUSE = 3
"""Months that a deferral is asked for."""

_MONTHLY = Cadence(Unit.MONTH)


def token(currency: str) -> Terms:
    """One whole unit of a currency a month, until it is looked at again."""
    return Terms(amount=10 ** money.exponent(currency), cadence=_MONTHLY, count=REVIEW)


def deferral(amount: int | None, today: date) -> Terms:
    """Nothing due and no interest for some months, then `amount` (minor units) a month."""
    until = add_months(today, PAUSE)
    return Terms(amount=amount, cadence=_MONTHLY, defer_until=until, interest_accrues=False)
