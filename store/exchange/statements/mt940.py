"""MT940 and MT942: lines that begin with a `:tag:`, in the dialects that banks write.

A statement's lines are its `:61:`; what was paid for stands in the `:86:` (or `:NS:`) after each.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from store.exchange.statements.line import Remark, StatementLine
from store.exchange.statements.purpose import purpose_of
from store.exchange.statements.values import (
    PENDING,
    Progress,
    check_count,
    currency_code,
    joined,
    numbered,
    plain_amount,
    shown,
    wrong,
)
from store.rules.errors import BadInput

_TAG = re.compile(r":(\d{2}[A-Z]?|NS):(.*)")
_END = re.compile(r"-(?:\}.*|[A-Z]{3})?")
_BLOCKS = re.compile(r"(?:\{[^{}]*\}|\{\d:)+")
_OPENING = re.compile(r"[CD]\d{6}([A-Z]{3})[\d,]+")
_LIMIT = re.compile(r"([A-Z]{3})[CD]?[\d,]+")
_LINE = re.compile(
    r"(\d{6})(\d{4}|\s{4})?(R?[CD]|E[CD])([A-Z])?(\d+(?:,\d*)?)(?:([A-Z][A-Z0-9 ]{3})(.*))?",
    re.ASCII,
)
_ACCOUNT = re.compile(r"(.*\S)\s+([A-Z]{3})")
_NO_REFERENCE = {"NONREF", "NOTPROVIDED", "EREF", "PREF", "MARF", "KREF", ""}
_OUT = {"D", "RC", "ED"}
_REVERSED = {"RC", "RD"}
_EXPECTED = {"EC", "ED"}
_CENTURY = 70
_CUT_OFF = "the statement that begins here is cut off: its closing balance, :62F:, is missing"
_SILENT = {"20", "21", "28", "28C", "13", "13D", "64", "65", "86", "90D", "90C", "NS", "34F"}


@dataclass(slots=True)
class _Field:
    """A tag with its lines, and the line of the file it begins in."""

    line: int
    tag: str
    texts: list[str] = field(default_factory=list)


def read(
    text: str, *, currency: str, progress: Progress
) -> tuple[list[StatementLine], list[Remark]]:
    """The lines of an MT940 or MT942 file; `currency` where it says none.

    Raises BadInput where there is no statement, one is cut off, or a line cannot be read.
    """
    reader = _Reader(currency)
    for each in _fields(text, progress):
        reader.take(each)
    reader.end()
    return reader.lines, reader.remarks


class _Reader:
    """What is known at a place of the file: the account, its currency, the line begun."""

    def __init__(self, currency: str) -> None:
        self.default = self.currency = currency
        self.account = ""
        self.lines: list[StatementLine] = []
        self.remarks: list[Remark] = []
        self.statements = 0
        self.opened = 0
        self.begun: _Field | None = None
        self.purposes: list[_Field] = []

    def take(self, field: _Field) -> None:
        """Read on by one tag."""
        if field.tag in ("86", "NS") and self.begun is not None:
            self.purposes.append(field)
            return
        self._finish()
        first = field.texts[0]
        if field.tag == "61":
            self.begun = field
        elif field.tag in ("20", "25") and self.opened:
            raise wrong(self.opened, _CUT_OFF)
        elif field.tag == "25":
            self.statements += 1
            self.account, self.currency = _account(first, self.default)
        elif field.tag in ("60F", "60M"):
            self.opened = field.line
            self._currency_of(_OPENING.match(first), field)
        elif field.tag == "34F":
            self._currency_of(_LIMIT.match(first), field)
        elif field.tag in ("62F", "62M"):
            self.opened = 0
        elif field.tag not in _SILENT:
            self.remarks.append(Remark(f"line {field.line}", f":{field.tag}: is not known"))

    def end(self) -> None:
        """Finish the last line. Raises BadInput where the file ends too early."""
        self._finish()
        if self.opened:
            raise wrong(self.opened, _CUT_OFF)
        if not self.statements:
            raise BadInput("there is no statement in it")

    def _currency_of(self, match: re.Match[str] | None, field: _Field) -> None:
        if match is not None:
            self.currency = currency_code(match[1], field.line)

    def _finish(self) -> None:
        """The line begun is whole: what it was paid for has been read."""
        if self.begun is None:
            return
        line = _line(self.begun, self.purposes, self.account, self.currency)
        self.lines.append(line)
        check_count(len(self.lines))
        if line.is_pending:
            self.remarks.append(Remark(f"line {self.begun.line}", PENDING))
        self.begun, self.purposes = None, []


def _fields(text: str, progress: Progress) -> Iterator[_Field]:
    """The tags of the file, each with the lines up to the next one."""
    current: _Field | None = None
    for number, line in numbered(text, progress):
        line = _BLOCKS.sub("", line, count=1) if line.startswith("{") else line
        if match := _TAG.match(line):
            if current is not None:
                yield current
            current = _Field(number, match[1], [match[2]])
        elif _END.fullmatch(line.rstrip()):
            if current is not None:
                yield current
            current = None
        elif current is not None:
            current.texts.append(line)
    if current is not None:
        yield current


def _account(text: str, currency: str) -> tuple[str, str]:
    """The account, and the currency that some banks write after it."""
    match = _ACCOUNT.fullmatch(text.strip())
    return (joined(match[1]), match[2]) if match else (joined(text), currency)


def _line(field: _Field, purposes: list[_Field], account: str, currency: str) -> StatementLine:
    """The line that a `:61:` and what follows it make."""
    first = field.texts[0].strip()
    match = _LINE.fullmatch(first)
    if match is None:
        raise wrong(field.line, f"{shown(first)} is no line of a statement (:61:)")
    value, entry, mark, _, number, _, references = match.groups(default="")
    amount = plain_amount(number, currency, field.line)
    own, _, bank = references.partition("//")
    purpose = purpose_of([(each.tag, each.texts) for each in purposes])
    return StatementLine(
        account=account,
        booked_on=_booked_on(value, entry.strip(), field.line),
        amount=-amount if mark in _OUT else amount,
        currency=currency,
        payee=purpose.payee,
        memo=joined(
            "Reversal" if mark in _REVERSED else "",
            "Pending" if mark in _EXPECTED else "",
            purpose.memo,
            _real(own),
            " ".join(field.texts[1:]),
        ),
        id=_real(bank),
        is_pending=mark in _EXPECTED,
    )


def _real(reference: str) -> str:
    reference = joined(reference)
    return "" if reference.upper() in _NO_REFERENCE else reference


def _booked_on(value: str, entry: str, line: int) -> date:
    """The day of entry, which has no year of its own: the one nearest to the day of value."""
    year = int(value[:2])
    day = _day(year + (1900 if year >= _CENTURY else 2000), value[2:])
    if day is None:
        raise wrong(line, f"{shown(value)} is no date (a day of value)")
    if not entry:
        return day
    years = (day.year, day.year - 1, day.year + 1)
    days = [found for year in years if (found := _day(year, entry)) is not None]
    if not days:
        raise wrong(line, f"{shown(entry)} is no date (a day of entry)")
    return min(days, key=lambda found: abs(found - day))


def _day(year: int, entry: str) -> date | None:
    try:
        return date(year, int(entry[:2]), int(entry[2:]))
    except ValueError:
        return None
