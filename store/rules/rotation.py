"""Which of many dated copies are kept: the newest of each of some days, weeks and months."""

from collections.abc import Iterable
from datetime import datetime

DAYS, WEEKS, MONTHS = 7, 4, 12


def kept(made: Iterable[datetime]) -> set[datetime]:
    """Of the moments at which copies were made, those whose copies are kept.

    The newest copy of each of the last 7 days that have one, of the last 4 weeks (from Monday on)
    and of the last 12 months; days without a copy do not count.
    """
    newest_first = sorted(set(made), reverse=True)
    found: set[datetime] = set()
    for most, period in (
        (DAYS, lambda moment: moment.date().toordinal()),
        (WEEKS, lambda moment: moment.isocalendar()[:2]),
        (MONTHS, lambda moment: (moment.year, moment.month)),
    ):
        newest: dict[object, datetime] = {}
        for moment in newest_first:
            newest.setdefault(period(moment), moment)
        found.update(list(newest.values())[:most])
    return found
