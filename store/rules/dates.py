"""Dates as people type and read them: ISO, the locale's form, names of months and days, `+3d`.

The clock is never read: whoever calls passes today in.
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta, timezone
from functools import lru_cache
from typing import NamedTuple

from store.rules.errors import BadInput

FIRST_YEAR, LAST_YEAR = 1900, 2200
"""The years that a typed date may lie in."""

_LONGEST = 60
_HINT = "write one such as 2026-11-27, 27 Nov, fri or +3d"
# Written out: the calendar module's names follow the process's locale.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_WORDS = {"yesterday": -1, "today": 0, "tomorrow": 1}
_FILLERS = {"of", "de"}

_Names = tuple[tuple[str, int], ...]

SOON = 31
"""Days ahead within which a day without a year is not taken for last year's."""


class Look(NamedTuple):
    """Which way a date without its year is looked for; neither: the nearest."""

    past: bool
    ahead: bool


def parse(
    text: str,
    today: date,
    locale: str = "en_GB",
    *,
    past: bool = False,
    ahead: bool = False,
    field: str | None = None,
) -> date:
    """The date that a person typed, seen from today.

    Without a year it is the nearest such date to today; a weekday is the next one, today included.
    With `past` both look back instead, with `ahead` forward, today included; anything more exact is
    taken as it is. Two digits of a year are of the nearest one. Raises BadInput where the text is
    no date, the day does not exist in the year that is meant, the year is outside 1900 to 2200, or
    (with `past`, without a year) the day comes within the next month: last year's is rarely meant.
    """
    try:
        day = _read(_plain(text), text, today, locale, Look(past, ahead))
    except BadInput as error:
        raise BadInput(error.message, field=field) from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise BadInput(_outside(day.year), field=field)
    return day


def moment(
    text: str, now: datetime, locale: str = "en_GB", *, field: str | None = None
) -> datetime:
    """The moment that a person typed, seen from `now` (aware): `now`, `yesterday 15:30`, `9:15`.

    A day alone is taken at noon, or now if it is today. Raises BadInput as `parse` does, and for a
    time that no clock shows.
    """
    if text.strip().casefold() == "now":
        return now
    found = re.search(r"(?:^|\s)(\d{1,2}):(\d{2})\s*$", text)
    if found is None:
        day, at = parse(text, now.date(), locale, past=True, field=field), time(12)
        if day == now.date():
            return now
    else:
        hour, minute = int(found[1]), int(found[2])
        if hour > 23 or minute > 59:
            raise BadInput(f"There is no time {found[0].strip()}; write it as 15:30", field=field)
        words = text[: found.start()].strip() or "today"
        day, at = parse(words, now.date(), locale, past=True, field=field), time(hour, minute)
    # By this computer's clock: another season may have another offset.
    return datetime.combine(day, at).astimezone()


def short(day: date, today: date) -> str:
    """The date for a list: `Fri 27 Nov`, with the year where it is not today's."""
    year = "" if day.year == today.year else f" {day.year}"
    return f"{_DAYS[day.weekday()][:3]} {day.day} {_MONTHS[day.month - 1][:3]}{year}"


