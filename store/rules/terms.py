"""Terms: what one side offers or both agreed, the instalments they promise, and their plain words.

Amounts are minor units (int), rates percent a year (Decimal). What is None was not said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from itertools import count, dropwhile

from store.rules import money
from store.rules.accrual import NONE, ZERO, Rates, Running, Span
from store.rules.cadence import (
    LONGEST_YEARS,
    ONCE,
    Cadence,
    Unit,
    describe,
    due_dates,
    unadjusted,
)
from store.rules.clearing import Slot, raised, until_cleared, with_the_rest_last
from store.rules.dates import add_months, full
from store.rules.errors import BadInput
from store.rules.workdays import WeekendRule, adjust


class Deferral(StrEnum):
    """What becomes of the instalments that a deferral drops."""

    LAST_INSTALMENT = "last instalment"
    RAISE_INSTALMENTS = "raise instalments"
    EXTEND_TERM = "extend term"


class PaidBy(StrEnum):
    """Who sends the money, and how."""

    ME = "me"
    STANDING_ORDER = "standing order"
    DIRECT_DEBIT = "direct debit"
    DEDUCTION = "deduction"
    PROVIDER = "provider"


@dataclass(frozen=True, slots=True)
class Terms:
    """What an offer or an agreement says; `until` and `apr_until` include their day."""

    amount: int | None = None
    cadence: Cadence = ONCE
    first_due: date | None = None
    count: int | None = None
    until: date | None = None
    last_amount: int | None = None
    upfront: int | None = None
    upfront_on: date | None = None
    defer_until: date | None = None
    deferral: Deferral | None = None
    interest_accrues: bool | None = None
    apr: Decimal | None = None
    apr_from: date | None = None
    apr_until: date | None = None
    fees_waived: int | None = None
    written_off: int | None = None
    weekend: WeekendRule | None = None
    holidays: str | None = None
    grace_days: int | None = None
    paid_by: PaidBy | None = None


@dataclass(frozen=True, slots=True)
class Promised:
    """One promised payment: its due date, and its amount in minor units."""

    due_on: date
    amount: int


def rates(
    terms: Terms,
    own: Decimal | None,
    made_on: date,
    paused: Iterable[tuple[date, date | None]] = (),
) -> Rates:
    """The rates of a debt under terms; `own` is the debt's, where the terms say none.

    Nothing accrues on days that are `paused` by a moratorium (both ends included), nor in a
    deferral without interest.
    """
    spans = [Span(since, until, ZERO) for since, until in paused]
    if terms.defer_until is not None and terms.interest_accrues is False:
        spans.append(Span(made_on, terms.defer_until - timedelta(days=1), ZERO))
    if terms.apr is not None:
        spans.append(Span(terms.apr_from, terms.apr_until, terms.apr))
    return Rates(own or ZERO, tuple(spans))


def with_interest_of(terms: Terms, agreed: Terms, on: date) -> Terms:
    """Terms offered on a day, with the rate that is `agreed` already: what is left of its time.

    A deferral without interest gives no interest until its end, where no rate is agreed beside it.
    """
    rate, since, until = agreed.apr, agreed.apr_from, agreed.apr_until
    if rate is None and agreed.defer_until is not None and agreed.interest_accrues is False:
        rate, since, until = ZERO, None, agreed.defer_until - timedelta(days=1)
    if rate is None or (until is not None and until < on):
        return terms
    since = since if since is not None and since > on else None
    return replace(terms, apr=rate, apr_from=since, apr_until=until)


def schedule(
    terms: Terms, made_on: date, balance: int | None = None, accrues: Rates = NONE
) -> tuple[Promised, ...]:
    """The instalments that the terms promise, by due date.

    Without `count` and `until` there are as many as it takes to pay the `balance` (minor units)
    and what interest `accrues` on it, less what is paid up front, waived and written off. Raises
    BadInput where the terms promise nothing, or do not say enough, never end, or defer past their
    own end.
    """
    _check(terms)
    upfront = upfront_of(terms, made_on)
    promised = [] if upfront is None else [upfront]
    if terms.amount is not None and terms.first_due is not None:
        if _is_open_ended(terms):
            if balance is None:
                raise BadInput("Say how many instalments there are, or until when", field="count")
            promised += [
                Promised(slot.due_on, amount)
                for slot, amount in _to_clear(
                    terms, terms.amount, terms.first_due, made_on, balance, accrues
                )
            ]
        else:
            dues, amounts = _regular(terms, terms.amount, terms.first_due)
            if terms.defer_until is not None:
                dues, amounts = _deferred(terms, terms.first_due, terms.defer_until, dues, amounts)
            promised += map(Promised, dues, amounts)
    if not promised:
        raise BadInput("Nothing is left to pay under these terms", field="amount")
    # Of two on one day the smaller is first, so that a written-out list has the same order.
    return tuple(sorted(promised, key=lambda each: (each.due_on, each.amount)))


def _check(terms: Terms) -> None:
    """Raise BadInput for terms that promise nothing, or what cannot be."""
    for field in ("amount", "last_amount", "upfront"):
        if (amount := getattr(terms, field)) is not None and amount < 1:
            raise BadInput("An amount must be more than zero", field=field)
    for field in ("fees_waived", "written_off", "apr", "grace_days"):
        if (number := getattr(terms, field)) is not None and number < 0:
            name = "interest rate" if field == "apr" else field.replace("_", " ")
            raise BadInput(f"{name.capitalize()} must not be below zero", field=field)
    if terms.amount is None and terms.upfront is None:
        raise BadInput("Terms need an amount, or a sum up front", field="amount")
    if terms.amount is None and terms.last_amount is not None:
        raise BadInput("A last amount needs an amount for those before it", field="amount")
    if terms.amount is not None and terms.first_due is None:
        raise BadInput("Say when the first instalment is due", field="first_due")


def _is_open_ended(terms: Terms) -> bool:
    return terms.count is None and terms.until is None and terms.cadence.unit is not Unit.ONCE


def _regular(terms: Terms, amount: int, first_due: date) -> tuple[list[date], list[int]]:
    """The due dates and amounts before any deferral."""
    dues = _dues(terms, first_due, terms.count, terms.until)
    last = amount if terms.last_amount is None else terms.last_amount
    return dues, [amount] * (len(dues) - 1) + [last]


def _to_clear(
    terms: Terms, amount: int, first_due: date, made_on: date, balance: int, accrues: Rates
) -> list[tuple[Slot, int]]:
    """As many instalments as it takes until nothing is owed, with what a deferral makes of them."""
    owed = balance - (terms.written_off or 0) - (terms.fees_waived or 0)
    begun = Running(owed, made_on, accrues, terms.cadence, first_due.day)
    upfront = upfront_of(terms, made_on)
    until = terms.defer_until or date.min
    possible = slots(terms, first_due)
    if terms.deferral in (None, Deferral.EXTEND_TERM):
        _check_deferral(first_due, until)
        possible = dropwhile(lambda slot: slot.due_on < until, possible)
    found = until_cleared(replace(begun), amount, possible, upfront)
    kept = [each for each in found if each[0].due_on >= until]
    if len(kept) == len(found):
        if found and terms.last_amount is not None:
            found[-1] = (found[-1][0], terms.last_amount)
        return found
    if not kept:
        raise _nothing_after(until, found[-1][0].due_on)
    if terms.deferral is Deferral.LAST_INSTALMENT:
        return with_the_rest_last(begun, kept, upfront)
    return raised(begun, [slot for slot, _ in kept], upfront)


def upfront_of(terms: Terms, made_on: date) -> Promised | None:
    """The sum up front, on its day."""
    if terms.upfront is None:
        return None
    return Promised(terms.upfront_on or made_on, terms.upfront)


def slots(terms: Terms, first_due: date) -> Iterator[Slot]:
    """The days on which instalments can fall due, as far as any may."""
    latest = add_months(first_due, 12 * LONGEST_YEARS)
    for k in count():
        nominal = unadjusted(terms.cadence, first_due, k)
        if nominal > latest:
            return
        yield Slot(adjust(nominal, _rule(terms), terms.holidays), nominal)


def _deferred(
    terms: Terms, first_due: date, defer_until: date, dues: list[date], amounts: list[int]
) -> tuple[list[date], list[int]]:
    """The due dates and amounts when nothing falls due before `defer_until`."""
    dropped = sum(due < defer_until for due in dues)
    if not dropped:
        return dues, amounts
    if terms.deferral in (None, Deferral.EXTEND_TERM):
        return _extended(terms, first_due, defer_until, len(dues)), amounts
    if dropped == len(dues):
        raise _nothing_after(defer_until, dues[-1])
    kept = amounts[dropped:]
    if terms.deferral is Deferral.LAST_INSTALMENT:
        return dues[dropped:], [*kept[:-1], kept[-1] + sum(amounts[:dropped])]
    return dues[dropped:], money.split(sum(amounts), len(kept))


def _nothing_after(defer_until: date, last_due: date) -> BadInput:
    return BadInput(
        f"The deferral until {full(defer_until)} leaves no instalment after it "
        f"(the last is due on {full(last_due)}); it must end earlier, or extend the term",
        field="defer_until",
    )


def _extended(terms: Terms, first_due: date, defer_until: date, count: int) -> list[date]:
    """So many due dates, counted as before, from the first that is not before `defer_until`."""
    if terms.cadence.unit is Unit.ONCE:
        # What is due once has no later date to go to; and no weekend rule may bring it forward.
        rule = WeekendRule.NONE if _rule(terms) is WeekendRule.NONE else WeekendRule.FOLLOWING
        return [adjust(defer_until, rule, terms.holidays)]
    skipped = _skipped(terms, first_due, defer_until)
    return _dues(terms, first_due, skipped + count, None)[skipped:]


def _skipped(terms: Terms, first_due: date, defer_until: date) -> int:
    """How many due dates a deferral drops where the term becomes longer by as many."""
    _check_deferral(first_due, defer_until)
    skipped = 0
    while _due(terms, first_due, skipped) < defer_until:
        skipped += 1
    return skipped


def _check_deferral(first_due: date, defer_until: date) -> None:
    if defer_until > add_months(first_due, 12 * LONGEST_YEARS):
        raise BadInput(
            f"The deferral ends more than {LONGEST_YEARS} years after the first due date",
            field="defer_until",
        )


def _dues(terms: Terms, first_due: date, count: int | None, until: date | None) -> list[date]:
    return due_dates(
        terms.cadence,
        first_due,
        count=count,
        until=until,
        weekend=_rule(terms),
        country=terms.holidays,
    )


def _due(terms: Terms, first_due: date, k: int) -> date:
    return adjust(unadjusted(terms.cadence, first_due, k), _rule(terms), terms.holidays)


def _rule(terms: Terms) -> WeekendRule:
    return terms.weekend or WeekendRule.NONE


def sentences(terms: Terms, currency: str, locale: str = "en_GB") -> list[str]:
    """The terms in plain English, a sentence for each thing said; amounts in the locale's form."""

    def shown(amount: int) -> str:
        return money.format(amount, currency, locale)

    said = [_payments(terms, shown(terms.amount) if terms.amount is not None else "")]
    if terms.last_amount is not None:
        said[0] = f"{said[0] or 'Instalments'}; the last one {shown(terms.last_amount)}"
    if terms.upfront is not None:
        on = f" on {full(terms.upfront_on)}" if terms.upfront_on else ""
        said.append(f"{shown(terms.upfront)} up front{on}")
    elif terms.upfront_on is not None:
        said.append(f"A sum up front on {full(terms.upfront_on)}")
    said += [_deferral(terms), _accrual(terms), _interest(terms, locale)]
    if terms.fees_waived is not None:
        said.append(f"{shown(terms.fees_waived)} of fees waived")
    if terms.written_off is not None:
        said.append(f"{shown(terms.written_off)} written off")
    said.append(_workdays(terms))
    if terms.grace_days is not None:
        said.append(f"{terms.grace_days} {'day' if terms.grace_days == 1 else 'days'} of grace")
    if terms.paid_by is not None:
        through = "through a" if terms.paid_by is PaidBy.PROVIDER else "by"
        said.append(f"Paid {through} {terms.paid_by}")
    return [f"{sentence}." for sentence in said if sentence]


