"""The cash ahead as it is shown. Amounts are minor units."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from store.ledger.views import Promise


@dataclass(frozen=True, slots=True)
class Outlook:
    """One currency's cash from a day on; amounts are minor units.

    `counted_on` is the day of the balance that it starts from: None where there is none. Where
    that is too old (or missing) there are no days and no verdict, but a request for a new one.
    `left_out` are the lines of the budget that say no day, and those of them that go out are
    `missing`: then a day may be short, but nothing is surely carried.
    """

    currency: str
    start: date
    counted_on: date | None
    opening: int | None
    days: Sequence[tuple[date, int]]
    paydays: Sequence[date]
    short_on: date | None
    gap: int
    at_risk: Sequence[Promise]
    days_to_act: int | None
    left_out: Sequence[str]
    missing: Sequence[str]

    @property
    def is_known(self) -> bool:
        """Whether there is a balance that is new enough to say anything."""
        return bool(self.days)

    @property
    def carries(self) -> bool:
        """Whether it can be said that every promise is carried."""
        return self.is_known and self.short_on is None and not self.missing

    @property
    def lowest(self) -> tuple[date, int] | None:
        """The day with least in it, the first of equals."""
        return min(self.days, key=lambda each: (each[1], each[0]), default=None)
