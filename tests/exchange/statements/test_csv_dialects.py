"""A CSV that is written in any of the ways that banks have is read back equal."""

import csv
import io
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.exchange.statements.texts import reading


class Dialect(NamedTuple):
    delimiter: str
    decimal: str
    grouped: bool
    order: str
    encoding: str
    columns: str
    ending: str


DIALECTS = st.builds(
    Dialect,
    delimiter=st.sampled_from(",;\t|"),
    decimal=st.sampled_from(".,"),
    grouped=st.booleans(),
    order=st.sampled_from(("%d/%m/%Y", "%m/%d/%Y", "%Y-%m-%d", "%d.%m.%y", "%d %b %Y")),
    encoding=st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "cp1252")),
    columns=st.sampled_from(("sign", "brackets", "late", "two", "kind")),
    ending=st.sampled_from(("\n", "\r\n", "\r")),
)
TEXTS = st.text("abc XYZ,;\t\"'é€|-1", max_size=12).map(lambda text: " ".join(text.split()))
LINES = st.lists(
    st.tuples(
        st.dates(date(1990, 1, 1), date(2060, 12, 31)), st.integers(-(10**9), 10**9), TEXTS, TEXTS
    ),
    min_size=1,
    max_size=6,
)
# It tells the order of dates, the decimal mark, and that there are two signs.
TELLING = [(date(2024, 1, 31), -1234_56, "Shop", "Ref"), (date(2024, 1, 31), 7, "Boss", "")]


def amount_text(amount: int, dialect: Dialect) -> str:
    whole, fraction = divmod(abs(amount), 100)
    group = ("." if dialect.decimal == "," else ",") if dialect.grouped else ""
    return f"{whole:,}".replace(",", group) + f"{dialect.decimal}{fraction:02d}"


def amount_cells(amount: int, dialect: Dialect) -> list[str]:
    text, out = amount_text(amount, dialect), amount < 0
    return {
        "sign": [f"-{text}" if out else text],
        "brackets": [f"({text})" if out else text],
        "late": [f"{text}-" if out else text],
        "two": [text, ""] if out else ["", text],
        "kind": [text, "Debit" if out else "Credit"],
    }[dialect.columns]


@settings(max_examples=60)
@given(LINES, DIALECTS)
def test_what_is_written_in_any_dialect_is_read_back_equal(
    lines: list[tuple[date, int, str, str]], dialect: Dialect
) -> None:
    lines = [*TELLING, *lines]
    names = {"two": ["Debit", "Credit"], "kind": ["Amount", "Type"]}
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=dialect.delimiter, lineterminator=dialect.ending)
    writer.writerow(["Date", "Payee", "Reference", *names.get(dialect.columns, ["Amount"])])
    for day, amount, payee, memo in lines:
        cells = amount_cells(amount, dialect)
        writer.writerow([day.strftime(dialect.order), payee, memo, *cells])

    with TemporaryDirectory() as folder:
        statement = reading(Path(folder), stream.getvalue().encode(dialect.encoding))

    found = [(each.booked_on, each.amount, each.payee, each.memo) for each in statement.lines]
    assert found == lines
    assert not statement.remarks
