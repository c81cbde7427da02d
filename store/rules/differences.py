"""In what two terms differ, for the moment when a paper says other than what was said."""

from collections.abc import Callable
from dataclasses import fields, replace
from datetime import date
from decimal import Decimal
from typing import Any

from store.rules import money
from store.rules.cadence import Cadence, describe
from store.rules.dates import full
from store.rules.terms import Deferral, PaidBy, Terms
from store.rules.workdays import WeekendRule

_NAMES = {
    "amount": "amount",
    "cadence": "how often",
    "first_due": "first due date",
    "count": "number of instalments",
    "until": "last day",
    "last_amount": "last instalment",
    "upfront": "sum up front",
    "upfront_on": "day of the sum up front",
    "defer_until": "end of the deferral",
    "deferral": "what becomes of what is deferred",
    "interest_accrues": "interest in the deferral",
    "apr": "interest rate",
    "apr_from": "start of the rate",
    "apr_until": "end of the rate",
    "fees_waived": "fees waived",
    "written_off": "written off",
    "weekend": "weekends",
    "holidays": "public holidays",
    "grace_days": "days of grace",
    "paid_by": "who pays",
}
_MONEY = frozenset({"amount", "last_amount", "upfront", "fees_waived", "written_off"})


def differences(before: Terms, after: Terms, currency: str, locale: str = "en_GB") -> list[str]:
    """Each thing that is said otherwise: `amount: £50.00, was £40.00`; none where all is alike.

    What was left unsaid and means the same when it is said, such as no rule for weekends, is alike.
    """

    def shown(name: str, value: Any) -> str:
        if value is None:
            return "not said"
        if name in _MONEY:
            return money.format(value, currency, locale)
        return _plain(value)

    found = []
    meant, means = _meant(before), _meant(after)
    for field in fields(Terms):
        was, now = getattr(before, field.name), getattr(after, field.name)
        if getattr(meant, field.name) != getattr(means, field.name):
            found.append(
                f"{_NAMES[field.name]}: {shown(field.name, now)}, was {shown(field.name, was)}"
            )
    return found


def _meant(terms: Terms) -> Terms:
    """The terms with what they mean where they are silent."""
    weekend = terms.weekend or WeekendRule.NONE
    return replace(
        terms,
        deferral=terms.deferral or Deferral.EXTEND_TERM,
        weekend=weekend,
        holidays=None if weekend is WeekendRule.NONE else terms.holidays,
        grace_days=terms.grace_days or 0,
        # A standing order is mine to give; what they may take themselves has to be agreed.
        paid_by=PaidBy.ME if terms.paid_by in (None, PaidBy.STANDING_ORDER) else terms.paid_by,
    )


_shown: dict[type, Callable[[Any], str]] = {
    bool: lambda value: "yes" if value else "no",
    date: full,
    Cadence: describe,
    Decimal: lambda value: f"{value:f} %",
}


def _plain(value: object) -> str:
    return _shown.get(type(value), str)(value)
