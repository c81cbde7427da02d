"""How a CSV is written and which of its columns is what, found from its header and its values."""

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import islice

from store.exchange.statements import csv_words as words
from store.exchange.statements.line import Mapping
from store.exchange.statements.marks import (
    Mark,
    Order,
    day_of,
    decimal_mark,
    order_of,
    written,
)
from store.exchange.statements.values import (
    UNCLEAR_CURRENCY,
    check_count,
    currency_of_sign,
    shown,
    wrong,
)
from store.rules.errors import BadInput

Row = tuple[int, list[str]]
"""The line that a row begins in, from 1, and its cells."""

SAMPLE = 50
"""How many rows are looked at to find the columns, and kept to be shown."""

_DELIMITERS = "\t;|,"
ODD_DELIMITERS = "#~^:"
"""Those that are only tried for a header that is remembered."""

_HEAD = 1 << 16
_MOST_COLUMNS = 250
_ORDERS: tuple[Order, ...] = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True)
class Said:
    """What a person says of how a CSV is written; None where it is to be found."""

    encoding: str | None = None
    delimiter: str | None = None
    skip: int | None = None
    has_header: bool | None = None


@dataclass(frozen=True, slots=True)
class Layout:
    """Where the rows of a CSV begin, and what stands above them."""

    delimiter: str
    skip: int
    header: tuple[str, ...]
    """The names of the columns; empty where there are none."""
    sample: tuple[tuple[str, ...], ...]


def rows(text: str, delimiter: str, skip: int = 0, *, strict: bool = True) -> Iterator[Row]:
    """The rows after `skip` lines, without empty ones.

    Raises BadInput where there are too many, and with the line where a quotation mark is not
    closed, unless not `strict`.
    """
    stream = io.StringIO(text, newline="")
    for _ in range(skip):
        stream.readline()
    reader = csv.reader(stream, delimiter=delimiter, strict=strict, skipinitialspace=True)
    line, count = skip + 1, 0
    try:
        for cells in reader:
            if any(map(str.strip, cells)):
                check_count(count)  # the header is none of them
                yield line, cells
                count += 1
            line = skip + reader.line_num + 1
    except csv.Error:
        raise wrong(line, "a quotation mark is not closed, or a cell is too long") from None


def layout_of(text: str, said: Said | None = None) -> Layout:
    """How the rows are parted, and where the header (or the first row) is.

    What was `said` of that is not looked for.
    """
    said = said or Said()
    delimiter, skip = (said.delimiter, 0) if said.delimiter else _delimiter(text)
    skip = skip if said.skip is None else said.skip
    head = text if len(text) <= _HEAD else text[:_HEAD]
    first = list(islice(rows(head, delimiter, skip, strict=False), 2 * SAMPLE))
    if not first:
        raise BadInput("there are no rows in it")
    for line, cells in first:
        if len(cells) > _MOST_COLUMNS:
            raise wrong(
                line, f"there are {len(cells)} columns, more than the {_MOST_COLUMNS} allowed"
            )
    place, has_header = _place_of_header(first)
    if said.skip is not None:
        place = 0
    if said.has_header is not None:
        has_header = said.has_header
    line, cells = first[place]
    header = tuple(cell.strip() for cell in cells) if has_header else ()
    body = first[place + has_header :][:SAMPLE]
    return Layout(delimiter, line - 1, header, tuple(tuple(cells) for _, cells in body))


def mapping_of_layout(text: str, layout: Layout, encoding: str, day_first: bool) -> Mapping:
    """The mapping that comes nearest; it has no column of amounts where the columns are not clear.

    What the amounts tell is not in it yet; see `told`.
    """
    mapping = replace(
        _columns(layout),
        encoding=encoding,
        delimiter=layout.delimiter,
        skip=layout.skip,
        has_header=bool(layout.header),
    )
    body = islice(rows(text, layout.delimiter, layout.skip), mapping.has_header, None)
    dates = list(dict.fromkeys(cell(cells, mapping.date).strip() for _, cells in body))
    others = [
        text
        for row in layout.sample
        for at, each in enumerate(row)
        if at != mapping.date and is_date(text := each.strip())
    ]
    return replace(mapping, order=order_of(dates, day_first, others))


def told(text: str, mapping: Mapping) -> Mapping:
    """The mapping with what only all the amounts of a file tell, where a person did not say it.

    That is the decimal mark, and whether most debits or credits are below zero.
    """
    places = (mapping.amount, mapping.debit, mapping.credit)
    amounts: tuple[Counter[str], ...] = tuple(Counter() for _ in places)
    body = islice(rows(text, mapping.delimiter, mapping.skip), mapping.has_header, None)
    for _, cells in body:
        for at, column in zip(places, amounts, strict=True):
            if at is not None:
                column[cell(cells, at).strip()] += 1
    if not mapping.is_decimal_said:
        texts = (text for column in amounts for text in column)
        mapping = replace(mapping, decimal=decimal_mark(texts, mapping.decimal))
    _, debit, credit = (_mostly_negative(column, mapping.decimal) for column in amounts)
    if mapping.debit_is_negative is None:
        mapping = replace(mapping, debit_is_negative=debit)
    if mapping.credit_is_negative is None:
        mapping = replace(mapping, credit_is_negative=credit)
    return mapping


