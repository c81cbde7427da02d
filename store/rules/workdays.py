"""Working days: which days are none, and where a due date goes that falls on one."""

from __future__ import annotations

from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache

from store.rules.errors import BadInput

_DAY = timedelta(days=1)
_SATURDAY = 5


class WeekendRule(StrEnum):
    """Where a due date goes that is no working day."""

    NONE = "none"
    FOLLOWING = "following"
    PRECEDING = "preceding"
    MODIFIED_FOLLOWING = "modified following"


@lru_cache(maxsize=512)
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country (`GB`) or a part of it (`GB-SCT`) in that year.

    A country alone gives those that all its parts share. Raises BadInput for an unknown one.
    """
    import holidays

    nation, _, part = country.partition("-")
    try:
        if nation not in holidays.list_supported_countries(include_aliases=True):
            raise KeyError(nation)
        days = holidays.country_holidays(nation, subdiv=part or None, years=year)
    except (NotImplementedError, KeyError):
        raise BadInput(
            f"No public holidays are known for {country!r}; write a country such as GB or GB-SCT",
            field="holidays",
        ) from None
    # Observed days can spill over into the years beside the one that was asked for.
    return frozenset(day for day in days if day.year == year)


def is_workday(day: date, country: str | None) -> bool:
    """Whether the day is neither a Saturday or Sunday nor a public holiday of the country."""
    if day.weekday() >= _SATURDAY:
        return False
    return country is None or day not in public_holidays(country, day.year)


def adjust(day: date, rule: WeekendRule, country: str | None) -> date:
    """The day itself if it is a working day, else the one that the rule moves it to.

    *Modified following* turns back where the next working day is in another month.
    """
    if rule is WeekendRule.NONE:
        return day
    if rule is WeekendRule.PRECEDING:
        return _nearest(day, -_DAY, country)
    moved = _nearest(day, _DAY, country)
    if rule is WeekendRule.MODIFIED_FOLLOWING and moved.month != day.month:
        return _nearest(day, -_DAY, country)
    return moved


def _nearest(day: date, step: timedelta, country: str | None) -> date:
    while not is_workday(day, country):
        day += step
    return day
