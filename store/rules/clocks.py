"""Clocks that run beside the promises: when something lapses, ends, or is due for a look.

Source: issue "Plan and negotiate". What follows is worded as "ask an adviser": no rule of law is
applied, only counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from store.rules.countries import Country
from store.rules.dates import add_months

NEAR = 0.8
"""The part of a limitation period after which it is worth knowing of."""

REVIEW = 6
"""Months after which a token payment is usually looked at again."""

TOKEN_MONTHS = 240
"""A payment that would take longer than this many months is a token."""


@dataclass(frozen=True, slots=True)
class Limitation:
    """How far the period of a debt has run: since when, and when it would be over."""

    since: date
    ends_on: date
    is_past: bool


def limitation(
    last_moves: list[date], country: Country, today: date, in_court: bool
) -> Limitation | None:
    """How far the limitation period has run, from 80 % of it on.

    `last_moves` are the days of payments and acknowledgements: each starts it anew. None before,
    where none is known, and for what a court has decided, which has a period of its own.
    """
    known = [day for day in last_moves if day <= today]
    if in_court or not known:
        return None
    since = max(known)
    start = date(since.year, 12, 31) if country.from_year_end else since
    ends_on = add_months(start, 12 * country.limitation)
    if (today - start).days < NEAR * (ends_on - start).days:
        return None
    return Limitation(since, ends_on, today >= ends_on)


def is_token(balance: int, monthly: int, monthly_interest: int) -> bool:
    """Whether a monthly payment hardly lowers a balance: 20 years or more, or never."""
    if balance <= 0 or monthly <= 0:
        return False
    return monthly <= monthly_interest or (monthly - monthly_interest) * TOKEN_MONTHS < balance


def review_on(made_on: date, last_contact: date | None) -> date:
    """The first half year of a token payment since they were last spoken to: so long it stays."""
    months = REVIEW
    while last_contact is not None and add_months(made_on, months) <= last_contact:
        months += REVIEW
    return add_months(made_on, months)


def days_left(ends_on: date | None, today: date) -> int | None:
    """The days of a moratorium that are left, its last one counted; None without an end."""
    return None if ends_on is None else (ends_on - today + timedelta(days=1)).days
