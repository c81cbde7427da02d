"""camt.052, 053 and 054 of ISO 20022: reports, statements and notifications in XML, any version.

The file is parsed piece by piece and each entry let go once it is read. Whatever declares a
document type or an entity is refused before it could be resolved.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import TYPE_CHECKING
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from store.exchange.statements.line import Remark, StatementLine
from store.exchange.statements.values import (
    Progress,
    currency_code,
    joined,
    plain_amount,
    shown,
    wrong,
)
from store.rules.errors import BadInput

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

_STATEMENTS = {"Stmt", "Rpt", "Ntfctn"}
_DEEPEST = 100
_CHUNK = 1 << 16
_LINE = "line"
_NO_REFERENCE = {"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF"}


def read(
    data: bytes, *, currency: str, progress: Progress
) -> tuple[list[StatementLine], list[Remark]]:
    """The lines of a camt file; `currency` where it says none.

    Raises BadInput where the file is no well-formed XML, declares entities, has no statement, or
    an entry has no date or amount.
    """
    reader = _Reader(currency)
    for start in range(0, len(data), _CHUNK):
        progress(start / len(data))
        reader.feed(data[start : start + _CHUNK])
    reader.feed(b"", final=True)
    if not reader.statements:
        raise BadInput("there is no statement in it")
    return reader.lines, reader.remarks


class _Reader:
    """What is known at a place of the file: the statement's account and currency."""

    def __init__(self, currency: str) -> None:
        self.default = currency
        self.lines: list[StatementLine] = []
        self.remarks: list[Remark] = []
        self.statements = 0
        self.head: Element | None = None
        self.path: list[str] = []
        self.builder: TreeBuilder | None = None
        self.parser: XMLParserType = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, data: bytes, final: bool = False) -> None:
        try:
            self.parser.Parse(data, final)
        except expat.ExpatError as error:
            cut_off = error.code in (3, 5, 20)
            reason = "the file is cut off" if cut_off else "this is no well-formed XML"
            raise wrong(error.lineno, reason) from None
        except (LookupError, ValueError):
            raise wrong(1, "the file's encoding is unknown") from None

    def _doctype(self, *_: object) -> None:
        line = self.parser.CurrentLineNumber
        raise wrong(line, "a document type or entity is declared, which no bank needs")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        self.path.append(name)
        line = self.parser.CurrentLineNumber
        if len(self.path) > _DEEPEST:
            raise wrong(line, f"the elements lie more than {_DEEPEST} deep in each other")
        if self.builder is None and name in _STATEMENTS:
            self.statements += 1
            self.head = Element(name)
        elif self.builder is None and self.head is not None:
            self.builder = TreeBuilder()
        if self.builder is not None:
            self.builder.start(name, attributes | {_LINE: str(line)})

    def _text(self, text: str) -> None:
        if self.builder is not None:
            self.builder.data(text)

    def _end(self, name: str) -> None:
        name = self.path.pop()
        if self.builder is None:
            if name in _STATEMENTS:
                self.head = None
            return
        self.builder.end(name)
        if self.head is not None and self.path[-1] == self.head.tag:
            element = self.builder.close()
            self.builder = None
            if name == "Ntry":
                self._entry(self.head, element)
            elif name in ("Acct", "CreDtTm"):
                self.head.append(element)

    def _entry(self, head: Element, entry: Element) -> None:
        line = int(entry.get(_LINE, "0"))
        account = _text(head, "Acct/Id/IBAN") or _text(head, "Acct/Id/Othr/Id")
        booked_on = _date(head, entry, line)
        currency, amount = _amount(entry, line, _text(head, "Acct/Ccy") or self.default)
        status = _text(entry, "Sts") or _text(entry, "Sts/Cd") or _text(entry, "Sts/Prtry")
        pending = status == "PDNG"
        if pending:
            self.remarks.append(Remark(f"line {line}", "the bank has not booked this entry yet"))
        details = entry.findall("NtryDtls/TxDtls")
        id = _reference(entry, "AcctSvcrRef") or _reference(entry, "NtryRef")
        parts = _parts(details, currency, amount) if len(details) > 1 else None
        if parts is None:
            groups = [(amount, details, id or _own_id(details))]
        else:
            ids = _ids(details, id)
            groups = [
                (part, [each], own) for part, each, own in zip(parts, details, ids, strict=True)
            ]
        for part, those, own in groups:
            self.lines.append(
                StatementLine(
                    account=joined(account),
                    booked_on=booked_on,
                    amount=part,
                    currency=currency,
                    payee=_payee(entry, those, part),
                    memo=joined("Pending" if pending else "", *_memo(entry, those)),
                    id=own,
                )
            )


