"""Dates and amounts as people and banks write them, and how all of a file tell which way it is.

`03/04/2024` alone may be March or April, and `1.234` a thousand or a little more than one: what
the other values of the file are decides.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import Literal, NamedTuple

from store.exchange.statements.values import (
    currency_of_sign,
    impossible,
    in_bounds,
    minor_units,
    not_an_amount,
    shown,
    wrong,
)
from store.rules import money

Order = Literal["dmy", "mdy", "ymd"]
Mark = Literal[".", ","]

_ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")
# The beginnings of the months in English, German, French, Dutch, Spanish, Italian and Polish.
_MONTHS = (
    *("jan gen ene sty", "feb fev lut", "mar mrz mae maa mrt", "apr avr abr kwi"),
    *("may mai mei mag maj", "jun juin giu cze", "jul juil lug lip", "aug aou ago sie"),
    *("sep set wrz", "oct okt ott paz out", "nov lis", "dec dez dic gru"),
)
_MONTH = {word: number for number, words in enumerate(_MONTHS, 1) for word in words.split()}
_TIME = r"(?:[T ,]+\d{1,2}[:.h]\d{2}.*)?"
_NUMBERS = re.compile(rf"(\d{{1,4}})\s*([-/.'])\s*(\d{{1,2}})\s*[-/.']\s*(\d{{1,4}}){_TIME}")
_COMPACT = re.compile(rf"(\d{{8}})(?:\d{{4}}|\d{{6}})?{_TIME}")
_NAMED = re.compile(
    rf"(\d{{1,2}})(?:st|nd|rd|th|er)?[-/. ]*([^\W\d_]{{3,12}})\.?[-/., ']*(\d{{4}}|\d{{2}}){_TIME}"
)
_NAME_FIRST = re.compile(
    rf"([^\W\d_]{{3,12}})\.?[-/ ]*(\d{{1,2}})(?:st|nd|rd|th)?[-/, ]+(\d{{4}}|\d{{2}}){_TIME}"
)
_WEEKDAY = re.compile(r"[^\W\d_]{2,10}[.,]*\s+(?=\d)")

_LONGEST = 60
_MOST_YEARS = 12

_UNCLEAR = re.compile(r"(?<!\d)[1-9]\d{0,2}[.,]\d{3}(?!\d)", re.ASCII)
_PLAIN = {
    ".": re.compile(r"([+-]?)(\d+)(?:\.(\d+))?", re.ASCII),
    ",": re.compile(r"([+-]?)(\d+)(?:,(\d+))?", re.ASCII),
}
_SHAPE = re.compile(
    r"(\()?([^\d+\-().,]*)([+-]?)([^\d+\-().,]*)"
    r"(\d(?:[\d.,' ]*\d)?[.,]?|[.,]\d+) ?([+-]?)([^\d+\-().,]*)(\))?",
    re.ASCII,
)
_TRANSLATED = str.maketrans("−–‐‑’‘´`\xa0\u202f\u2009", "----'''' " + "  ")
_OUT = {"dr", "d", "s", "db"}
_IN = {"cr", "c", "h"}


class Written(NamedTuple):
    """An amount as it stands: minor units are not known before its currency is."""

    negative: bool
    whole: str
    fraction: str
    sign: str
    """The currency's sign or code beside it; empty where there is none."""


def order_of(texts: Iterable[str], day_first: bool, others: Iterable[str] = ()) -> Order:
    """The order that all the dates can have, else the one that most can.

    Where day and month can change places in all, the order in which the dates of a file follow
    each other; where that holds of both, `day_first`. `others` are dates of other columns.
    """
    preferred: Order = "dmy" if day_first else "mdy"
    orders = sorted(_ORDERS, key=lambda order: order != preferred)
    counts = dict.fromkeys(orders, 0)
    own = [text for text in texts if text]
    may_begin_with_year = all(re.match(r"\d\d-", text) for text in own)
    if may_begin_with_year and [each for each in orders if _all_fit(own, each)] == ["ymd"]:
        return "ymd"
    for text in (*own, *others):
        # A year of four digits that comes first leaves no doubt.
        if re.match(r"\D*(19|20)\d\d", text) and day_of(text, "ymd") is not None:
            counts["ymd"] += 1
        else:
            for order in ("dmy", "mdy"):
                counts[order] += day_of(text, order) is not None
    most = max(counts.values())
    likely = [order for order in orders if counts[order] == most]
    following = [order for order in likely if _follow(own, order)]
    return (following or likely)[0]


def _follow(texts: list[str], order: Order) -> bool:
    """Whether the dates of a file follow each other, onward or back, in an order."""
    days = [day for text in texts if (day := day_of(text, order)) is not None]
    pairs = list(pairwise(days))
    return all(a <= b for a, b in pairs) or all(a >= b for a, b in pairs)


def _all_fit(texts: list[str], order: Order) -> bool:
    """Whether all are dates in this order, of so few years as a statement may have.

    `24-01-31` can be the 24th of a month too, but its neighbours then lie many years apart.
    """
    years = [day.year if (day := day_of(text, order)) else None for text in texts]
    found = [year for year in years if year is not None]
    return bool(found) and len(found) == len(years) and max(found) - min(found) <= _MOST_YEARS


def day_of(text: str, order: Order) -> date | None:
    """The day that is written, a weekday before it and a time after it aside; None for none."""
    return _remembered_day(text, order) if len(text) <= _LONGEST else None


@lru_cache(maxsize=16384)
def _remembered_day(text: str, order: Order) -> date | None:
    text = text.strip()
    try:
        day = _day(text, order) or _day(_WEEKDAY.sub("", text, count=1), order)
        return in_bounds(day) if day is not None else None
    except ValueError:
        return None


