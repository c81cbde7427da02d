"""CSV of any bank: rows by a mapping that is given, remembered or found."""

from collections.abc import Callable
from dataclasses import replace

from store.exchange.statements.csv_detection import (
    SAMPLE,
    Layout,
    Said,
    cell,
    currency_of_header,
    is_date,
    is_whole,
    layout_of,
    mapping_of_layout,
    rows,
)
from store.exchange.statements.csv_words import goes_out
from store.exchange.statements.encoding import decoded, encoding_of, is_text
from store.exchange.statements.line import Mapping, Remark, Statement, StatementLine
from store.exchange.statements.marks import to_date, units, written
from store.exchange.statements.values import (
    STEP,
    Progress,
    clean,
    currency_code,
    currency_of_sign,
    joined,
    not_an_amount,
    shown,
    wrong,
)
from store.rules.errors import BadInput


def read(
    data: bytes,
    *,
    mapping: Mapping | None,
    mappings: Callable[[tuple[str, ...]], Mapping | None] | None,
    currency: str,
    day_first: bool,
    progress: Progress,
) -> Statement:
    """The lines of a CSV; see `reading.read`.

    Raises BadInput where the columns cannot be found (naming those that there are), or a row among
    others has no date or amount that can be read.
    """
    if mapping is None:
        encoding = encoding_of(data)
        text = decoded(data, encoding)
        layout = layout_of(text)
        mapping = mappings(layout.header) if mappings is not None and layout.header else None
        if mapping is None:
            mapping = mapping_of_layout(text, layout, encoding, day_first)
            if not is_whole(mapping):
                raise BadInput(_not_found(layout))
        else:
            mapping, text = _again(data, text, encoding, replace(mapping, skip=layout.skip))
    else:
        text = decoded(data, mapping.encoding)
    return _Reader(text, mapping, currency).read(progress)


def outline(data: bytes, said: Said, *, day_first: bool) -> Statement:
    """The header, the first rows and the nearest mapping of a CSV, without its lines."""
    encoding = said.encoding or encoding_of(data)
    text = decoded(data, encoding)
    layout = layout_of(text, said)
    mapping = mapping_of_layout(text, layout, encoding, day_first)
    return Statement("csv", (), (), layout.header, mapping, layout.sample)


def _again(data: bytes, text: str, encoding: str, mapping: Mapping) -> tuple[Mapping, str]:
    """A remembered mapping for this file, whose encoding may be another one this time."""
    if encoding.startswith("utf") and not text.isascii():
        return replace(mapping, encoding=encoding), text
    if is_text(data, mapping.encoding):
        return mapping, decoded(data, mapping.encoding)
    return replace(mapping, encoding=encoding), text


def _not_found(layout: Layout) -> str:
    if layout.header:
        named = ", ".join(f"“{clean(each)}”" for each in layout.header)
    else:
        named = f"no header but {max(map(len, layout.sample), default=0)} columns"
    return (
        f"which column has the amounts is not clear; there are {named}: "
        "say which with --map date=…,amount=… (by name, or by number from 1)"
    )


