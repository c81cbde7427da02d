"""OFX and QFX, version 1 (SGML, where a value's tag is not closed) and 2 (XML).

The tags are read one after the other, so that both versions and the mixtures that banks write are
read alike, in time and memory of the file's size, and without any entity being resolved.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import lru_cache
from html import escape, unescape

from store.exchange.statements.line import Remark, StatementLine
from store.exchange.statements.values import (
    PENDING,
    STEP,
    Progress,
    check_count,
    currency_code,
    in_bounds,
    joined,
    plain_amount,
    shown,
    wrong,
)
from store.rules.errors import BadInput

# A tag and its value, which may hold a `<` that begins no tag.
_TAG = re.compile(r"<(/?)([A-Za-z][\w.-]*+)[^<>]*+>([^<]*(?:<(?![/A-Za-z])[^<]*)*)")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|\w{2,10});")
_TRANSACTIONS = {"STMTTRN", "STMTTRNP"}
_STATEMENTS = {"STMTRS", "CCSTMTRS", "INVSTMTRS"}
_ACCOUNTS = {"BANKACCTFROM", "CCACCTFROM", "INVACCTFROM"}
# What lies inside a transaction with fields of its own, which are not the transaction's.
_INNER = {
    *("PAYEE", "CURRENCY", "ORIGCURRENCY", "BANKACCTTO", "CCACCTTO", "EXTBANKACCTTO"),
    *("IMAGEDATA", "BANKACCTFROM", "CCACCTFROM"),
}
_AROUND = {*_TRANSACTIONS, *_STATEMENTS, "BANKTRANLIST", "OFX"}
_WITHIN = _INNER | _AROUND
_OTHER = re.compile("BUY|SELL|REINVEST|INCOME|TRANSFER|LOANSTMTTRN|RETOFCAP|SPLIT|JRNL|MARGININT")

# What went out, by TRNTYPE; a refund may have the kind of its purchase, but not one of the latter.
_OUT = {"PAYMENT", "CHECK", "ATM", "POS", "FEE", "SRVCHG"}
_ALWAYS_OUT = {"DEBIT", "DIRECTDEBIT", "REPEATPMT"}

_Tag = tuple[bool, str, str, int]


def read(
    text: str, *, currency: str, progress: Progress
) -> tuple[list[StatementLine], list[Remark]]:
    """The lines of an OFX file; `currency` where it says none.

    Raises BadInput where the file is cut off, has no statement (saying the bank's own message,
    where there is one), or a transaction has no date or amount.
    """
    return _Reader(currency).read(text, progress)


class _Reader:
    """What is known at a place of the file: the account, its currency, the transaction begun."""

    def __init__(self, currency: str) -> None:
        self.default = self.currency = currency
        self.account = ""
        self.lines: list[StatementLine] = []
        self.kinds: list[tuple[int, str]] = []
        self.remarks: list[Remark] = []
        self.others: Counter[str] = Counter()
        self.first_other: dict[str, int] = {}
        self.statements = 0
        self.status: dict[str, str] = {}
        self.errors: list[Remark] = []
        self.within = ""
        self.transaction: dict[str, str] | None = None
        self.began = 0
        self.inner = ""

    def read(self, text: str, progress: Progress) -> tuple[list[StatementLine], list[Remark]]:
        last = ""
        count = text.count("\n") + 1
        for number, (closing, name, value, line) in enumerate(_tags(text)):
            if number % (STEP * 10) == 0:
                progress(line / count)
            if self.transaction is not None:
                if closing or name in _WITHIN:
                    self._inside(self.transaction, closing, name)
                else:
                    self.transaction.setdefault(self.inner + name, value)
            else:
                self._outside(closing, name, value, line)
            last = f"/{name}" if closing else name
        if last != "/OFX":
            raise wrong(count, "the file is cut off: its end, </OFX>, is missing")
        if not self.statements:
            raise BadInput(
                f"the bank sent an error instead of a statement: {self.errors[0].text}"
                if self.errors
                else "there is no statement in it"
            )
        self._direct()
        for name, times in self.others.items():
            place = f"line {self.first_other[name]}"
            self.remarks.append(Remark(place, f"{times} × {name} (no bank line)"))
        return self.lines, self.errors + self.remarks

    def _outside(self, closing: bool, name: str, value: str, line: int) -> None:
        if closing:
            if name == "STATUS":
                self._end_of_status(line)
            if name in _ACCOUNTS or name == "STATUS":
                self.within = ""
            return
        if name in _TRANSACTIONS:
            self.transaction, self.began, self.inner = {}, line, ""
        elif name in _STATEMENTS:
            self.statements += 1
            self.account, self.currency = "", self.default
        elif name in _ACCOUNTS:
            self.within = name
        elif name == "STATUS":
            self.within, self.status = name, {}
        elif name == "ACCTID" and self.within in _ACCOUNTS:
            self.account = joined(value)
        elif name == "CURDEF" and value:
            self.currency = currency_code(value, line)
        elif self.within == "STATUS":
            self.status[name] = value
        elif _OTHER.match(name) and not value:
            self.others[name] += 1
            self.first_other.setdefault(name, line)

    def _end_of_status(self, line: int) -> None:
        code = self.status.get("CODE", "0")
        if self.status.get("SEVERITY", "").upper() == "ERROR" or not code.isdigit():
            said = joined(self.status.get("MESSAGE", "")) or "it does not say which"
            self.errors.append(Remark(f"line {line}", f"{said} (code {joined(code)})"))

    def _inside(self, fields: dict[str, str], closing: bool, name: str) -> None:
        if closing and name in _TRANSACTIONS:
            self.lines.append(self._line(fields, pending=name == "STMTTRNP"))
            self.kinds.append((self.began, joined(fields.get("TRNTYPE", "")).upper()))
            check_count(len(self.lines))
            self.transaction = None
        elif name in _INNER:
            self.inner = "" if closing else f"{name}."
        elif name in _AROUND:
            raise wrong(self.began, "the transaction that begins here is not closed")

    def _line(self, fields: dict[str, str], pending: bool) -> StatementLine:
        line = self.began
        if pending:
            self.remarks.append(Remark(f"line {line}", PENDING))
        currency = self.currency
        if own := fields.get("CURRENCY.CURSYM"):
            currency = currency_code(own, line)
        payee = fields.get("NAME") or fields.get("PAYEE.NAME", "")
        number = fields.get("CHECKNUM", "").lstrip("0")
        amount = plain_amount(fields.get("TRNAMT", ""), currency, line)
        return StatementLine(
            account=self.account,
            booked_on=_date(fields.get("DTPOSTED") or fields.get("DTTRAN", ""), line),
            amount=amount,
            currency=currency,
            payee=joined(payee),
            memo=joined(
                "Pending" if pending else "",
                fields.get("MEMO", ""),
                fields.get("EXTDNAME", ""),
                number,
                fields.get("REFNUM", ""),
            ),
            id=joined(fields.get("FITID", "")),
            is_pending=pending,
        )

    def _direct(self) -> None:
        """Take out and in from the kinds where no amount has a sign; else say what contradicts."""
        unsigned = all(each.amount >= 0 for each in self.lines)
        turned = []
        for at, (line, kind) in enumerate(self.kinds):
            if self.lines[at].amount <= 0:
                continue
            if unsigned and kind in _OUT | _ALWAYS_OUT:
                self.lines[at] = replace(self.lines[at], amount=-self.lines[at].amount)
                turned.append(line)
            elif kind in _ALWAYS_OUT:
                reason = f"a {kind} above zero is read as money that came in"
                self.remarks.append(Remark(f"line {line}", reason))
        if turned:
            reason = f"amounts without a sign that went out by their kind: {len(turned)}"
            self.remarks.append(Remark(f"line {turned[0]}", reason))


def _tags(text: str) -> Iterator[_Tag]:
    """Each tag: whether it closes, its name, the value after it, its line."""
    text = _without_character_data(text)
    line, seen = 1, 0
    for tag in _TAG.finditer(text):
        start = tag.start()
        line += text.count("\n", seen, start)
        seen = start
        closing, name, value = tag.groups()
        value = value.strip()
        if "&" in value:
            value = _ENTITY.sub(lambda entity: unescape(entity[0]), value)
        yield closing == "/", name.upper(), value, line


def _without_character_data(text: str) -> str:
    """The text with what stands in CDATA written plainly."""
    first, *others = text.split("<![CDATA[")
    parts = [first]
    for other in others:
        inside, end, after = other.partition("]]>")
        if not end:
            raise wrong(text.count("\n") + 1, "the file is cut off within CDATA")
        parts += escape(inside, quote=False), after
    return "".join(parts)


@lru_cache(maxsize=4096)
def _day(text: str) -> date | None:
    """The day of `20240131` or `20240131120000.000[-5:EST]`, as the bank's own clock had it."""
    match = re.match(r"(\d{4})-?(\d{2})-?(\d{2})(?!\d{1,3}$)", text, re.ASCII)
    try:
        return in_bounds(date(*map(int, match.groups()))) if match else None
    except ValueError:
        return None


def _date(text: str, line: int) -> date:
    if not text:
        raise wrong(line, "the transaction has no date")
    day = _day(text)
    if day is None:
        raise wrong(line, f"{shown(text)} is no date")
    return day
