"""Tables as CSV (RFC 4180) that a spreadsheet opens without running anything."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal
from io import StringIO

Value = str | int | bool | date | datetime | Decimal | None


def table(header: Sequence[str], rows: Iterable[Sequence[Value]]) -> str:
    """A header and rows: days and moments as ISO text, numbers plain, `yes` and `no`."""
    out = StringIO()
    written = csv.writer(out, lineterminator="\r\n")
    written.writerow(header)
    written.writerows([_written(value) for value in row] for row in rows)
    return out.getvalue()


def cell(text: str | None) -> str:
    """A text as a cell; one that a spreadsheet would take for a formula is made text."""
    said = text or ""
    is_formula = said[:1] in ("\t", "\r", "\n") or said.lstrip()[:1] in ("=", "+", "-", "@")
    return f"'{said}" if said and is_formula else said


def _written(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, str):
        return cell(value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
