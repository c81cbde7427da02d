"""What a comparison of offers and a check before a promise show. Amounts are minor units.

`offer_queries` makes them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from store.ledger.agreement_views import OfferLine, Place
from store.rules.projection import Projection
from store.rules.terms import Promised


@dataclass(frozen=True, slots=True)
class Tightest:
    """The month in which terms leave least: the last day in it, what they take, and what is left.

    `left` is a month's budget of that day less all other promises. `months` is in how many months
    something is paid.
    """

    on: date
    takes: int
    left: int
    months: int

    @property
    def stays(self) -> int:
        """What is left when these are paid too."""
        return self.left - self.takes


@dataclass(frozen=True, slots=True)
class Weighed:
    """Terms measured by what is owed, what can be afforded, and the cash ahead.

    What rests on a balance is None where none is known; `tightest` and `fits` where there is no
    budget. `fails_on` is the first day that the cash fails it, where `is_cash_known`: it makes that
    day short, or finds nothing there to be paid from. `is_short_anyway`: the cash is short without
    it too, on that day or, where it fails on none, on another after its first instalment.
    """

    promised: Sequence[Promised]
    balance: int | None
    projection: Projection | None
    monthly: int
    months: int | None
    """None where it goes on for ever, or nothing is paid."""
    peak: int
    peak_on: date | None
    apr: Decimal | None
    waived: int
    written_off: int
    tightest: Tightest | None
    is_ahead: bool
    """Whether any of it is still to be paid."""
    is_cash_known: bool
    fails_on: date | None
    is_short_anyway: bool
    share: int | None
    """What a fair share by balance would be a month; None for priority debts."""
    never_clears: bool
    is_token: bool
    uncovered: Sequence[str]
    """Priority debts that nothing covers yet, this one left out."""
    others_liable: str | None
    missing: Sequence[str]
    """What goes out on days that are not known, so that the cash may be short all the same."""

    @property
    def total_paid(self) -> int | None:
        """What the creditor gets in all; None where it goes on for ever."""
        is_endless = self.months is None and self.monthly > 0
        return None if is_endless else sum(each.amount for each in self.promised)

    @property
    def last_on(self) -> date | None:
        """The last payment."""
        return self.promised[-1].due_on if self.promised else None

    @property
    def interest(self) -> int | None:
        """What is paid or owed beyond the balance."""
        return None if self.projection is None else self.projection.interest

    @property
    def left_over(self) -> int | None:
        """What the instalments do not clear."""
        return None if self.projection is None else self.projection.left_over

    @property
    def fits(self) -> bool | None:
        """Whether every month in which it is paid has as much left after all other promises."""
        return None if self.tightest is None else self.tightest.stays >= 0

    @property
    def is_nothing(self) -> bool:
        """Nothing is paid."""
        return not self.promised and not self.monthly

    @property
    def clears(self) -> bool:
        """Whether it is known to clear the debt."""
        return bool(self.promised) and self.left_over == 0

    @property
    def ends_higher(self) -> bool:
        """Whether the last instalment is larger than all before it, by more than is rounded.

        What is split evenly leaves it up to a unit of each instalment, and interest on that.
        """
        *before, last = (each.amount for each in self.promised) if self.promised else (0,)
        return len(before) > 1 and last - max(before) > 2 * len(self.promised)

    @property
    def above_balance(self) -> int:
        """By how much the instalments come to more than is owed, interest and all."""
        found = self.projection
        if found is None or found.left_over:
            return 0
        return max(0, found.interest - sum(each.interest for each in found.points))


@dataclass(frozen=True, slots=True)
class Compared:
    """An offer beside the others; without one it is what goes on now.

    `saved` is what it takes less than going on, to be rid of the debt; None where one never ends.
    """

    offer: OfferLine | None
    weighed: Weighed | None
    """None where the offer does not say enough to make a schedule of it."""
    on: date
    saved: int | None
    why_not: str = ""
    """Why there is no schedule."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The offers on a debt, newest first, after what goes on now."""

    place: Place
    on: date
    balance: int | None
    now: Compared
    now_said: str
    """What goes on now, in words."""
    offers: tuple[Compared, ...]

    @property
    def lines(self) -> tuple[Compared, ...]:
        """What goes on now, then the offers."""
        return (self.now, *self.offers)

    def best(self) -> dict[str, Sequence[int]]:
        """The lines that are best by each measure, of those on the table that clear the debt.

        On the table is what goes on and what is open. Where all are alike, none is best.
        """
        open_ = [
            (n, each, each.weighed)
            for n, each in enumerate(self.lines)
            if each.weighed is not None
            and each.weighed.clears
            and (each.offer is None or each.offer.is_open)
        ]
        found: dict[str, Sequence[int]] = {}
        # Each instalment of what they come to may be rounded by a unit.
        rounding = max((len(weighed.promised) for _, _, weighed in open_), default=0)
        for measure, (value, share) in _MEASURES.items():
            values = {n: value(each, weighed) for n, each, weighed in open_}
            known = {n: amount for n, amount in values.items() if amount is not None}
            least = min(known.values(), default=0)
            near = least + min(share, rounding)
            best = [n for n, amount in known.items() if amount <= near]
            # What is saved is measured against going on, so that one alone can be best.
            is_some = len(best) < len(known) or (measure == "saved" and least < -rounding)
            found[measure] = best if is_some else ()
        return found


MANY = 10**6
_MEASURES: dict[str, tuple[Callable[[Compared, Weighed], int | None], int]] = {
    "monthly": (lambda _, weighed: weighed.monthly, 1),
    "months": (lambda _, weighed: weighed.months, 0),
    "total": (lambda _, weighed: weighed.total_paid, MANY),
    "interest": (lambda _, weighed: weighed.interest, MANY),
    "saved": (lambda each, _: None if each.saved is None else -each.saved, MANY),
}
"""Less is better in each; within so many units of the rounding two are alike."""
