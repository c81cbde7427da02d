"""What the Plan screen and `accord plan` show: budget, surplus, shares and what comes first.

`plan_queries` makes them. Amounts are minor units of the plan's currency.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from store.ledger.budget_views import Line
from store.ledger.forecast_views import Outlook
from store.rules.affordability import Payoff, Strategy, Surplus, Verdict
from store.rules.countries import Country


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
    payoff_now: Payoff


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
    months_now: int | None
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
        return not any(not each.is_over for each in self.lines)

    @property
    def wants_relief(self) -> bool:
        """Nothing is left to share out: only a token payment or a deferral can be asked for."""
        return self.amount <= 0 and (self.is_given or not self.is_empty)

    def shows_shares(self, strategy: Strategy) -> bool:
        """Whether shares may be shown: not before what comes first is covered."""
        return self.verdicts[strategy].shows_shares

    def interest(self, strategy: Strategy) -> int | None:
        """What a strategy costs in interest; None where it never ends."""
        return _interest([each.payoffs[strategy] for each in self.debts])

    @property
    def interest_now(self) -> int | None:
        """The same for what is promised now."""
        return _interest([each.payoff_now for each in self.debts])


def _interest(payoffs: Sequence[Payoff]) -> int | None:
    is_endless = any(each.months is None for each in payoffs)
    return None if is_endless else sum(each.interest for each in payoffs)