def _mostly_negative(amounts: Counter[str], decimal: Mark) -> bool | None:
    """Whether more of the amounts are below zero than above it; None where all are zero."""
    signs: Counter[bool] = Counter()
    for text, times in amounts.items():
        found = written(text, decimal)
        if found is not None and (found.whole + found.fraction).strip("0"):
            signs[found.negative] += times
    return signs[True] > signs[False] if signs else None


def is_whole(mapping: Mapping) -> bool:
    """Whether there is a column of amounts."""
    return any(each is not None for each in (mapping.amount, mapping.debit, mapping.credit))


def currency_of_header(header: tuple[str, ...], mapping: Mapping, default: str) -> str:
    """The currency that the name of the column of amounts says, as in `Amount (EUR)`.

    Raises BadInput with the line for crowns, where they may be of any of their countries.
    """
    places = (mapping.amount, mapping.debit, mapping.credit)
    for at in places if header else ():
        for word in re.split(r"[\s()\[\]]+", header[at]) if at is not None else ():
            if word.isupper() or word in ("€", "£", "$", "kr", "Kr"):
                found = currency_of_sign(word, default)
                if found is not None:
                    return found
                if word.casefold() == "kr":
                    reason = f"the currency of {shown(word)} {UNCLEAR_CURRENCY}"
                    raise wrong(mapping.skip + 1, reason)
    return default


def cell(cells: list[str] | tuple[str, ...], at: int | None) -> str:
    """The cell in a column; empty where the row is shorter, or there is no such column."""
    return cells[at] if at is not None and at < len(cells) else ""


def _delimiter(text: str) -> tuple[str, int]:
    """The delimiter that parts most rows alike; `sep=;` in the first line says it."""
    first = text[:10].lower()
    if first.startswith("sep=") and len(text) > 4 and text[4] in _DELIMITERS:
        return text[4], 1
    head = text[:_HEAD]
    if len(text) > _HEAD:
        head = head[: max(head.rfind("\n"), head.rfind("\r")) + 1] or head

    def parted(delimiter: str) -> tuple[int, int]:
        widths = Counter(len(cells) for _, cells in rows(head, delimiter, strict=False))
        wide = [(count, width) for width, count in widths.items() if width > 1]
        return max(wide, default=(0, 0))

    return max(_DELIMITERS, key=parted), 0


def _place_of_header(first: list[Row]) -> tuple[int, bool]:
    """Which of the first rows is the header, or else the first row of values (and then False)."""
    for place, (_, cells) in enumerate(first):
        names = [words.folded(each) for each in cells]
        amounts = (words.AMOUNT, words.DEBIT, words.CREDIT)
        if _named(names, words.DATE) and any(_named(names, each) for each in amounts):
            return place, True
    for place, (_, cells) in enumerate(first):
        if _is_values(cells):
            before = first[place - 1][1] if place else []
            is_header = len(before) == len(cells) and not any(map(is_date, before))
            return (place - 1, True) if is_header else (place, False)
    return 0, True


def _named(names: list[str], list_of_words: str) -> bool:
    return not set(names).isdisjoint(words.listed(list_of_words))


def _is_values(cells: list[str]) -> bool:
    return any(map(is_date, cells)) and any(is_amount(each) and not is_date(each) for each in cells)


def is_date(text: str) -> bool:
    """Whether the text is a date in any order."""
    return any(day_of(text, order) is not None for order in _ORDERS)


def is_amount(text: str) -> bool:
    """Whether the text is an amount with either decimal mark."""
    text = text.strip()
    return any(written(text, decimal) for decimal in (".", ","))


def _is_money(text: str) -> bool:
    return is_amount(text) and not text.strip().isdigit()


def _may_be_currency(text: str) -> bool:
    return not is_date(text) and not is_amount(text)


def _is_kind(text: str) -> bool:
    return words.goes_out(text) is not None


