"""Values as files write them: text, amounts, currencies, and the place where one is wrong."""

import io
import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import lru_cache

from store.rules import money
from store.rules.dates import FIRST_YEAR, LAST_YEAR
from store.rules.errors import BadInput

Progress = Callable[[float], None]
"""Told how much of a file was read, from 0 to 1; it may raise to stop the reading."""

STEP = 1000
"""How many lines or records pass between two reports of progress."""

MOST_LINES = 100_000
"""Lines that a statement may have at most."""

PENDING = "the bank has not booked this yet"
"""The remark on a line that is only expected."""

UNCLEAR_CURRENCY = "is not clear, as a code such as SEK is"
"""What is wrong with a sign that several currencies have."""

_LONGEST_SHOWN = 40
_MOST_COMPARED = 100
_MOST_NAMED = 15
_DROPPED = {"Cc", "Cf", "Cs"}
_SIGNS = {"€": "EUR", "£": "GBP", "¥": "JPY", "zł": "PLN", "kč": "CZK", "ft": "HUF", "fr": "CHF"}
_DOLLARS = {"USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN"}
_CROWNS = {"SEK", "NOK", "DKK", "ISK"}


def numbered(text: str, progress: Progress) -> Iterator[tuple[int, str]]:
    """Each line of a text with its number, from 1; the progress is told every so often."""
    count = text.count("\n") + 1
    for number, line in enumerate(io.StringIO(text), 1):
        if number % STEP == 0:
            progress(number / count)
        yield number, line.removesuffix("\n")


def check_count(count: int) -> None:
    """Raises BadInput where a statement has more lines than are read."""
    if count > MOST_LINES:
        raise BadInput(
            f"the statement has more than {MOST_LINES:,} lines; download a shorter period"
        )


def wrong(line: int, text: str) -> BadInput:
    """What is wrong in a line of the file, as one sentence."""
    return BadInput(f"line {line}: {text}")


def shown(text: str) -> str:
    """A value of a file between quotation marks, cut where it is long."""
    plain = clean(text)
    return f"“{plain}”" if len(plain) <= _LONGEST_SHOWN else f"“{plain[:_LONGEST_SHOWN]}…”"


def listed(names: Sequence[str]) -> str:
    """Some names of a file, the first of them where there are many."""
    few = ", ".join(map(shown, names[:_MOST_NAMED]))
    return few if len(names) <= _MOST_NAMED else f"{few} and {len(names) - _MOST_NAMED} more"


def clean(text: str) -> str:
    """The text without control and invisible characters, each run of white space one space."""
    plain = " ".join(text.split())
    if plain.isprintable():
        return plain
    kept = (letter for letter in plain if unicodedata.category(letter) not in _DROPPED)
    return " ".join("".join(kept).split())


def in_bounds(day: date) -> date | None:
    """The day, if it is of a year that the ledger takes."""
    return day if FIRST_YEAR <= day.year <= LAST_YEAR else None


def joined(*parts: str) -> str:
    """The parts in a row, without those that are empty or already said."""
    if len(parts) > _MOST_COMPARED:
        return clean(" ".join(parts))
    said: list[str] = []
    for part in map(clean, parts):
        if part and not any(part in each for each in said):
            said.append(part)
    return " ".join(said)


def minor_units(whole: str, fraction: str, currency: str) -> int | None:
    """The minor units of digits before and after the mark; zeros at the end may be too many.

    None where there are more decimals than the currency has, or the amount is out of bounds.
    """
    places = money.exponent(currency)
    fraction = fraction.rstrip("0")
    if len(fraction) > places:
        return None
    amount = int(f"{whole}{fraction:0<{places}}")
    return amount if amount <= money.LARGEST else None


def plain_amount(text: str, currency: str, line: int) -> int:
    """The minor units of `-1234.56` or `-1234,56`, as formats for programs write amounts.

    Raises BadInput with the line for anything else, for an amount out of bounds or too precise,
    and for a comma that may part thousands.
    """
    match = re.fullmatch(r"([+-]?)([0-9]{1,30})(?:([.,])([0-9]{0,30}))?", text.strip())
    if match is None:
        raise wrong(line, not_an_amount(text))
    sign, whole, mark, fraction = match.groups(default="")
    if mark == "," and len(fraction) == 3 and money.exponent(currency) < 3:
        raise wrong(line, f"{shown(text)} can mean thousands or decimals")
    amount = minor_units(whole, fraction, currency)
    if amount is None:
        raise wrong(line, impossible(text, currency))
    return -amount if sign == "-" else amount


def not_an_amount(text: str) -> str:
    """What is wrong with a value that is no amount."""
    if not text.strip():
        return "the amount is missing"
    return f"{shown(text)} is not an amount, such as 1234.56"


def impossible(text: str, currency: str) -> str:
    """What is wrong with an amount that the currency cannot have."""
    places = money.exponent(currency)
    most = f"at most {places} decimals" if places else "no decimals"
    return f"{shown(text)} is too large or too precise: an amount in {currency} has {most}"


def currency_code(text: str, line: int) -> str:
    """The ISO 4217 code, in capitals. Raises BadInput with the line where there is no such one."""
    code = text.strip().upper()
    if not _known(code):
        raise wrong(line, f"{shown(text)} is no currency, such as EUR")
    return code


def currency_of_cell(text: str, default: str, line: int) -> str:
    """The currency that a cell of its own names, by a code or a sign. Raises BadInput for none."""
    return currency_of_sign(text, default) or currency_code(text, line)


@lru_cache(maxsize=256)
def currency_of_sign(sign: str, default: str) -> str | None:
    """The currency that a sign or code beside an amount means; the default's where it fits."""
    name = sign.strip().casefold().rstrip(".")
    if name.endswith("$"):
        return default if default in _DOLLARS else "USD"
    if name == "kr":
        return default if default in _CROWNS else None
    if name in _SIGNS:
        return _SIGNS[name]
    return name.upper() if _known(name.upper()) else None


@lru_cache(maxsize=256)
def _known(code: str) -> bool:
    return money.is_currency(code)