def _payments(terms: Terms, amount: str) -> str:
    """What falls due, how often, from when and how long; empty where nothing of it was said."""
    once = terms.cadence.unit is Unit.ONCE
    ends = terms.first_due or terms.count is not None or terms.until
    if not amount and once and not ends:
        return ""
    text = ""
    if terms.first_due:
        text += f", on {full(terms.first_due)}" if once else f" from {full(terms.first_due)}"
    if terms.until:
        text += f" until {full(terms.until)}"
    if terms.count is not None and not once:
        text += f", {terms.count} {'time' if terms.count == 1 else 'times'}"
    if amount and not once and terms.count is None and terms.until is None:
        text += " until the balance is paid"
    # After a list of days the sentence takes breath.
    comma = "," if terms.cadence.days and text and not text.startswith(",") else ""
    return f"{amount or 'Instalments'} {describe(terms.cadence)}{comma}{text}"


def _deferral(terms: Terms) -> str:
    treatment = {
        Deferral.LAST_INSTALMENT: "what is deferred is added to the last instalment",
        Deferral.RAISE_INSTALMENTS: "the instalments after it make up for those that it leaves out",
        Deferral.EXTEND_TERM: "the term becomes longer by as much",
    }
    if terms.defer_until is None:
        return f"In a deferral, {treatment[terms.deferral]}" if terms.deferral else ""
    how = treatment[terms.deferral or Deferral.EXTEND_TERM]
    return f"Nothing is due before {full(terms.defer_until)}; {how}"