def full(day: date) -> str:
    """The date for a sentence: `27 November 2026`."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def relative(day: date, today: date) -> str:
    """How far off the date is: `today`, `tomorrow`, `in 4 days`, `3 days ago`."""
    away = (day - today).days
    for word, offset in _WORDS.items():
        if away == offset:
            return word
    return f"in {away} days" if away > 0 else f"{-away} days ago"


def add_months(day: date, months: int) -> date:
    """The same day of the month that many months on (or back), or that month's last day.

    Raises BadInput beyond the years that a date can have.
    """
    from dateutil.relativedelta import relativedelta

    try:
        return day + relativedelta(months=months)
    except (ValueError, OverflowError):
        raise BadInput(_outside(day.year + months // 12)) from None


def months_taken(since: date, days: Sequence[date]) -> int | None:
    """How many calendar months it is until the last of some days, from a day on; None without any.

    The month of `since` counts where one of them falls in it (or before), so that twelve monthly
    payments take twelve months.
    """
    if not days:
        return None
    first, last = min(days), max(days)
    begun = (first.year, first.month) <= (since.year, since.month)
    return max(1, (last.year - since.year) * 12 + last.month - since.month + begun)


def months_before(day: date, months: int, anchor: int) -> date:
    """The same day of the month that many months before.

    A day that its month cut short stands for the `anchor`, a day of the month (1 to 31).
    """
    found = add_months(day, -months)
    if anchor > day.day == _last_day(day):
        return found.replace(day=min(anchor, _last_day(found)))
    return found


def _last_day(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _read(plain: str, text: str, today: date, locale: str, look: Look) -> date:
    if len(text) > _LONGEST:
        raise BadInput(f"A date has at most {_LONGEST} characters; {_HINT}")
    if not plain:
        raise BadInput(f"Type a date; {_HINT}")
    if plain in _WORDS:
        return _moved(today, _WORDS[plain], "d")
    if offset := re.fullmatch(r"([+-]) ?(\d{1,4}) ?([dwmy])", plain):
        sign, count, unit = offset.groups()
        return _moved(today, int(sign + count), unit)
    parts = [part for part in re.split(r"[\s,./-]+", plain) if part and part not in _FILLERS]
    numbers = [part for part in parts if part.isdecimal()]
    if len(numbers) == len(parts) in (2, 3) and re.match(r"\d", plain):
        return _numeric(parts, text, today, locale, look)
    if len(parts) in (2, 3) and _is_name(parts[0]):
        parts[:2] = parts[1], parts[0]
    if len(parts) in (2, 3) and _is_name(parts[1]):
        return _named(parts, text, today, locale, look)
    if not numbers and (weekday := _find(" ".join(parts), locale, "days", text)) is not None:
        away = (weekday - today.weekday()) % 7
        return _moved(today, away - 7 if look.past and away else away, "d")
    raise BadInput(_not_a_date(text))


def _moved(today: date, count: int, unit: str) -> date:
    if unit in "my":
        return add_months(today, count * (12 if unit == "y" else 1))
    try:
        return today + timedelta(days=count * (7 if unit == "w" else 1))
    except OverflowError:
        raise BadInput(f"Dates run from {FIRST_YEAR} to {LAST_YEAR}") from None


def _numeric(parts: list[str], text: str, today: date, locale: str, look: Look) -> date:
    """Two or three numbers: the year is where four digits stand, the rest in the locale's order."""
    if len(parts[0]) == 4:
        order = "ymd"
    elif len(parts) == 2 or len(parts[-1]) == 4:
        order = _orders(locale)[1]
    else:
        order = _orders(locale)[0]
    found = dict(zip(order, parts, strict=False))
    if len(found["m"]) > 2 or len(found.get("d", "too long")) > 2:
        raise BadInput(_not_a_date(text))
    month = int(found["m"])
    if not 1 <= month <= 12:
        names = {"d": "day", "m": "month", "y": "year"}
        raise BadInput(f"There is no month {month}; a date is {'/'.join(names[k] for k in order)}")
    return _dated(int(found["d"]), month, found.get("y", ""), text, today, look)


def _named(parts: list[str], text: str, today: date, locale: str, look: Look) -> date:
    """A day's number, a month's name and perhaps a year."""
    day = re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th|er|º)?", parts[0])
    month = _find(parts[1], locale, "months", text)
    if day is None or month is None:
        raise BadInput(_not_a_date(text))
    return _dated(int(day[1]), month + 1, "".join(parts[2:]), text, today, look)


def _dated(day: int, month: int, year: str, text: str, today: date, look: Look) -> date:
    """The day in the year that was typed: in full, two digits of it, or none."""
    if not re.fullmatch(r"\d{4}|\d{2}|", year):
        raise BadInput(_not_a_date(text))
    if len(year) == 2:
        centuries = range(FIRST_YEAR + int(year), LAST_YEAR + 1, 100)
        years = [min(centuries, key=lambda each: abs(each - today.year))]
    elif year:
        years = [int(year)]
    else:
        years = list(range(max(1, today.year - 1), min(9999, today.year + 1) + 1))
    if year and not FIRST_YEAR <= years[0] <= LAST_YEAR:
        raise BadInput(_outside(years[0]))
    lengths = {each: calendar.monthrange(each, month)[1] for each in years}
    # A day that a month lacks is nearest to that month's end.
    days = [date(each, month, max(1, min(day, length))) for each, length in lengths.items()]
    meant = days[0] if year else _meant(days, today, look)
    if meant.day != day:
        when = f"{_MONTHS[month - 1]} {meant.year}"
        raise BadInput(f"There is no day {day} in {when}; it has {lengths[meant.year]} days")
    return meant


