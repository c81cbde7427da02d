"""Fields for single parts of terms: how often, how long, a rate, days, a country."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from store.rules import cadence, cadence_words, dates
from store.rules.cadence import Cadence
from store.rules.errors import BadInput
from store.rules.workdays import public_holidays
from tui.widgets.fields import TextField

Lasts = tuple[int | None, date | None]
"""How many times, and until which day: either, both or neither."""


class CadenceField(TextField):
    """How often; its value is a `Cadence`, or None."""

    def parse(self, text: str) -> Cadence:
        """Gives the cadence."""
        return cadence_words.read(super().parse(text))

    def understood(self) -> str:
        """Gives the cadence in plain words, where it was typed otherwise."""
        try:
            said = cadence.describe(self.parse(self.text.strip()))
        except BadInput:
            return ""
        return f"= {said}" if said != self.text.strip().casefold() else ""


class SpanField(TextField):
    """How long: a number of instalments, `until` a day, or both; its value is (count, until)."""

    def __init__(self, name: str, label: str, today: date, locale: str, **more: Any) -> None:
        """`today` is what words for days count from."""
        self.today, self.locale = today, locale
        super().__init__(name, label, **more)

    def parse(self, text: str) -> Lasts:
        """Gives the count and the last day."""
        words = text.casefold()
        shape = re.fullmatch(
            r"(?:(\d+) ?(?:times|x|instalments?|payments?)?)?(?:\s*until (.+))?", words
        )
        if shape is None or not words or (shape[1] is None and shape[2] is None):
            # A bare day is an end as well.
            shape = re.fullmatch(r"()(.+)", words)
        assert shape is not None
        count = int(shape[1][:9]) if shape[1] else None
        if count is not None and not 1 <= count <= cadence.MOST_INSTALMENTS:
            raise BadInput(
                f"There can be 1 to {cadence.MOST_INSTALMENTS:,} instalments", field=self.key
            )
        try:
            until = dates.parse(shape[2], self.today, self.locale, ahead=True) if shape[2] else None
        except BadInput:
            raise BadInput(
                f"{text[:40]!r} is no number of instalments and no last day; write 12, or until "
                "31 Dec 2027",
                field=self.key,
            ) from None
        return count, until

    @property
    def lasting(self) -> str:
        """The day itself, where words mean another one tomorrow."""
        try:
            return span_text(*self.parse(self.text.strip()))
        except (BadInput, AssertionError):
            return self.text

    def understood(self) -> str:
        """Gives the last day as people say it."""
        if not self.text.strip():
            return "until it is paid"
        try:
            count, until = self.parse(self.text.strip())
        except BadInput:
            return ""
        if until is None:
            return "time" if count == 1 else "times"
        return f"{f'{count} times, ' if count else ''}until {dates.short(until, self.today)}"


class RateField(TextField):
    """A rate in per cent a year; its value is a `Decimal`, or None."""

    def parse(self, text: str) -> Decimal:
        """Gives the rate."""
        plain = text.replace("%", "").replace(",", ".").strip()
        try:
            rate = Decimal(plain)
        except InvalidOperation:
            rate = Decimal(-1)
        if not rate.is_finite() or not 0 <= rate < 10_000 or "e" in plain.casefold():
            raise BadInput(f"{text[:20]!r} is no rate; write 5.5, or 0 for none", field=self.key)
        return rate

    def understood(self) -> str:
        """Gives what a rate of nothing means."""
        try:
            return "no interest" if self.parse(self.text.strip()) == 0 else "% a year"
        except BadInput:
            return "% a year"


class DaysField(TextField):
    """A number of days; its value is an integer, or None."""

    def parse(self, text: str) -> int:
        """Gives the days."""
        shape = re.fullmatch(r"(\d{1,3})(?: ?days?)?", text.casefold())
        if shape is None:
            raise BadInput("Write a number of days, such as 3", field=self.key)
        return int(shape[1])


class CountryField(TextField):
    """A country whose public holidays count; its value is its code, or None."""

    def parse(self, text: str) -> str:
        """Gives the code; it has to be one whose holidays are known."""
        code = text.upper()
        public_holidays(code, 2026)
        return code


def span_text(count: int | None, until: date | None) -> str:
    """How long, as `SpanField` reads it."""
    ends = f"until {until.isoformat()}" if until is not None else ""
    return " ".join(each for each in ("" if count is None else str(count), ends) if each)
