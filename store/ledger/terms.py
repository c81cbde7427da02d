"""Terms between their table columns and the shape that the rules use."""

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select

from store.ledger.facts import one, rows
from store.records import schema
from store.records.database import Reading
from store.rules import cadence
from store.rules import terms as term_rules
from store.rules.accrual import Rates
from store.rules.terms import Deferral, PaidBy, Terms
from store.rules.workdays import WeekendRule

if TYPE_CHECKING:
    from store.records.tables import TermsColumns


def of_record(record: "TermsColumns | Row[*tuple[Any, ...]]") -> Terms:
    """The terms that an offer or agreement holds, as a record or as a row."""
    # A row is a tuple, and these have a `count` of their own.
    count = record._mapping["count"] if isinstance(record, Row) else record.count
    return Terms(
        amount=record.amount,
        cadence=cadence.parse(record.every or "once", days_from_text(record.days)),
        first_due=record.first_due,
        count=count,
        until=record.until,
        last_amount=record.last_amount,
        upfront=record.upfront,
        upfront_on=record.upfront_on,
        defer_until=record.defer_until,
        deferral=Deferral(record.deferral) if record.deferral else None,
        interest_accrues=record.interest_accrues,
        apr=Decimal(record.apr) if record.apr is not None else None,
        apr_from=record.apr_from,
        apr_until=record.apr_until,
        fees_waived=record.fees_waived,
        written_off=record.written_off,
        weekend=WeekendRule(record.weekend) if record.weekend else None,
        holidays=record.holidays,
        grace_days=record.grace_days,
        paid_by=PaidBy(record.paid_by) if record.paid_by else None,
    )


def to_columns(terms: Terms) -> dict[str, Any]:
    """The columns that hold `terms`, by name."""
    plain = ("amount", "first_due", "count", "until", "last_amount", "upfront", "upfront_on",
             "defer_until", "interest_accrues", "apr_from", "apr_until", "fees_waived",
             "written_off", "holidays", "grace_days")  # fmt: skip
    words = ("deferral", "weekend", "paid_by")
    every = cadence.to_text(terms.cadence)
    return {
        **{name: getattr(terms, name) for name in plain},
        **{name: str(getattr(terms, name)) if getattr(terms, name) else None for name in words},
        "every": None if every == "once" else every,
        "days": days_to_text(terms.cadence.days),
        "apr": None if terms.apr is None else rate_to_text(terms.apr),
    }


def rates(session: Reading, debt_id: int, terms: Terms, made_on: date) -> Rates:
    """The rates of a debt under terms: its own, where they say none; paused by moratoriums."""
    debt = one(session, schema.debt, debt_id)
    moratorium = schema.moratorium
    found = rows(session, select(moratorium).where(moratorium.c.debt_id == debt_id))
    paused = [(each.starts_on, each.ends_on) for each in found]
    own = None if debt.apr is None else Decimal(debt.apr)
    return term_rules.rates(terms, own, made_on, paused)


def rate_to_text(rate: Decimal) -> str:
    """A rate in per cent as the ledger holds it: plain digits, no trailing zeros."""
    text = f"{rate:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def days_to_text(days: tuple[int, ...]) -> str | None:
    """The days of a month as a column holds them."""
    return ",".join(map(str, days)) or None


def days_from_text(text: str | None) -> tuple[int, ...]:
    """The days of a month from their column."""
    return tuple(int(day) for day in text.split(",")) if text else ()
