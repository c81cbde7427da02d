"""What the Plan screen and `accord plan` show: budget, surplus, shares and what comes first.

`plan_queries` makes them. Amounts are minor units of the plan's currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from store.ledger.budget_views import Line
from store.ledger.forecast_views import Outlook
from store.rules import dates
from store.rules.affordability import Payoff, Strategy, Surplus, Verdict
from store.rules.countries import Country
from store.rules.projection import Projection
from store.rules.terms import Terms


@dataclass(frozen=True, slots=True)
class PriorityArrears:
    """A priority debt: what is agreed on it a month, or None where nothing covers it."""

    debt_id: int
    name: str
    creditor: str
    balance: int | None
    monthly: int | None
    reserve: str | None
    """The saving line of the budget that is kept for it."""
    consequence: str | None


@dataclass(frozen=True, slots=True)
class PlanDebt:
    """A debt that takes a share: what is promised on it now, and its share by each strategy."""

    debt_id: int
    key: str
    name: str
    creditor: str
    balance: int
    apr: Decimal
    contractual: int | None
    now: int
    shares: Mapping[Strategy, int]
    payoffs: Mapping[Strategy, Payoff]
    going_on: Projection | None
    """What becomes of it under what is agreed; None where nothing is."""
    terms: Terms
    """What is agreed on it; the rate of it is the one that its payoffs rest on."""

    @property
    def is_cleared(self) -> bool:
        """Whether what is agreed pays it off."""
        return not self.balance or (self.going_on is not None and not self.going_on.left_over)


@dataclass(frozen=True, slots=True)
class Stress:
    """What may go wrong: income lower by so many per cent, and a bill on a day."""

    cut: int = 0
    bill: int = 0
    bill_on: date | None = None

    @property
    def is_none(self) -> bool:
        """Nothing is supposed to go wrong."""
        return not self.cut and not self.bill


@dataclass(frozen=True, slots=True)
class Stressed:
    """What the stress does: the surplus then, and the first day that it makes the cash short."""

    stress: Stress
    surplus: int
    is_cash_known: bool
    short_on: date | None
    gap: int


@dataclass(frozen=True, slots=True)
class Plan:
    """One currency's plan. `amount` is what is shared out: the surplus, or what was given."""

    on: date
    currency: str
    currencies: tuple[str, ...]
    lines: tuple[Line, ...]
    surplus: Surplus
    amount: int
    is_given: bool
    priority: tuple[PriorityArrears, ...]
    debts: tuple[PlanDebt, ...]
    unknown: tuple[str, ...]
    """Debts whose balance nobody recorded; they get no share."""
    verdicts: Mapping[Strategy, Verdict]
    months: Mapping[Strategy, int | None]
    promised: int
    """What is promised on these debts a month already."""
    stressed: Stressed
    country: Country | None
    has_collector: bool
    outlook: Outlook
    """The cash ahead, without any stress."""
    account_at: tuple[str, ...]
    """Creditors who hold my account and could take from it."""

    @property
    def is_empty(self) -> bool:
        """Nothing is known of any budget yet."""
        return all(each.is_over for each in self.lines)

    @property
    def wants_relief(self) -> bool:
        """Nothing is left to share out: only a token payment or a deferral can be asked for."""
        return self.amount <= 0 and (self.is_given or not self.is_empty)

    def shows_shares(self, strategy: Strategy) -> bool:
        """Whether shares may be shown: of something, and not before what comes first is covered."""
        return self.amount > 0 and self.verdicts[strategy].shows_shares

    def interest(self, strategy: Strategy) -> int | None:
        """What a strategy costs in interest; None where it never ends."""
        return _interest([each.payoffs[strategy] for each in self.debts])

    @property
    def months_now(self) -> int | None:
        """How many months what is agreed takes to clear them; None where it leaves one of them."""
        if not all(each.is_cleared for each in self.debts):
            return None
        found = (each.going_on for each in self.debts if each.going_on is not None)
        return dates.months_taken(self.on, [point.on for each in found for point in each.points])

    @property
    def interest_now(self) -> int | None:
        """What that costs in interest; None where it leaves one of them."""
        if not all(each.is_cleared for each in self.debts):
            return None
        return sum(each.going_on.interest for each in self.debts if each.going_on is not None)

    @property
    def contracts_take_all(self) -> bool:
        """Whether payments by contract use up what avalanche and snowball share out."""
        due = sum(min(each.contractual or 0, each.balance) for each in self.debts)
        return 0 < self.amount <= due

    @property
    def lacks_contract(self) -> bool:
        """Whether no payment by contract is known of a debt that takes a share."""
        return any(each.balance and not each.contractual for each in self.debts)


def _interest(payoffs: Sequence[Payoff]) -> int | None:
    is_endless = any(each.months is None for each in payoffs)
    return None if is_endless else sum(each.interest for each in payoffs)
