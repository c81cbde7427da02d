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
    STEP,
    Progress,
    currency_code,
    joined,
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
    r"(\d{6})(\d{4})?(R?[CD]|E[CD])([A-Z])?(\d+(?:,\d*)?)(?:([NFS][A-Z0-9]{3})(.*))?", re.ASCII
)
_ACCOUNT = re.compile(r"(.*\S)\s+([A-Z]{3})")
_NO_REFERENCE = {"NONREF", "NOTPROVIDED", "EREF", "PREF", "MARF", "KREF", ""}
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
    lines: list[StatementLine] = []
    remarks: list[Remark] = []
    account, own, opened = "", currency, 0
    begun: _Field | None = None
    purposes: list[_Field] = []
    some = False

    def finish() -> None:
        if begun is not None:
            lines.append(_line(begun, purposes, account, own))

    last = 0
    for each in _fields(text, progress):
        last = each.line
        if each.tag in ("86", "NS") and begun is not None:
            purposes.append(each)
            continue
        finish()
        begun, purposes = None, []
        if each.tag in ("20", "25") and opened:
            raise wrong(
                opened, "the statement that begins here is cut off: it has no closing :62F:"
            )
        if each.tag == "25":
            account, own = _account(each.texts[0], currency)
            some = True
        elif each.tag in ("60F", "60M"):
            opened = each.line
            if match := _OPENING.match(each.texts[0]):
                own = currency_code(match[1], each.line)
        elif each.tag == "34F" and (match := _LIMIT.match(each.texts[0])):
            own = currency_code(match[1], each.line)
        elif each.tag in ("62F", "62M"):
            opened = 0
        elif each.tag == "61":
            begun = each
        elif each.tag not in _SILENT:
            remarks.append(Remark(f"line {each.line}", f":{each.tag}: is not known"))
    finish()
    if opened:
        raise wrong(last, "the file is cut off: the last statement has no closing :62F:")
    if not some:
        raise BadInput("there is no statement in it")
    return lines, remarks


def _fields(text: str, progress: Progress) -> Iterator[_Field]:
    """The tags of the file, each with the lines up to the next one."""
    current: _Field | None = None
    all_lines = text.splitlines()
    for number, line in enumerate(all_lines, 1):
        if number % STEP == 0:
            progress(number / len(all_lines))
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
        booked_on=_booked_on(value, entry, field.line),
        amount=-amount if mark in ("D", "RC", "ED") else amount,
        currency=currency,
        payee=purpose.payee,
        memo=joined(
            "Reversal" if mark in ("RC", "RD") else "",
            "Pending" if mark in ("EC", "ED") else "",
            purpose.memo,
            _real(own),
            *field.texts[1:],
        ),
        id=_real(bank),
    )


def _real(reference: str) -> str:
    reference = joined(reference)
    return "" if reference.upper() in _NO_REFERENCE else reference


def _booked_on(value: str, entry: str, line: int) -> date:
    """The day of entry, which has no year of its own: the one nearest to the day of value."""
    try:
        day = date(2000 + int(value[:2]), int(value[2:4]), int(value[4:]))
    except ValueError:
        raise wrong(line, f"{shown(value)} is no date (a day of value)") from None
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
