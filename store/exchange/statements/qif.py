"""QIF: records of lines that begin with a letter, each record ended by `^`."""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field

from store.exchange.statements.line import Remark, StatementLine
from store.exchange.statements.marks import Order, amount, decimal_mark, order_of, to_date
from store.exchange.statements.values import (
    Progress,
    check_count,
    joined,
    numbered,
    shown,
    wrong,
)

_BANK = {"bank", "cash", "ccard", "oth a", "oth l"}
_NUMBERED = re.compile(r"\d+")


@dataclass(slots=True)
class _Record:
    """A transaction as it stands: the line it begins in and its fields."""

    line: int
    account: str
    date: str = ""
    amount: str = ""
    payee: str = ""
    memo: list[str] = field(default_factory=list)


def read(
    text: str, *, currency: str, day_first: bool, progress: Progress
) -> tuple[list[StatementLine], list[Remark]]:
    """The lines of a QIF file, which never says its currency; `day_first` where dates do not tell.

    What is no bank line (categories, securities, investments) is remarked on, section by section.
    Raises BadInput where the last record is cut off, or one has no date or amount.
    """
    remarks: list[Remark] = []
    records = deque(_records(text, remarks, progress))
    order = order_of(dict.fromkeys(each.date for each in records), day_first)
    decimal = decimal_mark({each.amount for each in records})
    lines = []
    while records:
        lines.append(_line(records.popleft(), order, decimal, currency))
    return lines, remarks


def _line(record: _Record, order: Order, decimal: str, currency: str) -> StatementLine:
    if not record.date:
        raise wrong(record.line, "the transaction that begins here has no date")
    return StatementLine(
        account=record.account,
        booked_on=to_date(record.date, order, record.line),
        amount=amount(record.amount, decimal, currency, record.line),
        currency=currency,
        payee=joined(record.payee),
        memo=joined(*record.memo),
        id="",
    )


def _records(text: str, remarks: list[Remark], progress: Progress) -> Iterator[_Record]:
    """The transactions of the file, in order; remarks on the rest are added."""
    section, account, began, others, count = "bank", "", 1, 0, 0
    record: _Record | None = None
    for number, line in numbered(text, progress):
        code, value = line[:1], line[1:].strip()
        if code == "!" and record is None:
            if others:
                remarks.append(_remark(section, began, others))
            section, began, others = value.casefold().removeprefix("type:").strip(), number, 0
        elif code == "^":
            if section in _BANK and record is not None:
                count += 1
                check_count(count)
                yield record
            elif section != "account" and record is not None:
                others += 1
            record = None
        elif line.strip() and not (code == "#" and record is None):
            record = record or _Record(number, account)
            if section == "account":
                account = joined(value) if code == "N" else account
            elif section in _BANK:
                _take(record, code, value)
    if record is not None:
        raise wrong(record.line, "the record that begins here is cut off: its end, ^, is missing")
    if others:
        remarks.append(_remark(section, began, others))


def _take(record: _Record, code: str, value: str) -> None:
    """Take in one line of a transaction; a split's own date and amount are no concern of it."""
    if code == "D":
        record.date = record.date or value
    elif code == "T":
        record.amount = value
    elif code == "U":
        record.amount = record.amount or value
    elif code == "P":
        record.payee = record.payee or value
    elif code in "MEA" or (code == "N" and _NUMBERED.search(value)):
        record.memo.append(value)
    elif code not in "CLS$%FXOYIQ" and not code.isalnum():
        raise wrong(record.line, f"{shown(code + value)} is no line of a QIF transaction")


def _remark(section: str, line: int, count: int) -> Remark:
    return Remark(f"line {line}", f"{count} × {section} (no bank line)")
