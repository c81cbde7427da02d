"""CSV of any bank: rows by a mapping that is given, remembered or found."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from itertools import islice
from operator import itemgetter

from store.exchange.statements.csv_detection import (
    ODD_DELIMITERS,
    SAMPLE,
    Layout,
    Row,
    Said,
    cell,
    currency_of_header,
    is_whole,
    layout_of,
    mapping_of_layout,
    rows,
    told,
)
from store.exchange.statements.csv_words import goes_out
from store.exchange.statements.encoding import decoded, encoding_of, is_text
from store.exchange.statements.line import Mapping, Remark, Statement, StatementLine
from store.exchange.statements.marks import day_of, is_unclear, to_date, units, written
from store.exchange.statements.values import (
    STEP,
    UNCLEAR_CURRENCY,
    Progress,
    clean,
    currency_of_cell,
    currency_of_sign,
    joined,
    listed,
    not_an_amount,
    shown,
    wrong,
)
from store.rules.errors import BadInput

_UNCLEAR = (
    "may have thousands or decimals; say which with --map decimal=. or decimal=, "
    "(“Decimals” in the app)"
)


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
    is_guessed = False
    if mapping is None:
        encoding = encoding_of(data)
        text = decoded(data, encoding)
        layout = layout_of(text)
        mapping = _remembered(text, layout, mappings) if mappings is not None else None
        if mapping is None:
            mapping = mapping_of_layout(text, layout, encoding, day_first)
            is_guessed = mapping.order != "ymd"
            if not is_whole(mapping):
                raise BadInput(_not_found(layout))
        else:
            mapping, text = _again(data, text, encoding, mapping)
    else:
        text = decoded(data, mapping.encoding)
        if not is_whole(mapping):
            raise BadInput("the mapping names no column of amounts")
    statement = _Reader(text, told(text, mapping), currency).read(progress)
    return _said_of_days(statement, mapping.order) if is_guessed else statement


def _said_of_days(statement: Statement, order: str) -> Statement:
    """With a remark where every date could as well be read with day and month in turn."""
    days = [each.booked_on for each in statement.lines]
    if not days or any(day.day > 12 for day in days) or all(day.day == day.month for day in days):
        return statement
    read, other = ("day", "month") if order == "dmy" else ("month", "day")
    other_order = "mdy" if order == "dmy" else "dmy"
    remark = Remark(
        "the dates", f"read {read} first; where they are {other} first, say order={other_order}"
    )
    return replace(statement, remarks=(*statement.remarks, remark))


def outline(data: bytes, said: Said, *, day_first: bool) -> Statement:
    """The header, the first rows and the nearest mapping of a CSV, without its lines."""
    encoding = said.encoding or encoding_of(data)
    text = decoded(data, encoding)
    layout = layout_of(text, said)
    mapping = told(text, mapping_of_layout(text, layout, encoding, day_first))
    return Statement("csv", (), (), layout.header, mapping, layout.sample)


def _remembered(
    text: str, layout: Layout, mappings: Callable[[tuple[str, ...]], Mapping | None]
) -> Mapping | None:
    """The mapping that is remembered for the header, for where it stands in this file."""
    layouts = [layout]
    for delimiter in ODD_DELIMITERS:
        with suppress(BadInput):
            layouts.append(layout_of(text, Said(delimiter=delimiter)))
    for each in layouts:
        mapping = mappings(each.header) if each.header else None
        if mapping is not None:
            return replace(mapping, skip=each.skip, delimiter=each.delimiter)
    return None


def _again(data: bytes, text: str, encoding: str, mapping: Mapping) -> tuple[Mapping, str]:
    """A remembered mapping for this file, whose encoding may be another one this time."""
    if encoding.startswith("utf") and not text.isascii():
        return replace(mapping, encoding=encoding), text
    if is_text(data, mapping.encoding):
        return mapping, decoded(data, mapping.encoding)
    return replace(mapping, encoding=encoding), text


def _not_found(layout: Layout) -> str:
    width = max(map(len, layout.sample), default=0)
    named = f"there are {listed(layout.header)}" if layout.header else f"no header, {width} columns"
    return (
        f"which columns have the date and the amount is not clear ({named}); "
        "say which with --map date=…,amount=… (by name, or by number from 1)"
    )


class _Reader:
    """Reads the rows of one file by its mapping."""

    def __init__(self, text: str, mapping: Mapping, currency: str) -> None:
        self.text = text
        self.mapping = mapping
        self.places = (mapping.amount, mapping.debit, mapping.credit)
        self.currency = currency
        self.header: tuple[str, ...] = ()
        self.width = 0
        self.lines: list[StatementLine] = []
        self.remarks: list[tuple[int, Remark]] = []
        self.sample: list[tuple[str, ...]] = []
        self.last_rows: list[tuple[int, str, list[str]]] = []

    def read(self, progress: Progress) -> Statement:
        mapping = self.mapping
        if mapping.skip:
            self.remarks.append((0, Remark("line 1", f"lines above the rows: {mapping.skip}")))
        if mapping.has_header:
            line, cells = next(self._rows(), (0, []))
            self.header, self.width = tuple(map(str.strip, cells)), len(cells)
            self._check_columns(self.width)
            self._check_breaks(line, cells)
        else:
            widths = Counter(len(cells) for _, cells in islice(self._rows(), SAMPLE))
            self.width = max(widths, key=lambda width: widths[width], default=0)
        self.currency = currency_of_header(self.header, mapping, self.currency)
        # Some banks write what went out below zero in its own column, most do not.
        signs = (False, mapping.debit_is_negative, mapping.credit_is_negative)
        self.factors = tuple(-1 if each else 1 for each in signs)
        count = self.text.count("\n") + self.text.count("\r") + 1
        for number, (line, cells) in enumerate(islice(self._rows(), mapping.has_header, None)):
            if number % STEP == 0:
                progress(min(1.0, line / count))
            if number < SAMPLE:
                self.sample.append(tuple(cells))
            self._check_breaks(line, cells)
            self._take(line, cells)
        if self.last_rows and not self.lines:
            raise wrong(*self.last_rows[0][:2])
        for line, reason, cells in self.last_rows:
            self._remark(line, cells, reason)
        remarks = tuple(remark for _, remark in sorted(self.remarks, key=itemgetter(0)))
        lines, sample = tuple(self.lines), tuple(self.sample)
        return Statement("csv", lines, remarks, self.header, mapping, sample)

    def _rows(self) -> Iterator[Row]:
        return rows(self.text, self.mapping.delimiter, self.mapping.skip)

    def _check_columns(self, width: int) -> None:
        named = [at for at in (self.mapping.date, *self.places) if at is not None]
        if max(named) >= width:
            reason = f"there are {width} columns, but the mapping names column {max(named) + 1}"
            raise wrong(self.mapping.skip + 1, reason)

    def _check_breaks(self, line: int, cells: list[str]) -> None:
        """Refuse a cell whose line breaks lie between rows, which it would swallow."""
        if not any("\n" in each or "\r" in each for each in cells):
            return
        mapping = self.mapping
        for text in re.split(r"[\r\n]+", mapping.delimiter.join(cells))[1:]:
            inner = [each.strip(' "') for each in text.split(mapping.delimiter)]
            has_amount = any(written(cell(inner, at), mapping.decimal) for at in self.places)
            if has_amount and day_of(cell(inner, mapping.date), mapping.order) is not None:
                raise wrong(line, "a cell holds other rows: a quotation mark is not closed")

    def _check_width(self, line: int, cells: list[str]) -> None:
        """Refuse a row with more cells than columns: a delimiter within one shifts the others."""
        if any(map(str.strip, cells[self.width :])):
            reason = (
                f"the row has {len(cells)} cells, but there are {self.width} columns; "
                "a cell that holds the delimiter needs quotation marks"
            )
            raise wrong(line, reason)

    def _take(self, line: int, cells: list[str]) -> None:
        """A row becomes a line or a remark; some of them a remark only if no line comes after."""
        mapping = self.mapping
        day = cell(cells, mapping.date).strip()
        is_day = day_of(day, mapping.order) is not None
        if is_day:
            self._check_width(line, cells)
        if any(cell(cells, at).strip() for at in self.places):
            if is_day or day[:1].isdigit():
                if self.last_rows:
                    raise wrong(*self.last_rows[0][:2])
                self.lines.append(self._line(line, cells, day))
            elif tuple(map(str.strip, cells)) == self.header:
                self._remark(line, cells, "the header again")
            else:
                reason = f"{shown(day)} is no date" if day else "the date is missing"
                self.last_rows.append((line, reason, cells))
        elif not is_day or mapping.amount is None or not self.lines:
            self._remark(line, cells, "no amount")
        elif len(cells) <= mapping.amount:
            raise wrong(line, "the row is cut off before its amount")
        else:
            self.last_rows.append((line, not_an_amount(""), cells))

    def _remark(self, line: int, cells: list[str], reason: str) -> None:
        self.remarks.append((line, Remark(f"line {line}", f"{reason}: {shown(joined(*cells))}")))

    def _line(self, line: int, cells: list[str], day: str) -> StatementLine:
        mapping = self.mapping
        booked_on = to_date(day, mapping.order, line)
        stated = cell(cells, mapping.currency).strip()
        currency = currency_of_cell(stated, self.currency, line) if stated else self.currency
        if mapping.amount is not None:
            amount, currency = self._amount(line, cells, 0, currency)
            amount = self._directed(amount, cells, line)
        else:
            debit, currency = self._amount(line, cells, 1, currency)
            credit, currency = self._amount(line, cells, 2, currency)
            amount = credit - debit
        return StatementLine(
            account=clean(cell(cells, mapping.account)),
            booked_on=booked_on,
            amount=amount,
            currency=currency,
            payee=clean(cell(cells, mapping.payee)),
            memo=joined(*(cell(cells, at) for at in mapping.memo)),
            id=clean(cell(cells, mapping.id)),
        )

    def _amount(self, line: int, cells: list[str], which: int, currency: str) -> tuple[int, str]:
        """The minor units in a cell and their currency; an empty one of two has none."""
        text = cell(cells, self.places[which]).strip()
        if not text:
            return 0, currency
        found = written(text, self.mapping.decimal)
        if found is None:
            raise wrong(line, not_an_amount(text))
        if found.sign:
            meant = currency_of_sign(found.sign, currency)
            if meant is None:
                raise wrong(line, f"the currency of {shown(text)} {UNCLEAR_CURRENCY}")
            if self.mapping.currency is not None and meant != currency:
                raise wrong(line, f"{shown(text)} is not an amount in {currency}")
            currency = meant
        if not self.mapping.is_decimal_said and is_unclear(found, text, currency):
            raise wrong(line, f"{shown(text)} {_UNCLEAR}")
        return units(found, text, currency, line) * self.factors[which], currency

    def _directed(self, amount: int, cells: list[str], line: int) -> int:
        """The amount with the sign that the column of kinds gives it, or that the mapping says."""
        if self.mapping.kind is not None:
            kind = cell(cells, self.mapping.kind)
            out = goes_out(kind)
            if out is None:
                raise wrong(line, f"{shown(kind)} says neither out nor in")
            return -abs(amount) if out else amount
        return -amount if self.mapping.out_is_positive else amount
