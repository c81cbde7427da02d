"""Cash: what there is now, and what it comes to with the budget and the promises.

`record` is the use case; the others read.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import func, or_, select
from sqlmodel import Session, col

from store.ledger.facts import rows, whole
from store.ledger.terms import days_from_text
from store.ledger.views import Promise
from store.records import revisions, tables
from store.records.database import Ledger
from store.rules import cadence, dates, forecast, money
from store.rules.errors import BadInput
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


def ahead(session: Session, today: date, until: date) -> dict[str, CashAhead]:
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


def budget_days(session: Session, since: date, until: date) -> list[BudgetDay]:
    """The budget's lines on their own dates in a span of days, while each holds, by day.

    A line that says no day at all is `left_out`.
    """
    found = []
    line = tables.BudgetLine
    for row in rows(session, whole(line)):
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


def left_out(session: Session, today: date) -> list[LeftOut]:
    """The lines of the budget that have not ended and say no day, by name."""
    line = tables.BudgetLine
    found = rows(
        session,
        whole(line).where(
            col(line.next_on).is_(None),
            col(line.starts_on).is_(None),
            col(line.days).is_(None),
            or_(col(line.ends_on).is_(None), col(line.ends_on) >= today),
        ),
    )
    return sorted(
        (LeftOut(row.name, row.kind, row.currency) for row in found),
        key=lambda each: each.name.casefold(),
    )


def next_payday(session: Session, today: date, currency: str) -> date | None:
    """The next day on which the largest of a currency's incomes of the coming weeks comes."""
    coming = budget_days(session, today, today + timedelta(days=45))
    income = [each for each in coming if each.kind == "income" and each.currency == currency]
    if not income:
        return None
    most = max(each.amount for each in income)
    return min(each.on for each in income if each.amount == most)


def _newest(session: Session, today: date) -> Mapping[str, tables.Cash]:
    """The newest balance of each currency by today; of one day the one that was entered last."""
    cash = tables.Cash
    found = rows(
        session,
        whole(cash)
        .where(col(cash.on) <= today)
        .order_by(col(cash.on), col(cash.recorded_at), col(cash.id)),
    )
    return {row.currency: row for row in found}  # type: ignore[misc]


def _paid_since(
    session: Session, newest: Mapping[str, tables.Cash], today: date
) -> Mapping[str, int]:
    """What was sent by currency since its balance was taken, less what came back.

    A payment of that very day counts only if it was logged after the balance. Of one file both are
    logged at once: cash counts as taken after the payments of its day.
    """
    payment, debt, creditor = tables.Payment, tables.Debt, tables.Creditor
    since = min(row.on for row in newest.values())
    paid: dict[str, int] = defaultdict(int)
    for row in rows(
        session,
        select(
            col(payment.paid_on),
            col(payment.returned_on),
            col(payment.amount),
            col(payment.recorded_at),
            col(creditor.currency),
        )
        .join(debt, col(debt.id) == col(payment.debt_id))
        .join(creditor, col(creditor.id) == col(debt.creditor_id))
        .where(or_(col(payment.paid_on) >= since, col(payment.returned_on) > since)),
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


def currencies(session: Session) -> list[str]:
    """What creditors are owed in, the most frequent first; of equals by their codes."""
    currency = col(tables.Creditor.currency)
    found = rows(
        session, select(currency).group_by(currency).order_by(func.count().desc(), currency)
    )
    return [row[0] for row in found]


def due_of(promise: Promise) -> Due:
    """What is still open of an instalment, as the forecast counts it."""
    return Due(promise.instalment_id, promise.due_on, promise.unpaid, promise.last_day)
