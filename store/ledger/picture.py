"""The whole picture that a promise is measured by: budget, promises in force, balances and cash.

It is read once, in a fixed number of queries; plan, comparison and checks ask it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from store.ledger import agreement_queries, balances, cash_queries, commitments, queries
from store.ledger.agreement_views import Place
from store.ledger.balances import History
from store.ledger.cash_queries import CashAhead
from store.ledger.commitments import Commitment
from store.ledger.facts import rows
from store.ledger.terms import days_from_text
from store.ledger.views import Promise
from store.records import schema
from store.records.database import Reading
from store.rules import affordability, cadence, money
from store.rules import terms as term_rules
from store.rules.accrual import Rates
from store.rules.affordability import Kind, Surplus
from store.rules.balance import is_owing
from store.rules.forecast import Due
from store.rules.terms import Terms

HORIZON = 731
"""Days that the cash is looked at ahead."""


@dataclass(frozen=True, slots=True)
class BudgetValue:
    """A regular line of the budget: its kind, its monthly value, its name, and while it holds."""

    kind: Kind
    name: str
    currency: str
    monthly: Fraction
    starts_on: date | None
    ends_on: date | None

    def holds_on(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return holds_on(self, day)


class Picture:
    """What there is, what is owed, and what is promised, as of a day."""

    def __init__(self, session: Reading, today: date) -> None:
        self.today = today
        self.places: Mapping[int, Place] = agreement_queries.places(session, today)
        self.debts = {row.id: row for row in rows(session, select(schema.debt))}
        self._session = session
        self.said = balances.said(session)
        self.owed = balances.of_debts(session, today)
        self.lines: Sequence[Promise] = queries.unsettled(session, today)
        self.commitments = commitments.in_force(session, self.lines, today)
        self._budget = _budget(session)
        self.budget = [each for each in self._budget if each.holds_on(today)]
        self.cash: Mapping[str, CashAhead] = cash_queries.ahead(
            session, today, today + timedelta(days=HORIZON)
        )
        self._paused: dict[int, list[tuple[date, date | None]]] = defaultdict(list)
        for row in rows(session, select(schema.moratorium)):
            self._paused[row.debt_id].append((row.starts_on, row.ends_on))

    def history(self, debt_id: int) -> History:
        """What the balance of a debt follows from."""
        return balances.histories(self._session, debt_id)[debt_id]

    def open_debts(self, currency: str) -> list[Place]:
        """The debts in a currency that are not closed and not known to be paid."""
        return [
            each
            for each in self.places.values()
            if each.currency == currency
            and not each.is_closed
            and is_owing(self.owed[each.debt_id])
        ]

    def on_debt(self, debt_id: int) -> list[Commitment]:
        """The agreements in force on a debt."""
        return [each for each in self.commitments if each.debt_id == debt_id]

    def monthly(self, debt_id: int) -> int:
        """What the agreements in force on a debt come to a month."""
        return money.nearest(sum((each.monthly for each in self.on_debt(debt_id)), Fraction(0)))

    def has_budget(self, currency: str) -> bool:
        """Whether any line of the budget is in a currency."""
        return any(each.currency == currency for each in self.budget)

    def surplus(self, currency: str) -> Surplus:
        """The steps to the surplus of a currency."""
        return affordability.surplus(
            ((each.kind, each.monthly) for each in self.budget if each.currency == currency),
            (each.monthly for each in self._of(currency, priority=True)),
        )

    def agreed_on(self, debt_id: int | None) -> frozenset[int]:
        """The agreements on a debt, by number, whatever became of them; none without a debt."""
        return frozenset(each.agreement_id for each in self.lines if each.debt_id == debt_id)

    def left(self, currency: str, without: Collection[int] = (), day: date | None = None) -> int:
        """What is left a month after all promises in force, `without` some agreements (by number).

        Of a later `day` than today it is what the budget and the promises of that month leave.
        """
        day = day or self.today
        lines = (
            (each.kind, each.monthly)
            for each in self._budget
            if each.currency == currency and each.holds_on(day)
        )
        others = (
            each.monthly
            for each in self.commitments
            if self.places[each.debt_id].currency == currency
            and each.agreement_id not in without
            and (day <= self.today or each.lasts_until(day, self.today))
        )
        spent = money.nearest(sum(others, Fraction(0)))
        return affordability.surplus(lines).available - spent

    def _of(self, currency: str, priority: bool) -> Iterable[Commitment]:
        for each in self.commitments:
            place = self.places[each.debt_id]
            if (place.currency, place.priority) == (currency, priority):
                yield each

    def rates(self, debt_id: int, terms: Terms, made_on: date) -> Rates:
        """The rates of a debt under terms: its own where they say none."""
        own = self.debts[debt_id].apr
        return term_rules.rates(
            terms, None if own is None else Decimal(own), made_on, self._paused[debt_id]
        )

    def rates_of_offer(self, debt_id: int, terms: Terms, on: date) -> Rates:
        """The rates while an offer runs: until a sum settles it, what is agreed now goes on."""
        if terms.amount is None and terms.apr is None:
            return self.rates_now(debt_id)
        return self.rates(debt_id, terms, on)

    def terms_now(self, debt_id: int) -> Terms:
        """The terms in force on a debt, the newest of them; without any they say nothing."""
        there = self.on_debt(debt_id)
        return there[-1].terms if there else Terms()

    def rates_now(self, debt_id: int) -> Rates:
        """The rates of a debt from today on, under what is agreed on it."""
        there = self.on_debt(debt_id)
        made_on = there[-1].made_on if there else self.today
        return self.rates(debt_id, self.terms_now(debt_id), made_on)

    def dues(self, currency: str, without: Collection[int] = ()) -> list[Due]:
        """What is promised and open in a currency, `without` some agreements (by number)."""
        return [
            cash_queries.due_of(each)
            for each in self.lines
            if each.outcome.is_open
            and each.currency == currency
            and each.agreement_id not in without
        ]

    def fresh_cash(self, currency: str) -> CashAhead | None:
        """The cash in a currency, where a balance is new enough to say anything."""
        found = self.cash.get(currency)
        return None if found is None or found.is_stale else found

    def missing(self, currency: str) -> Sequence[str]:
        """What goes out on days that are not known, so that the cash ahead goes without it."""
        found = self.fresh_cash(currency)
        return () if found is None else found.missing


def _budget(session: Reading) -> list[BudgetValue]:
    line = schema.budget_line
    found: Sequence[Any] = rows(session, select(line))
    return [
        BudgetValue(
            Kind(row.kind), row.name, row.currency, monthly_value(row), row.starts_on, row.ends_on
        )
        for row in found
        if row.every != "once"
    ]


def monthly_value(row: Any) -> Fraction:
    """What a regular line of the budget comes to a month, in minor units."""
    every = cadence.parse(row.every, days_from_text(row.days))
    return Fraction(row.amount) * cadence.monthly_factor(every)


def holds_on(row: Any, day: date) -> bool:
    """Whether a line of the budget is in force on a day."""
    return (row.starts_on is None or row.starts_on <= day) and (
        row.ends_on is None or row.ends_on >= day
    )
