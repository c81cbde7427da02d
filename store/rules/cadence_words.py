"""How often, the way people type it: `monthly`, `every 2 weeks`, `twice a month 1 15`."""

from __future__ import annotations

import re

from store.rules.cadence import ONCE, Cadence, Unit
from store.rules.errors import BadInput

HINT = "month, 2 weeks, quarter, once, twice a month 1 15"

_NUMBERS = {
    word: number
    for number, word in enumerate(
        (
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
        ),
        2,
    )
} | {"a": 1, "one": 1, "other": 2, "second": 2, "third": 3, "fourth": 4}
_WORDS = {
    "once": ONCE,
    "at once": ONCE,
    "one payment": ONCE,
    "week": Cadence(Unit.WEEK),
    "weekly": Cadence(Unit.WEEK),
    "fortnight": Cadence(Unit.WEEK, 2),
    "fortnightly": Cadence(Unit.WEEK, 2),
    "biweekly": Cadence(Unit.WEEK, 2),
    "month": Cadence(Unit.MONTH),
    "monthly": Cadence(Unit.MONTH),
    "quarter": Cadence(Unit.MONTH, 3),
    "quarterly": Cadence(Unit.MONTH, 3),
    "half year": Cadence(Unit.MONTH, 6),
    "half yearly": Cadence(Unit.MONTH, 6),
    "year": Cadence(Unit.YEAR),
    "yearly": Cadence(Unit.YEAR),
    "annual": Cadence(Unit.YEAR),
    "annually": Cadence(Unit.YEAR),
}
_TWICE = re.compile(r"(?:(?:twice (?:a|per|every) month|semimonthly|month)(?: on)? ?)?(?P<days>.*)")


def read(text: str) -> Cadence:
    """The cadence that a person typed. Raises BadInput, at `every`, with what could be written."""
    plain = " ".join(text.casefold().replace("-", " ").replace(",", " ").split())
    bare = re.sub(r"^(?:every|each|per|once (?:a|per|every)) ", "", plain).removesuffix(" days")
    if bare in _WORDS:
        return _WORDS[bare]
    counted = re.fullmatch(r"(\d{1,3}|[a-z]+) (week|month|year)(?:s|ly)?", bare)
    if counted is not None:
        count = int(counted[1]) if counted[1].isdecimal() else _NUMBERS.get(counted[1], 0)
        if count:
            return Cadence(Unit(counted[2]), count)
    if plain.startswith(("twice", "semimonthly")) or re.search(r"\d", plain):
        return _twice(plain, text)
    raise BadInput(f"{text.strip()[:40]!r} does not say how often; write {HINT}", field="every")


def _twice(plain: str, text: str) -> Cadence:
    """Twice a month, on two days of it."""
    shape = _TWICE.fullmatch(plain)
    words = re.sub(r"\b(?:the|and|on|&)\b|&", " ", shape["days"] if shape else "").split()
    days = [
        match[1] for word in words if (match := re.fullmatch(r"(\d{1,2})(?:st|nd|rd|th)?", word))
    ]
    if len(days) != len(words) or (words and len(words) != 2):
        raise BadInput(f"{text.strip()[:40]!r} does not say how often; write {HINT}", field="every")
    if not days:
        raise BadInput("Say on which two days, such as: twice a month 1 15", field="every")
    try:
        return Cadence(Unit.MONTH, 1, tuple(sorted(map(int, days))))
    except BadInput as error:
        raise BadInput(error.message, field="every") from None


def typed(cadence: Cadence) -> str:
    """A cadence as `read` takes it, for a field that begins filled in."""
    if cadence.days:
        return "twice a month {} {}".format(*sorted(cadence.days))
    if cadence.unit is Unit.ONCE:
        return "once"
    if (cadence.unit, cadence.n) == (Unit.MONTH, 3):
        return "every quarter"
    return f"every {cadence.unit}" if cadence.n == 1 else f"every {cadence.n} {cadence.unit}s"