def _day(text: str, order: Order) -> date | None:
    if match := _NUMBERS.fullmatch(text):
        return _ordered(match[1], match[3], match[4], order, "'" in text)
    if match := _COMPACT.fullmatch(text):
        digits = match[1]
        if order == "ymd" or (digits[:2] in ("19", "20") and digits[4:6] <= "12"):
            return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
        return _ordered(digits[:2], digits[2:4], digits[4:], order, False)
    if match := _NAMED.fullmatch(text):
        return date(_year(match[3]), _month(match[2]), int(match[1]))
    if match := _NAME_FIRST.fullmatch(text):
        return date(_year(match[3]), _month(match[1]), int(match[2]))
    return None


def to_date(text: str, order: Order, line: int) -> date:
    """The day that is written. Raises BadInput with the line where it is none."""
    day = day_of(text, order)
    if day is None:
        raise wrong(line, f"{shown(text)} is no date" if text.strip() else "the date is missing")
    return day


def _ordered(first: str, second: str, third: str, order: Order, new: bool) -> date:
    if len(first) == 4:
        return date(int(first), int(second), int(third))
    if len(first) == 3 or (order == "ymd" and len(third) > 2):
        raise ValueError
    if order == "ymd":
        return date(_year(first), int(second), int(third))
    day, month = (first, second) if order == "dmy" else (second, first)
    return date(_year(third, new), int(month), int(day))


def _year(digits: str, new: bool = False) -> int:
    """The year; of two digits, one from 1970 to 2069, or this century's where it is `new`."""
    if len(digits) == 3:
        raise ValueError
    year = int(digits)
    if len(digits) == 4:
        return year
    return year + (2000 if new or year < 70 else 1900)


def _month(name: str) -> int:
    plain = unicodedata.normalize("NFKD", name.casefold())
    letters = "".join(letter for letter in plain if letter.isalpha())
    month = _MONTH.get(letters[:4]) or _MONTH.get(letters[:3])
    if month is None:
        raise ValueError
    return month


def decimal_mark(texts: Iterable[str], default: Mark = ".") -> Mark:
    """The decimal mark that most of the amounts have; the default where they do not tell."""
    votes = Counter(map(_mark_told, texts))
    if votes[","] == votes["."]:
        return default
    return "," if votes[","] > votes["."] else "."


def is_untold(texts: Collection[str]) -> bool:
    """Whether there is an amount like `1.234`, but none that tells the decimal mark."""
    return any("." in text for text in texts) and not any(map(_mark_told, texts))


def is_unclear(found: Written, text: str, currency: str) -> bool:
    """Whether `1.234`, which was read with decimals, may as well be a thousand."""
    is_likely = len(found.fraction) != 3 or money.exponent(currency) > 2
    return not is_likely and _mark_told(text) is None


def _mark_told(text: str) -> Mark | None:
    """The decimal mark that an amount alone tells."""
    marks = re.findall(r"[.,](?=\d)", text)
    if not marks:
        return None
    last: Mark = marks[-1]
    other: Mark = "," if last == "." else "."
    if len(set(marks)) == 2:
        return last
    if len(marks) > 1:
        return other
    return None if _UNCLEAR.search(text) else last


def written(text: str, decimal: str) -> Written | None:
    """An amount with marks for thousands, a sign before or after, brackets, or `CR` and `DR`.

    None where the text is no amount.
    """
    if len(text) > _LONGEST:
        return None
    if plain := _PLAIN[decimal].fullmatch(text):
        return Written(plain[1] == "-", plain[2], plain[3] or "", "")
    shape = _SHAPE.fullmatch(text.translate(_TRANSLATED).strip())
    if shape is None or bool(shape[1]) != bool(shape[8]):
        return None
    minuses = [shape[3], shape[6]].count("-")
    if bool(shape[1]) + minuses > 1:
        return None
    negative, sign = bool(shape[1] or minuses), ""
    for word in f"{shape[2]} {shape[4]} {shape[7]}".split():
        name = word.casefold().rstrip(".")
        if name in _IN and not negative:
            continue
        if name in _OUT:
            negative = True
        elif sign or currency_of_sign(word, "SEK") is None:
            return None
        else:
            sign = word
    parts = _grouped(shape[5], decimal)
    return Written(negative, *parts, sign) if parts is not None else None


def amount(text: str, decimal: str, currency: str, line: int) -> int:
    """The minor units that are written, in this currency. Raises BadInput with the line."""
    found = written(text, decimal)
    if found is None:
        raise wrong(line, not_an_amount(text))
    if found.sign and currency_of_sign(found.sign, currency) != currency:
        raise wrong(line, f"{shown(text)} is not an amount in {currency}")
    if is_unclear(found, text, currency):
        raise wrong(line, f"{shown(text)} may have thousands or decimals")
    return units(found, text, currency, line)


def units(found: Written, text: str, currency: str, line: int) -> int:
    """The minor units of what was found in a text. Raises BadInput where it is too precise."""
    value = minor_units(found.whole, found.fraction, currency)
    if value is None:
        raise wrong(line, impossible(text, currency))
    return -value if found.negative else value


def _grouped(number: str, decimal: str) -> tuple[str, str] | None:
    """The digits before and after the decimal mark, or None where marks stand wrongly."""
    whole, _, fraction = number.partition(decimal)
    if fraction and not fraction.isdigit():
        return None
    marks = set(whole) - set("0123456789")
    if len(marks) > 1:
        return None
    if marks:
        mark = re.escape(marks.pop())
        thousands = rf"\d{{1,3}}({mark}\d{{3}})+"
        indian = rf"\d{{1,2}}({mark}\d{{2}})+{mark}\d{{3}}"
        if not re.fullmatch(f"{thousands}|{indian}", whole):
            return None
    return re.sub(r"\D", "", whole) or "0", fraction