def _accrual(terms: Terms) -> str:
    if terms.interest_accrues is None:
        return ""
    if not terms.interest_accrues:
        return "No interest accrues during the deferral"
    # Instalments that go on until nothing is owed pay it too; so many or until a day do not.
    is_counted = terms.amount is not None and not _is_open_ended(terms)
    apart = "; what it comes to is not in these instalments" if is_counted else ""
    return f"Interest accrues during the deferral{apart}"


def _interest(terms: Terms, locale: str) -> str:
    start = f" from {full(terms.apr_from)}" if terms.apr_from else ""
    end = f" until {full(terms.apr_until)}" if terms.apr_until else ""
    if terms.apr is None:
        return f"The debt's own interest rate{start}{end}" if start or end else ""
    rate = f"Interest at {_percent(terms.apr, locale)}" if terms.apr else "No interest"
    return f"{rate}{start}{end}{',' if start or end else ''} while it is kept"


def _percent(rate: Decimal, locale: str) -> str:
    from babel.numbers import format_decimal

    return f"{format_decimal(rate, '0.######', locale)} %"


def _workdays(terms: Terms) -> str:
    """What the weekend rule does, and whose public holidays count."""
    moves = {
        WeekendRule.FOLLOWING: "move to the next working day",
        WeekendRule.PRECEDING: "move to the working day before",
        WeekendRule.MODIFIED_FOLLOWING: "move to the next working day in the same month, "
        "or else to the one before",
    }
    holidays = f"public holidays of {terms.holidays}" if terms.holidays else ""
    if terms.weekend is None:
        return f"The {holidays} are no working days" if holidays else ""
    when = f"weekends and {holidays}" if holidays else "weekends"
    return f"Due dates on {when} {moves.get(terms.weekend, 'stay where they are')}"