class _Reader:
    """Reads the rows of one file by its mapping."""

    def __init__(self, text: str, mapping: Mapping, currency: str) -> None:
        self.text = text
        self.mapping = mapping
        self.header: tuple[str, ...] = ()
        self.default = currency
        self.lines: list[StatementLine] = []
        self.remarks: list[Remark] = []
        self.sample: list[tuple[str, ...]] = []
        self.summary: list[tuple[BadInput, Remark]] = []

    def read(self, progress: Progress) -> Statement:
        mapping = self.mapping
        everything = rows(self.text, mapping.delimiter, mapping.skip)
        if mapping.has_header:
            _, cells = next(everything, (0, []))
            self.header = tuple(each.strip() for each in cells)
            self._check_columns(len(cells))
        self.default = currency_of_header(self.header, mapping) or self.default
        count = self.text.count("\n") + self.text.count("\r") + 1
        for number, (line, cells) in enumerate(everything):
            if number % STEP == 0:
                progress(min(1.0, line / count))
            if number < SAMPLE:
                self.sample.append(tuple(cells))
            self._take(line, cells)
        self.remarks += [remark for _, remark in self.summary]
        return Statement(
            "csv", tuple(self.lines), tuple(self.remarks), self.header, mapping, tuple(self.sample)
        )

    def _check_columns(self, width: int) -> None:
        mapping = self.mapping
        named = (mapping.date, mapping.amount, mapping.debit, mapping.credit)
        if max(each for each in named if each is not None) >= width:
            raise wrong(mapping.skip + 1, f"there are {width} columns, too few for the mapping")

    def _take(self, line: int, cells: list[str]) -> None:
        """A row becomes a line, a remark, or a summary if no line comes after it."""
        mapping = self.mapping
        day = cell(cells, mapping.date).strip()
        amounts = [
            cell(cells, at).strip() for at in (mapping.amount, mapping.debit, mapping.credit)
        ]
        text = joined(*cells)
        if not any(amounts):
            wide = max(each or 0 for each in places)
            if is_date(day) and len(cells) <= wide and mapping.amount is not None:
                raise wrong(line, "the row is cut off before its amount")
            self.remarks.append(Remark(f"line {line}", f"no amount: {text}"))
        elif self.header and tuple(each.strip() for each in cells) == self.header:
            self.remarks.append(Remark(f"line {line}", "the header again"))
        elif not any(map(str.isdigit, day)):
            reason = f"{shown(day)} is no date" if day else "the date is missing"
            self.summary.append((wrong(line, reason), Remark(f"line {line}", f"no date: {text}")))
        else:
            if self.summary:
                raise self.summary[0][0]
            self.lines.append(self._line(line, cells, day))

    def _line(self, line: int, cells: list[str], day: str) -> StatementLine:
        mapping = self.mapping
        booked_on = to_date(day, mapping.order, line)
        stated = cell(cells, mapping.currency).strip()
        currency = currency_code(stated, line) if stated else self.default
        if mapping.amount is not None:
            amount, currency = self._amount(cells, mapping.amount, currency, bool(stated), line)
            amount = self._directed(amount, cells, line)
        else:
            debit, currency = self._amount(cells, mapping.debit, currency, bool(stated), line)
            credit, currency = self._amount(cells, mapping.credit, currency, bool(stated), line)
            amount = credit - abs(debit)
        return StatementLine(
            account=clean(cell(cells, mapping.account)),
            booked_on=booked_on,
            amount=amount,
            currency=currency,
            payee=clean(cell(cells, mapping.payee)),
            memo=joined(*(cell(cells, at) for at in mapping.memo)),
            id=clean(cell(cells, mapping.id)),
        )

    def _amount(
        self, cells: list[str], at: int | None, currency: str, stated: bool, line: int
    ) -> tuple[int, str]:
        """The minor units in a cell and their currency; an empty cell of two has none."""
        text = cell(cells, at).strip()
        if not text:
            return 0, currency
        found = written(text, self.mapping.decimal)
        if found is None:
            raise wrong(line, not_an_amount(text))
        if found.sign:
            meant = currency_of_sign(found.sign, currency)
            if meant is None or (stated and meant != currency):
                raise wrong(line, f"{shown(text)} is not an amount in {currency}")
            currency = meant
        return units(found, text, currency, line), currency

    def _directed(self, amount: int, cells: list[str], line: int) -> int:
        """The amount with the sign that the column of kinds gives it, or that the mapping says."""
        if self.mapping.kind is not None:
            kind = cell(cells, self.mapping.kind)
            out = goes_out(kind)
            if out is None:
                raise wrong(line, f"{shown(kind)} says neither out nor in")
            return -amount if out else amount
        return -amount if self.mapping.out_is_positive else amount