def _text(element: Element, path: str) -> str:
    return (element.findtext(path) or "").strip()


def _texts(element: Element, path: str) -> Iterator[str]:
    for each in element.iterfind(path):
        yield (each.text or "").strip()


def _reference(element: Element, path: str) -> str:
    """What stands there, unless the bank only says that there is none."""
    text = joined(_text(element, path))
    return "" if text.upper() in _NO_REFERENCE else text


def _date(head: Element, entry: Element, line: int) -> date:
    """The day of booking, else of value, else that on which the file was made."""
    paths = ("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    text = next(filter(None, (_text(entry, path) for path in paths)), "")
    text = text or _text(head, "CreDtTm")
    if not text:
        raise wrong(line, "the entry has no date")
    try:
        return date.fromisoformat(text[:10])
    except ValueError:
        raise wrong(line, f"{shown(text)} is no date") from None


def _amount(entry: Element, line: int, default: str) -> tuple[str, int]:
    """The currency, and the minor units: below zero for a debit."""
    element = entry.find("Amt")
    if element is None:
        raise wrong(line, "the entry has no amount")
    line = int(element.get(_LINE, line))
    currency = currency_code(element.get("Ccy") or default, line)
    amount = plain_amount(element.text or "", currency, line)
    return currency, _signed(entry, amount, line)


def _signed(element: Element, amount: int, line: int) -> int:
    indicator = _text(element, "CdtDbtInd")
    if indicator not in ("CRDT", "DBIT"):
        raise wrong(line, f"{shown(indicator)} is neither CRDT nor DBIT")
    return -amount if indicator == "DBIT" else amount


def _parts(details: list[Element], currency: str, total: int) -> list[int] | None:
    """The amounts of a batch's transactions, where all have one and they sum to the entry's."""
    parts = []
    for each in details:
        paths = ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt")
        found = (each.find(path) for path in paths)
        own = next((one for one in found if one is not None and one.get("Ccy") == currency), None)
        if own is None:
            return None
        line = int(own.get(_LINE, "0"))
        amount = plain_amount(own.text or "", currency, line)
        has_sign = each.find("CdtDbtInd") is not None
        parts.append(_signed(each, amount, line) if has_sign else amount * (1 if total > 0 else -1))
    return parts if sum(parts) == total else None


def _own_id(details: list[Element]) -> str:
    return _reference(details[0], "Refs/AcctSvcrRef") if len(details) == 1 else ""


def _ids(details: list[Element], id: str) -> list[str]:
    """An id for each of a batch: the bank's own where they differ, else the entry's and a count."""
    own = [_reference(each, "Refs/AcctSvcrRef") for each in details]
    if all(own) and len(set(own)) == len(own):
        return own
    return [f"{id}/{number}" if id else "" for number in range(1, len(own) + 1)]


def _payee(entry: Element, details: list[Element], amount: int) -> str:
    """The other side: the creditor of a debit, the debtor of a credit.

    What comes back keeps the sides that it had when it went.
    """
    back = _is_reversal(entry) or any(each.find("RtrInf") is not None for each in details)
    sides = ("Cdtr", "Dbtr") if (amount < 0) != back else ("Dbtr", "Cdtr")
    for side in sides:
        names = [
            _text(each, f"RltdPties/{side}/Nm") or _text(each, f"RltdPties/{side}/Pty/Nm")
            for each in details
        ]
        if any(names):
            return joined(*names)
    return ""


def _is_reversal(entry: Element) -> bool:
    return _text(entry, "RvslInd") in ("true", "1")


def _memo(entry: Element, details: list[Element]) -> Iterator[str]:
    if _is_reversal(entry):
        yield "Reversal"
    for each in details:
        if each.find("RtrInf") is not None:
            reason = _text(each, "RtrInf/Rsn/Cd") or _text(each, "RtrInf/Rsn/Prtry")
            yield f"Returned: {reason}" if reason else "Returned"
            yield from _texts(each, "RtrInf/AddtlInf")
        yield from _texts(each, "RmtInf/Ustrd")
        for path in ("CdtrRefInf/Ref", "RfrdDocInf/Nb", "AddtlRmtInf"):
            yield from _texts(each, f"RmtInf/Strd/{path}")
        for path in ("EndToEndId", "MndtId", "ChqNb"):
            yield _reference(each, f"Refs/{path}")
        for side in ("UltmtCdtr", "UltmtDbtr"):
            yield _text(each, f"RltdPties/{side}/Nm") or _text(each, f"RltdPties/{side}/Pty/Nm")
        yield _text(each, "AddtlTxInf")
    yield _text(entry, "AddtlNtryInf")
