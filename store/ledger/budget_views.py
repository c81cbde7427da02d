"""What a line of the budget says, as forms and lists have it. Amounts are minor units."""

from dataclasses import dataclass
from datetime import date

from store.rules.cadence import Cadence
from store.rules.workdays import WeekendRule


@dataclass(frozen=True, slots=True)
class Details:
    """What a line of the budget says; `amount` in minor units, more than zero.

    `next_on` is any day on which it falls: the others are counted from it.
    """

    name: str
    kind: str
    amount: int
    currency: str
    cadence: Cadence
    next_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    weekend: WeekendRule | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is recorded; `monthly` is None for what comes once."""

    line_id: int
    version: int
    details: Details
    monthly: int | None
    is_over: bool
    """It ended before the day that was asked about."""
