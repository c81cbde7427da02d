"""Reads what cash there is now, and what it comes to with the budget and the promises."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import func, or_, select

from store.ledger.facts import rows
from store.ledger.terms import days_from_text
from store.ledger.views import Promise
from store.records import schema
from store.records.database import Reading
from store.rules import cadence, forecast
from store.rules.forecast import Due, Flow, Forecast
from store.rules.workdays import WeekendRule


@dataclass(frozen=True, slots=True)
class BudgetDay:
    """A line of the budget on a day; `amount` in minor units, below zero where it goes out."""

    on: date
    name: str
    kind: str
    amount: int
    currency: str


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A line of the budget that says no day, so that the cash ahead has to go without it."""

    name: str
    kind: str
    currency: str


@dataclass(frozen=True, slots=True)
class CashAhead:
    """What there is in one currency today, and what comes and goes without the promises.

    `counted_on` is the day of the newest cash balance that `opening` rests on; `left_out` are the
    lines of the budget that no day is known of.
    """

    currency: str
    today: date
    counted_on: date
    opening: int
    flows: Sequence[Flow]
    left_out: Sequence[LeftOut] = ()

    @property
    def missing(self) -> list[str]:
        """What goes out on days that are not known: with it missing, nothing is surely carried."""
        return [each.name for each in self.left_out if each.kind != "income"]

    @property
    def can_tell(self) -> bool:
        """Whether it can say that something is carried, and not only that it is short."""
        return not self.is_stale and not self.missing

    @property
    def is_stale(self) -> bool:
        """Too old to say anything."""
        return (self.today - self.counted_on).days > forecast.STALE

    @property
    def paydays(self) -> list[date]:
        """The days after today on which something comes in."""
        return sorted({each.on for each in self.flows if each.amount > 0 and each.on > self.today})

    def carries(self, promised: Iterable[Due], until: date) -> Forecast:
        """The balance of each day up to one, with these promises kept."""
        days = max(0, (until - self.today).days)
        return forecast.forecast(self.opening, self.today, self.flows, promised, days)


def ahead(session: Reading, today: date, until: date) -> dict[str, CashAhead]:
    """By currency, what there is and what comes and goes; none where no balance was entered."""
    newest = _newest(session, today)
    if not newest:
        return {}
    since = min(row.on for row in newest.values())
    budget = budget_days(session, since + timedelta(days=1), until)
    paid = _paid_since(session, newest, today)
    undated = left_out(session, today)
    found = {}
    for currency, row in newest.items():
        own = [each for each in budget if each.currency == currency and each.on > row.on]
        past = sum(each.amount for each in own if each.on < today)
        flows = [Flow(each.on, each.amount) for each in own if each.on >= today]
        opening = row.amount + past - paid.get(currency, 0)
        without = [each for each in undated if each.currency == currency]
        found[currency] = CashAhead(currency, today, row.on, opening, flows, without)
    return found


def budget_days(session: Reading, since: date, until: date) -> list[BudgetDay]:
    """The budget's lines on their own dates in a span of days, while each holds, by day.

    A line that says no day at all is `left_out`.
    """
    found = []
    line = schema.budget_line
    for row in rows(session, select(line)):
        every = cadence.parse(row.every, days_from_text(row.days))
        weekend = WeekendRule(row.weekend or "none")
        amount = row.amount if row.kind == "income" else -row.amount
        found += [
            BudgetDay(day, row.name, row.kind, amount, row.currency)
            for day in forecast.occurrences(
                every,
                row.next_on or row.starts_on,
                since,
                until,
                weekend,
                starts_on=row.starts_on,
                ends_on=row.ends_on,
            )
        ]
    return sorted(found, key=lambda each: (each.on, -each.amount, each.name))


def left_out(session: Reading, today: date) -> list[LeftOut]:
    """The lines of the budget that have not ended and say no day, by name."""
    line = schema.budget_line
    found = rows(
        session,
        select(line).where(
            line.c.next_on.is_(None),
            line.c.starts_on.is_(None),
            line.c.days.is_(None),
            or_(line.c.ends_on.is_(None), line.c.ends_on >= today),
        ),
    )
    return sorted(
        (LeftOut(row.name, row.kind, row.currency) for row in found),
        key=lambda each: each.name.casefold(),
    )


def next_payday(session: Reading, today: date, currency: str) -> date | None:
    """The next day on which the largest of a currency's incomes of the coming weeks comes."""
    coming = budget_days(session, today, today + timedelta(days=45))
    income = [each for each in coming if each.kind == "income" and each.currency == currency]
    if not income:
        return None
    most = max(each.amount for each in income)
    return min(each.on for each in income if each.amount == most)


def _newest(session: Reading, today: date) -> Mapping[str, Any]:
    """The newest balance of each currency by today; of one day the one that was entered last."""
    cash = schema.cash
    found = rows(
        session,
        select(cash).where(cash.c.on <= today).order_by(cash.c.on, cash.c.recorded_at, cash.c.id),
    )
    return {row.currency: row for row in found}


def _paid_since(session: Reading, newest: Mapping[str, Any], today: date) -> Mapping[str, int]:
    """What was sent by currency since its balance was taken, less what came back.

    A payment of that very day counts only if it was logged after the balance. Of one file both are
    logged at once: cash counts as taken after the payments of its day.
    """
    payment, debt, creditor = schema.payment, schema.debt, schema.creditor
    since = min(row.on for row in newest.values())
    paid: dict[str, int] = defaultdict(int)
    for row in rows(
        session,
        select(
            payment.c.paid_on,
            payment.c.returned_on,
            payment.c.amount,
            payment.c.recorded_at,
            creditor.c.currency,
        )
        .join(debt, debt.c.id == payment.c.debt_id)
        .join(creditor, creditor.c.id == debt.c.creditor_id)
        .where(or_(payment.c.paid_on >= since, payment.c.returned_on > since)),
    ):
        counted = newest.get(row.currency)
        if counted is None:
            continue
        is_after = row.paid_on > counted.on or (
            row.paid_on == counted.on and row.recorded_at > counted.recorded_at
        )
        if is_after and row.paid_on <= today:
            paid[row.currency] += row.amount
        if row.returned_on is not None and counted.on < row.returned_on <= today:
            paid[row.currency] -= row.amount
    return paid


def currencies(session: Reading) -> list[str]:
    """What creditors are owed in, the most frequent first; of equals by their codes."""
    currency = schema.creditor.c.currency
    found = rows(
        session, select(currency).group_by(currency).order_by(func.count().desc(), currency)
    )
    return [row[0] for row in found]


def due_of(promise: Promise) -> Due:
    """What is still open of an instalment, as the forecast counts it."""
    return Due(promise.instalment_id, promise.due_on, promise.unpaid, promise.last_day)
