"""A CSV's mapping in words, as a person types and reads it: `date=Booking Date`, `order=dmy`."""

import codecs
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from store.exchange.statements.csv_detection import Said, cell, is_whole
from store.exchange.statements.line import Mapping, Statement
from store.exchange.statements.marks import order_of
from store.exchange.statements.values import listed, shown
from store.rules.errors import BadInput

COLUMNS = (
    "date",
    "amount",
    "debit",
    "credit",
    "payee",
    "memo",
    "id",
    "account",
    "currency",
    "kind",
)
"""The words that name a column (`memo`: several, with `+` between)."""

SETTINGS = ("order", "decimal", "delimiter", "encoding", "out", "in", "skip", "header")
"""The words that say how values are written."""

_UNTOLD = {"is_decimal_said": False, "debit_is_negative": None, "credit_is_negative": None}
_BETWEEN = re.compile(r",(?=\s*\w+\s*=)")
_TAB = "tab"


def mapping_of(said: Sequence[str], statement: Statement, *, day_first: bool = True) -> Mapping:
    """The statement's mapping, changed by what is said: `KEY=VALUE`, by commas or one by one.

    A column is meant by its name, or by its number from 1; nothing after `=` says that there is no
    such column. Where a column of dates is said but not their order, that is found from the first
    rows; how amounts are written is left to the file, unless it is said. Raises BadInput for
    unknown keys and columns, naming those possible.
    """
    if statement.mapping is None:
        raise BadInput(f"only a CSV has columns to map, not {statement.format}", field="map")
    words = _words(said)
    changes: dict[str, Any] = {}
    for key, value in words.items():
        if key == "memo":
            changes[key] = _memo(value, statement)
        elif key in COLUMNS:
            changes[key] = _column(value, statement)
        else:
            name, read = _SETTINGS[key]
            changes[name] = read(value)
    if "decimal" in words:
        changes["is_decimal_said"] = True
    if {"amount", "debit", "credit"} & set(words):
        changes = _UNTOLD | changes
    if changes.get("amount") is not None:
        changes = {"debit": None, "credit": None} | changes
    elif changes.get("debit") is not None or changes.get("credit") is not None:
        changes = {"amount": None, "kind": None} | changes
    if changes.get("date", 0) is None:
        raise BadInput("say which column has the date, as in date=1", field="map")
    mapping = replace(statement.mapping, **changes)
    if not is_whole(mapping):
        raise BadInput("say which column has the amount, as in amount=2", field="map")
    if "out" in words and mapping.amount is None:
        negative = not mapping.out_is_positive
        mapping = replace(mapping, debit_is_negative=negative, out_is_positive=False)
    if mapping.date != statement.mapping.date and "order" not in words:
        dates = {cell(each, mapping.date).strip() for each in statement.sample}
        mapping = replace(mapping, order=order_of(dates, day_first))
    return mapping


def said(mapping: Mapping, header: Sequence[str]) -> list[str]:
    """The mapping in the words that `mapping_of` reads, for a CSV with this header."""
    words = [
        f"{key}={_name(at, header)}"
        for key in COLUMNS
        if key != "memo" and (at := getattr(mapping, key)) is not None
    ]
    if mapping.memo:
        words.append("memo=" + "+".join(_name(at, header) for at in mapping.memo))
    words.append(f"order={mapping.order}")
    if mapping.is_decimal_said:
        words.append(f"decimal={mapping.decimal}")
    words.append(f"delimiter={_TAB if mapping.delimiter == chr(9) else mapping.delimiter}")
    words.append(f"encoding={mapping.encoding}")
    words += _directions(mapping)
    if mapping.skip:
        words.append(f"skip={mapping.skip}")
    if not mapping.has_header:
        words.append("header=no")
    return words


def layout_said(said: Sequence[str]) -> Said:
    """What is said of how the file is written, rather than of its columns."""
    words = _words(said)
    return Said(
        encoding=_encoding(words["encoding"]) if "encoding" in words else None,
        delimiter=_delimiter(words["delimiter"]) if "delimiter" in words else None,
        skip=_skip(words["skip"]) if "skip" in words else None,
        has_header=_one_of(words["header"], _HEADER) if "header" in words else None,
    )


