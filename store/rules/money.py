"""Money as an integer of minor units beside an ISO 4217 code: reading it, showing it, splitting it.

People type and see money by their locale's marks (`parse`, `format`); files hold it plainly, with a
dot (`from_text`, `to_text`). Nothing here ever rounds, and no float takes part.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import TYPE_CHECKING

from store.rules.errors import BadInput

if TYPE_CHECKING:
    from babel.numbers import NumberPattern

LARGEST = 10**15
"""The most minor units that one amount may have, either way."""

_LONGEST = 60
_EXCEPTIONS = {
    0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
    3: "BHD IQD JOD KWD LYD OMR TND",
    4: "CLF UYW",
}
_EXPONENTS = {code: places for places, codes in _EXCEPTIONS.items() for code in codes.split()}
# Signs that currencies share, the best known first: what people write beside their own money.
_SHARED_SIGNS = {
    "$": "USD CAD AUD NZD SGD HKD TWD MXN ARS CLP COP UYU JMD TTD BBD BSD BZD FJD NAD XCD",
    "£": "GBP GIP FKP SHP EGP LBP SDG SSP SYP",
    "¥": "JPY CNY",
    "kr": "SEK NOK DKK ISK",
    "rs": "INR PKR LKR NPR MUR SCR",
    "fr": "CHF XAF XOF XPF",
    "r": "ZAR",
    "zł": "PLN",
    "kč": "CZK",
    "ft": "HUF",
    "₽": "RUB",
    "₺": "TRY",
    "₴": "UAH",
    "₦": "NGN",
    "฿": "THB",
}
_PLAIN = str.maketrans("−٫．٬，،⹁’‘＇", "-..,,,,'''")
# A dot or comma opens the number only where no letter is before it ("Rs.50" is fifty).
_SHAPE = re.compile(
    r"(?P<minus>-)?(?P<head>[^\d-]*?)(?P<late_minus>-)? ?"
    r"(?P<number>(?<![^\W\d_])[.,]\d+|\d(?:[\d., ']*\d)?)(?P<tail>\D*)"
)
_UNCLEAR = re.compile(r"[1-9]\d{0,2}[.,]\d{3}")


def exponent(currency: str) -> int:
    """How many decimals the currency has: 2 for GBP, 0 for JPY, 3 for KWD (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def is_currency(code: str) -> bool:
    """Whether the code is three capital letters of ISO 4217, in use or once in use."""
    from babel.numbers import is_currency as known

    return bool(re.fullmatch("[A-Z]{3}", code)) and known(code)


def parse(
    text: str,
    currency: str,
    locale: str = "en_GB",
    *,
    lowest: int = 1,
    field: str | None = None,
) -> int:
    """The minor units that a person typed: `50`, `£1,234.56`, `1 234,56 €`, `GBP 50`.

    The locale's marks are tried first, then the swapped ones. A minus or parentheses are read only
    where `lowest` (in minor units) is below zero. Raises BadInput where the text is no amount, has
    too many decimals, names another currency, can be read in two ways, or is below `lowest`.
    """
    if len(text) > _LONGEST:
        raise BadInput(f"An amount has at most {_LONGEST} characters", field=field)
    plain = _plain(text)
    if not plain:
        raise BadInput(f"Type an amount, such as {_example(currency)}", field=field)
    bracketed = plain.startswith("(") and plain.endswith(")")
    shape = _SHAPE.fullmatch(plain[1:-1].strip() if bracketed else plain)
    minuses = [*filter(None, shape.group("minus", "late_minus"))] if shape else []
    if shape is None or bracketed + len(minuses) > 1:
        raise BadInput(_not_an_amount(text, currency), field=field)
    for sign in (shape["head"], shape["tail"]):
        _check_sign(sign, text, currency, locale, field)
    amount = _number(shape["number"], text, currency, locale, field)
    negative = bracketed or bool(minuses)
    amount = -amount if negative else amount
    if amount < lowest or (negative and lowest >= 0):
        raise BadInput(_too_low(lowest, currency), field=field)
    return _within_bounds(amount, currency, field, locale)


def format(amount: int, currency: str, locale: str = "en_GB") -> str:
    """The amount (minor units) as people of the locale write it: `£1,234.56`, `1.234,56 €`."""
    pattern = _pattern(currency, locale)
    value = Decimal(amount).scaleb(-exponent(currency))
    return str(pattern.apply(value, locale, currency=currency, currency_digits=False))


def to_text(amount: int, currency: str) -> str:
    """The amount (minor units) as files hold it: `1234.56`, with all the currency's decimals."""
    places = exponent(currency)
    digits = f"{abs(amount):0{places + 1}d}"
    sign = "-" if amount < 0 else ""
    return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"


def from_text(text: str, currency: str, *, field: str | None = None) -> int:
    """The minor units in a file's plain text, the inverse of `to_text`; fewer decimals will do.

    Raises BadInput for anything but ASCII digits with an optional minus and an optional dot.
    """
    match = re.fullmatch(r"(-?)([0-9]{1,40})(?:\.([0-9]{1,40}))?", text)
    if match is None:
        raise BadInput(_not_an_amount(text, currency), field=field)
    sign, whole, fraction = match.groups(default="")
    amount = _minor_units(whole, fraction, currency)
    if amount is None:
        raise BadInput(_too_precise(text, currency), field=field)
    return _within_bounds(-amount if sign else amount, currency, field)


def nearest(amount: Fraction) -> int:
    """The nearest minor unit; a half goes up."""
    return (amount + Fraction(1, 2)).__floor__()


def split(total: int, parts: int) -> list[int]:
    """The total in equal parts that sum to it exactly; the last one takes the remainder.

    Raises BadInput where there are no parts to split it over.
    """
    if parts < 1:
        raise BadInput("An amount is split over at least 1 part")
    each = total // parts
    return [each] * (parts - 1) + [total - each * (parts - 1)]


@lru_cache(maxsize=128)
def _pattern(currency: str, locale: str) -> NumberPattern:
    from babel import Locale
    from babel.numbers import parse_pattern

    # Parsed anew from its text: the locale's own pattern object is shared and must not be changed.
    pattern = parse_pattern(Locale.parse(locale).currency_formats["standard"].pattern)
    # CLDR counts the decimals in use, which are not always those of ISO 4217 (IQD, MGA).
    pattern.frac_prec = (exponent(currency), exponent(currency))
    return pattern


def _plain(text: str) -> str:
    """The text with ASCII digits, one kind of space and apostrophe, and no invisible marks."""
    letters = []
    for letter in text:
        if letter.isdecimal():
            letters.append(str(unicodedata.decimal(letter)))
        elif letter.isspace():
            letters.append(" ")
        elif unicodedata.category(letter) != "Cf":
            letters.append(letter)
    return "".join(letters).translate(_PLAIN).strip()


def _check_sign(sign: str, text: str, currency: str, locale: str, field: str | None) -> None:
    """Pass a sign or code of this currency, or none; raise BadInput for any other."""
    name = _folded(sign)
    if not name or name == currency.casefold():
        return
    meant = _signs(locale).get(name, ())
    if currency in meant:
        return
    other = meant[0] if meant else name.upper()
    if meant or is_currency(other):
        raise BadInput(f"The amount is in {currency}, not {other}", field=field)
    raise BadInput(_not_an_amount(text, currency), field=field)


@lru_cache(maxsize=16)
def _signs(locale: str) -> dict[str, list[str]]:
    """What each sign may stand for; the locale's own meaning comes before the shared ones."""
    from babel import Locale

    shared = {_folded(sign): codes.split() for sign, codes in _SHARED_SIGNS.items()}
    own: dict[str, list[str]] = {}
    for code, sign in Locale.parse(locale).currency_symbols.items():
        own.setdefault(_folded(sign), []).append(code)
    # English knows A$ and R$ everywhere; but that a bare $ is American only a locale may say.
    english = {_folded(sign): [code] for code, sign in Locale("en").currency_symbols.items()}
    return english | shared | own


def _folded(sign: str) -> str:
    plain = _plain(unicodedata.normalize("NFKC", sign)).casefold()
    return plain.replace(" ", "").removesuffix(".")


def _number(number: str, text: str, currency: str, locale: str, field: str | None) -> int:
    """The minor units of digits and marks: the locale's reading, else the swapped one."""
    decimal, group = _marks(locale)
    other = "," if decimal == "." else "."
    by_locale = _reading(number, decimal, f" '{group}")
    amount = _minor_units(*by_locale, currency) if by_locale else None
    if amount is not None:
        return amount
    if _UNCLEAR.fullmatch(number):
        whole = re.sub("[.,]", "", number)
        raise BadInput(
            f"{number} can mean {whole} or a number with 3 decimals; "
            f"write {whole}, or {_precision(currency)}",
            field=field,
        )
    swapped = [_reading(number, decimal, f" '{other}"), _reading(number, other, f" '{decimal}")]
    readings = [reading for reading in swapped if reading]
    for reading in readings:
        amount = _minor_units(*reading, currency)
        if amount is not None:
            return amount
    reason = _too_precise if by_locale or readings else _not_an_amount
    raise BadInput(reason(text, currency), field=field)


@lru_cache(maxsize=16)
def _marks(locale: str) -> tuple[str, str]:
    """The locale's decimal and grouping marks, as `_plain` leaves them."""
    from babel.numbers import get_decimal_symbol, get_group_symbol

    group = get_group_symbol(locale).translate(_PLAIN)
    return get_decimal_symbol(locale).translate(_PLAIN), " " if group.isspace() else group


def _reading(number: str, decimal: str, groups: str) -> tuple[str, str] | None:
    """The digits before and after the decimal mark, or None where the marks stand wrongly."""
    whole, _, fraction = number.partition(decimal)
    marks = set(whole) - set("0123456789")
    if (fraction and not fraction.isdigit()) or len(marks) > 1 or not marks <= set(groups):
        return None
    if marks:
        mark = re.escape(marks.pop())
        thousands = rf"[1-9]\d{{0,2}}({mark}\d{{3}})+"
        indian = rf"[1-9]\d?({mark}\d{{2}})+{mark}\d{{3}}"
        if not re.fullmatch(f"{thousands}|{indian}", whole):
            return None
    return re.sub(r"\D", "", whole), fraction


def _minor_units(whole: str, fraction: str, currency: str) -> int | None:
    """The minor units, or None where there are more decimals than the currency has."""
    places = exponent(currency)
    return int(f"0{whole}{fraction:0<{places}}") if len(fraction) <= places else None


def _within_bounds(amount: int, currency: str, field: str | None, locale: str = "en_GB") -> int:
    if abs(amount) > LARGEST:
        raise BadInput(f"An amount is at most {format(LARGEST, currency, locale)}", field=field)
    return amount


def _example(currency: str) -> str:
    return to_text(50 * 10 ** exponent(currency), currency)


def _not_an_amount(text: str, currency: str) -> str:
    shown = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return f"{shown!r} is not an amount of money; write one such as {_example(currency)}"


def _too_precise(text: str, currency: str) -> str:
    return f"An amount in {currency} has {_precision(currency)}, unlike {text[:_LONGEST]!r}"


def _precision(currency: str) -> str:
    places = exponent(currency)
    return f"at most {places} decimals" if places else "no decimals"


def _too_low(lowest: int, currency: str) -> str:
    if lowest == 1:
        return "An amount must be more than zero"
    if lowest == 0:
        return "An amount must not be below zero"
    return f"An amount must be at least {to_text(lowest, currency)} {currency}"