def _columns(layout: Layout) -> Mapping:
    """The columns: by their names where their values fit, else by their values alone."""
    width = max(len(layout.header), max((len(each) for each in layout.sample), default=0))
    names = [words.folded(each) for each in layout.header]
    columns = [[cell(each, at).strip() for each in layout.sample] for at in range(width)]
    taken: set[int] = set()

    def find(list_of_words: str, fits: Callable[[list[str]], object] = _anything) -> int | None:
        for word in words.listed(list_of_words):
            for at, name in enumerate(names):
                if name == word and at not in taken and fits(columns[at]):
                    taken.add(at)
                    return at
        return None

    def every(list_of_words: str) -> list[int]:
        return list(iter(lambda: find(list_of_words), None))

    date = find(words.DATE, _mostly(is_date))
    while find(words.DATE, _mostly(is_date)) is not None:
        pass
    if date is None:
        date = next((at for at, each in enumerate(columns) if _all(is_date)(each)), None)
    if date is None:
        date = find(words.DATE)
    if date is None:
        return Mapping(date=0)
    taken.add(date)
    amount = find(words.AMOUNT, _mostly(is_amount))
    debit = find(words.DEBIT, _mostly(is_amount)) if amount is None else None
    credit = find(words.CREDIT, _mostly(is_amount)) if amount is None else None
    currency = find(words.CURRENCY, _mostly(_may_be_currency))
    if amount is None and debit is None and credit is None:
        amount, debit, credit = _amounts_by_value(columns, taken)
        if amount is None and debit is None:
            amount = find(words.AMOUNT)
    kind = None
    if amount is not None and not any(map(_is_negative, columns[amount])):
        kind = find(words.KIND, _all(_is_kind))
    id, account = find(words.ID), find(words.ACCOUNT)
    payee = find(words.PAYEE, any)
    if payee is None:
        payee = find(words.TEXT)
    memo = [*every(words.TEXT), *every(words.REFERENCE)]
    if payee is None and not memo:
        payee, memo = _texts_by_value(columns, taken)
    return Mapping(
        date=date,
        amount=amount,
        debit=debit,
        credit=credit,
        payee=payee,
        memo=tuple(sorted(memo)),
        id=id,
        account=account,
        currency=currency,
        kind=kind,
    )


def _anything(_: list[str]) -> bool:
    return True


def _mostly(fits: Callable[[str], bool]) -> Callable[[list[str]], bool]:
    """Whether more than half of the values of a column that are there fit."""

    def mostly(values: list[str]) -> bool:
        fitting = [fits(each) for each in values if each]
        return not fitting or sum(fitting) * 2 > len(fitting)

    return mostly


def _all(fits: Callable[[str], bool]) -> Callable[[list[str]], bool]:
    """Whether a column has values and all of them fit."""
    return lambda values: any(values) and all(fits(each) for each in values if each)


def _is_negative(text: str) -> bool:
    found = written(text, ".") or written(text, ",")
    return found is not None and found.negative


def _amounts_by_value(
    columns: list[list[str]], taken: set[int]
) -> tuple[int | None, int | None, int | None]:
    """The one column of amounts, or that beside its running balance, or those for out and in."""
    found = [at for at, each in enumerate(columns) if at not in taken and _all(_is_money)(each)]
    if len(found) == 1:
        amount = found[0]
    elif len(found) == 2 and all(
        bool(a) != bool(b) for a, b in zip(*map(columns.__getitem__, found), strict=True)
    ):
        taken.update(found)
        return None, found[0], found[1]
    else:
        pairs = [
            (a, b) for a in found for b in found if a != b and _adds_up(columns[a], columns[b])
        ]
        if len(pairs) != 1:
            return None, None, None
        amount = pairs[0][0]
        taken.add(pairs[0][1])
    taken.add(amount)
    return amount, None, None


def _adds_up(amounts: list[str], balances: list[str]) -> bool:
    """Whether the balances follow from the amounts, the newest last or first."""
    mark: Mark = decimal_mark([*amounts, *balances])
    deltas, totals = (
        [_hundredths(each, mark) for each in amounts],
        [_hundredths(each, mark) for each in balances],
    )
    if len(deltas) < 3:
        return False
    down = all(totals[at] - totals[at - 1] == deltas[at] for at in range(1, len(deltas)))
    up = all(totals[at] - totals[at + 1] == deltas[at] for at in range(len(deltas) - 1))
    return down or up


def _hundredths(text: str, decimal: str) -> int:
    found = written(text, decimal)
    if found is None:
        return 0
    value = int(f"{found.whole}{found.fraction:0<4}"[: len(found.whole) + 4])
    return -value if found.negative else value


def _texts_by_value(columns: list[list[str]], taken: set[int]) -> tuple[int | None, list[int]]:
    """The column with the longest texts, and the others with text."""
    texts = {
        at: sum(map(len, each))
        for at, each in enumerate(columns)
        if at not in taken and any(each) and not _all(is_amount)(each) and not _all(is_date)(each)
    }
    if not texts:
        return None, []
    payee = max(texts, key=lambda at: texts[at])
    return payee, [at for at in texts if at != payee]
