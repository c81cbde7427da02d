"""camt.052, 053 and 054 of ISO 20022: reports, statements and notifications in XML, any version.

The file is parsed piece by piece and each entry let go once it is read. Whatever declares a
document type or an entity is refused before it could be resolved.
"""

from collections.abc import Iterator
from datetime import date
from xml.parsers import expat

from store.exchange.statements.line import Remark, StatementLine
from store.exchange.statements.values import (
    PENDING,
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

_STATEMENTS = {"Stmt", "Rpt", "Ntfctn"}
_PARTS = {*_STATEMENTS, "Ntry", "TxDtls"}
_NOT_BOOKED = {"PDNG", "FUTR", "INFO"}
_DEEPEST = 100
_CHUNK = 1 << 16
_NO_REFERENCE = {"NOTPROVIDED", "NOT PROVIDED", "NONREF", "NOREF"}
_CUT_OFF = {
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
}


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


class _Part(dict[str, list[str]]):
    """A statement, an entry or a transaction: its texts by their path, as in `BookgDt/Dt`.

    The currency of an amount stands at `Amt@Ccy`.
    """

    def __init__(self, line: int) -> None:
        self.line = line
        self.transactions: list[_Part] = []

    def first(self, *paths: str) -> str:
        """The text at the first of the paths that has one; else nothing."""
        return next((self[path][0] for path in paths if path in self), "")

    def every(self, path: str) -> list[str]:
        """All texts at the path."""
        return self.get(path, [])

    def reference(self, path: str) -> str:
        """The text there, unless the bank only says that there is none."""
        text = joined(self.first(path))
        return "" if text.upper() in _NO_REFERENCE else text

    @property
    def came_back(self) -> bool:
        """Whether this is money that was returned."""
        return any(path.startswith("RtrInf") for path in self)

    @property
    def is_reversal(self) -> bool:
        """Whether the bank takes an entry back."""
        return self.first("RvslInd") in ("true", "1")


class _Reader:
    """What is known at a place of the file: the parts that it lies in, and the path in the last."""

    def __init__(self, currency: str) -> None:
        self.default = currency
        self.lines: list[StatementLine] = []
        self.remarks: list[Remark] = []
        self.statements = 0
        self.parts = [_Part(1)]
        self.paths = [""]
        self.texts: list[str] = []
        self.parser = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._characters
        self.parser.StartDoctypeDeclHandler = self._doctype

    def feed(self, data: bytes, final: bool = False) -> None:
        """Parse a piece of the file."""
        try:
            self.parser.Parse(data, final)
        except expat.ExpatError as error:
            cut_off = final and error.code in _CUT_OFF
            reason = "the file is cut off" if cut_off else "this is no well-formed XML"
            raise wrong(error.lineno, reason) from None
        except (LookupError, ValueError):
            raise wrong(1, "the file's encoding is unknown") from None

    def _doctype(self, *_: object) -> None:
        line = self.parser.CurrentLineNumber
        raise wrong(line, "a document type or entity is declared, which no bank needs")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if len(self.paths) > _DEEPEST:
            reason = f"the elements lie more than {_DEEPEST} deep in each other"
            raise wrong(self.parser.CurrentLineNumber, reason)
        self.texts = []
        if name in _PARTS:
            self.statements += name in _STATEMENTS
            self.parts.append(_Part(self.parser.CurrentLineNumber))
            self.paths.append("")
            return
        path = f"{self.paths[-1]}/{name}" if self.paths[-1] else name
        self.paths.append(path)
        if "Ccy" in attributes:
            self.parts[-1].setdefault(f"{path}@Ccy", []).append(attributes["Ccy"])

    def _characters(self, text: str) -> None:
        self.texts.append(text)

    def _end(self, name: str) -> None:
        name = name.rpartition(":")[2]
        path = self.paths.pop()
        text, self.texts = "".join(self.texts).strip(), []
        if name not in _PARTS:
            if text:
                self.parts[-1].setdefault(path, []).append(text)
            return
        part = self.parts.pop()
        if name == "TxDtls":
            self.parts[-1].transactions.append(part)
        elif name == "Ntry":
            self._entry(self.parts[-1], part)

    def _entry(self, statement: _Part, entry: _Part) -> None:
        currency, amount = _amount(entry, statement.first("Acct/Ccy") or self.default)
        booked_on = _date(statement, entry)
        pending = entry.first("Sts", "Sts/Cd", "Sts/Prtry") in _NOT_BOOKED
        if pending:
            place = f"line {entry.line}"
            self.remarks.append(Remark(place, PENDING))
        for part, transactions, id in _lines_of(entry, currency, amount):
            self.lines.append(
                StatementLine(
                    account=joined(statement.first("Acct/Id/IBAN", "Acct/Id/Othr/Id")),
                    booked_on=booked_on,
                    amount=part,
                    currency=currency,
                    payee=_payee(entry, transactions, part),
                    memo=joined("Pending" if pending else "", *_memo(entry, transactions)),
                    id=id,
                    is_pending=pending,
                )
            )
            check_count(len(self.lines))


def _date(statement: _Part, entry: _Part) -> date:
    """The day of booking, else of value, else that on which the file was made."""
    text = entry.first("BookgDt/Dt", "BookgDt/DtTm", "ValDt/Dt", "ValDt/DtTm")
    text = text or statement.first("CreDtTm")
    if not text:
        raise wrong(entry.line, "the entry that begins here has no date")
    try:
        day = in_bounds(date.fromisoformat(text[:10]))
    except ValueError:
        day = None
    if day is None:
        raise wrong(entry.line, f"{shown(text)} is no date")
    return day


def _amount(entry: _Part, default: str) -> tuple[str, int]:
    """The currency, and the minor units: below zero for a debit."""
    text = entry.first("Amt")
    if not text:
        raise wrong(entry.line, "the entry that begins here has no amount")
    currency = currency_code(entry.first("Amt@Ccy") or default, entry.line)
    return currency, _signed(entry, plain_amount(text, currency, entry.line))


def _signed(part: _Part, amount: int) -> int:
    indicator = part.first("CdtDbtInd")
    if indicator not in ("CRDT", "DBIT"):
        raise wrong(part.line, f"{shown(indicator)} is neither CRDT nor DBIT")
    return -amount if indicator == "DBIT" else amount


def _lines_of(entry: _Part, currency: str, amount: int) -> Iterator[tuple[int, list[_Part], str]]:
    """Amount, transactions and id of each line: of a batch, one for each transaction.

    But only where all of them have an amount in the entry's currency, and these sum to it.
    """
    those = entry.transactions
    id = entry.reference("AcctSvcrRef") or entry.reference("NtryRef")
    own = [each.reference("Refs/AcctSvcrRef") for each in those]
    amounts = [_amount_within(each, currency, amount) for each in those]
    found = [each for each in amounts if each is not None]
    if len(those) < 2 or len(found) < len(those) or sum(found) != amount:
        yield amount, those, id or (own[0] if len(own) == 1 else "")
    elif all(own) and len(set(own)) == len(own):
        yield from zip(found, ([each] for each in those), own, strict=True)
    else:
        for number, (part, each) in enumerate(zip(found, those, strict=True), 1):
            yield part, [each], f"{id}/{number}" if id else ""


def _amount_within(transaction: _Part, currency: str, total: int) -> int | None:
    """The amount of one transaction of a batch, with the batch's sign if it has none of its own."""
    for path in ("Amt", "AmtDtls/TxAmt/Amt", "AmtDtls/InstdAmt/Amt"):
        if transaction.first(f"{path}@Ccy") == currency:
            amount = plain_amount(transaction.first(path), currency, transaction.line)
            if "CdtDbtInd" in transaction:
                return _signed(transaction, amount)
            return -amount if total < 0 else amount
    return None


def _payee(entry: _Part, transactions: list[_Part], amount: int) -> str:
    """The other side: the creditor of a debit, the debtor of a credit.

    What comes back keeps the sides that it had when it went.
    """
    back = entry.is_reversal or any(each.came_back for each in transactions)
    for side in ("Cdtr", "Dbtr") if (amount < 0) != back else ("Dbtr", "Cdtr"):
        if name := joined(*(_name(each, side) for each in transactions)):
            return name
    return ""


def _name(transaction: _Part, side: str) -> str:
    return transaction.first(f"RltdPties/{side}/Nm", f"RltdPties/{side}/Pty/Nm")


def _memo(entry: _Part, transactions: list[_Part]) -> Iterator[str]:
    if entry.is_reversal:
        yield "Reversal"
    for each in transactions:
        if each.came_back:
            reason = each.first("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry")
            yield f"Returned: {reason}" if reason else "Returned"
            yield from each.every("RtrInf/AddtlInf")
        yield from each.every("RmtInf/Ustrd")
        for path in ("CdtrRefInf/Ref", "RfrdDocInf/Nb", "AddtlRmtInf"):
            yield from each.every(f"RmtInf/Strd/{path}")
        for path in ("EndToEndId", "MndtId", "ChqNb"):
            yield each.reference(f"Refs/{path}")
        yield _name(each, "UltmtCdtr")
        yield _name(each, "UltmtDbtr")
        yield each.first("AddtlTxInf")
    yield entry.first("AddtlNtryInf")