def _words(said: Sequence[str]) -> dict[str, str]:
    words: dict[str, str] = {}
    for each in (part for text in said for part in _BETWEEN.split(text)):
        key, equals, value = each.partition("=")
        key = key.strip().casefold()
        if not equals or key not in (*COLUMNS, *SETTINGS):
            possible = ", ".join((*COLUMNS, *SETTINGS))
            raise BadInput(
                f"{shown(each)} is no part of a mapping; write KEY=VALUE with one of {possible}",
                field="map",
            )
        words[key] = value if value.isspace() else value.strip()
    return words


def _column(text: str, statement: Statement) -> int | None:
    if not text:
        return None
    at = _place(text, statement)
    if at is None:
        raise BadInput(f"there is no column {shown(text)}; {_possible(statement)}", field="map")
    return at


def _memo(text: str, statement: Statement) -> tuple[int, ...]:
    if not text:
        return ()
    if (whole := _place(text, statement)) is not None:
        return (whole,)
    found = (_column(part.strip(), statement) for part in text.split("+"))
    return tuple(at for at in found if at is not None)


def _place(text: str, statement: Statement) -> int | None:
    """Where the column stands that is called so, or has this number; None where there is none."""
    header = statement.header
    for names in (header, [name.casefold() for name in header]):
        wanted = text if names is header else text.casefold()
        if wanted in names:
            return names.index(wanted)
    if text.isascii() and text.isdigit() and 1 <= int(text[:9]) <= _width(statement):
        return int(text) - 1
    return None


def _width(statement: Statement) -> int:
    return len(statement.header) or max(map(len, statement.sample), default=0)


def _possible(statement: Statement) -> str:
    if statement.header:
        return f"there are {listed(statement.header)}"
    return f"there are {_width(statement)}, named by number from 1"


def _directions(mapping: Mapping) -> list[str]:
    """Which sign says that money went out, or came in, where that is not as most banks have it."""
    if mapping.amount is not None:
        return ["out=positive"] if mapping.out_is_positive else []
    negatives = {"out": mapping.debit_is_negative, "in": mapping.credit_is_negative}
    return [
        f"{word}={'negative' if negative else 'positive'}"
        for word, negative in negatives.items()
        if negative is not None
    ]


def _name(at: int, header: Sequence[str]) -> str:
    """The column's name, or its number where the name would not be read as this column."""
    name = header[at] if at < len(header) else ""
    clear = name and list(header).index(name) == at and not re.search(r"\+|,\s*\w+\s*=", name)
    return name if clear else str(at + 1)


def _one_of(text: str, values: dict[str, Any]) -> Any:
    if text.casefold() not in values:
        raise BadInput(f"{shown(text)} is none of {', '.join(values)}", field="map")
    return values[text.casefold()]


def _encoding(text: str) -> str:
    try:
        return codecs.lookup(text).name
    except (LookupError, ValueError):
        reason = f"there is no encoding {shown(text)}, such as utf-8 or cp1252"
        raise BadInput(reason, field="map") from None


def _delimiter(text: str) -> str:
    text = "\t" if text.casefold() == _TAB else text
    if len(text) != 1 or text in '"\r\n':
        raise BadInput(f"{shown(text)} is no delimiter, such as ; or , or tab", field="map")
    return text


def _skip(text: str) -> int:
    if not re.fullmatch("[0-9]{1,4}", text):
        raise BadInput(f"{shown(text)} is no number of lines to skip", field="map")
    return int(text)


_ORDERS = {"dmy": "dmy", "mdy": "mdy", "ymd": "ymd"}
_DECIMALS = {".": ".", ",": ","}
_DIRECTIONS = {"positive": True, "negative": False}
_HEADER = {"yes": True, "no": False}
_SETTINGS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "order": ("order", lambda text: _one_of(text, _ORDERS)),
    "decimal": ("decimal", lambda text: _one_of(text, _DECIMALS)),
    "delimiter": ("delimiter", _delimiter),
    "encoding": ("encoding", _encoding),
    "out": ("out_is_positive", lambda text: _one_of(text, _DIRECTIONS)),
    "in": ("credit_is_negative", lambda text: not _one_of(text, _DIRECTIONS)),
    "skip": ("skip", _skip),
    "header": ("has_header", lambda text: _one_of(text, _HEADER)),
}