def _meant(days: list[date], today: date, look: Look) -> date:
    """Which of the same day in some years is meant."""
    # Of two that are equally near, the one to come.
    nearest = min(days, key=lambda each: (abs(each - today), today > each))
    if look.past and nearest > today:
        if (nearest - today).days <= SOON:
            raise BadInput(f"{short(nearest, today)} is still to come; for another year, write it")
        return max((each for each in days if each < today), default=nearest)
    if look.ahead and nearest < today:
        return min((each for each in days if each > today), default=nearest)
    return nearest


def _is_name(part: str) -> bool:
    return not any(letter.isdigit() for letter in part)


def _find(word: str, locale: str, kind: str, text: str) -> int | None:
    """The number from 0 of the day or month whose name this is or begins (three letters or more).

    The locale's names come before the English ones; BadInput where it begins more than one.
    """
    folded = _fold(word)
    for names in (_local_names(locale, kind), _english_names(kind)):
        exact = {number for name, number in names if name == folded}
        begun = {number for name, number in names if name.startswith(folded)}
        for found in (exact, begun):
            if len(found) == 1 and len(folded) >= 3:
                return found.pop()
        if begun and len(folded) >= 3:
            raise BadInput(f"{text!r} can mean more than one of the {kind}; write more of the name")
    return None


def _english_names(kind: str) -> _Names:
    names = _DAYS if kind == "days" else _MONTHS
    return tuple((name.casefold(), number) for number, name in enumerate(names))


@lru_cache(maxsize=32)
def _local_names(locale: str, kind: str) -> _Names:
    """The locale's own names of days (Monday is 0) or months (January is 0), folded."""
    from babel import Locale

    known = Locale.parse(locale)
    contexts = known.days if kind == "days" else known.months
    start = 0 if kind == "days" else 1
    return tuple(
        (_fold(name), number - start)
        for context in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in contexts[context][width].items()
    )


def is_day_first(locale: str) -> bool:
    """Whether the locale writes the day before the month where the year does not come first."""
    order = _orders(locale)[1]
    return order.index("d") < order.index("m")


@lru_cache(maxsize=32)
def _orders(locale: str) -> tuple[str, str]:
    """The order of the numbers in the locale's dates, such as `dmy`; and where the year is last."""
    from babel import Locale

    def order(pattern: str, letters: str) -> str:
        bare = re.sub("'[^']*'", "", pattern).replace("L", "M")
        return "".join(sorted(letters, key=bare.find)).casefold()

    known = Locale.parse(locale)
    usual = order(known.date_formats["short"].pattern, "yMd")
    if not usual.startswith("y"):
        return usual, usual.replace("y", "") + "y"
    # Where the year is first, day and month may turn round without it: 2026-11-27, but 27/11.
    return usual, order(known.datetime_skeletons["Md"].pattern, "Md") + "y"


def _plain(text: str) -> str:
    """The text in small letters, with ASCII digits, one kind of space and minus."""
    letters = (
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter
        for letter in text
        if unicodedata.category(letter) != "Cf"
    )
    return " ".join("".join(letters).replace("−", "-").casefold().split())


def _fold(word: str) -> str:
    """The word without accents, dots and capitals, so that `fevr` finds `févr.`."""
    apart = unicodedata.normalize("NFKD", word.casefold().replace(".", ""))
    return "".join(letter for letter in apart if unicodedata.category(letter) != "Mn").strip()


def _not_a_date(text: str) -> str:
    return f"{text!r} is not a date; {_HINT}"


def _outside(year: int) -> str:
    return f"Dates run from {FIRST_YEAR} to {LAST_YEAR}, not {year}"


def local(at: datetime, utc_offset: int) -> datetime:
    """A moment as the clock on the wall had it, `utc_offset` minutes from UTC."""
    return at.astimezone(timezone(timedelta(minutes=utc_offset)))
