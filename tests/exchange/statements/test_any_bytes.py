"""Whatever bytes a file has, it is read, or refused in a sentence: nothing else comes out."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from store.exchange.statements.line import Format, Statement
from store.exchange.statements.reading import look, read
from store.rules.errors import BadInput
from tests.exchange.statements import texts

FORMATS = ("ofx", "qif", "camt", "mt940", "csv", None)
PIECES = (
    *("<OFX>", "</OFX>", "<STMTTRN>", "</STMTTRN>", "<STMTRS>", "<TRNAMT>", "<DTPOSTED>20240131"),
    *("<![CDATA[", "]]>", "&amp;", "<Document>", "<Stmt>", "<Ntry>", "</Ntry>", "<Amt Ccy='EUR'>"),
    *("!Type:Bank\n", "D1/ 1'00\n", "T-1,234.56\n", "^\n", "S\n", "!Account\n", "NChecking\n"),
    *(":20:X\n", ":25:1\n", ":60F:C240101EUR1,00\n", ":61:240131D1,00NMSC\n", ":86:805?00x?20y"),
    *("Date,Amount\n", "31/01/2024,", '"', ";", ",", "\n", "\r", "\t", "-", "(1.00)", "1.234,56-"),
    *("/NAME/", "/REMI/", "\x00", "\ufeff", "é", "€", "١", "²", "1e9", "9" * 30, "{1:", "-}", "="),
)


def outcome(data: bytes, format: Format | None) -> Statement | BadInput:
    """What comes of a file with these bytes."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "statement.txt"
        path.write_bytes(data)
        with suppress(BadInput):
            look(path)
        try:
            return read(path, format=format)
        except BadInput as error:
            return error


@settings(max_examples=50)
@given(st.binary(max_size=300), st.sampled_from(FORMATS))
def test_random_bytes_are_read_or_refused(data: bytes, format: Format | None) -> None:
    found = outcome(data, format)
    assert isinstance(found, Statement) or "\n" not in found.message


@settings(max_examples=50)
@given(
    st.lists(st.sampled_from(PIECES) | st.text(max_size=4), max_size=25).map("".join),
    st.sampled_from(FORMATS),
    st.sampled_from(("utf-8", "utf-16", "cp1252")),
)
def test_pieces_of_statements_in_any_order_are_read_or_refused(
    text: str, format: Format | None, encoding: str
) -> None:
    found = outcome(text.encode(encoding, errors="replace"), format)
    assert isinstance(found, Statement) or "\n" not in found.message


@settings(max_examples=50)
@given(st.sampled_from(sorted(texts.ALL)), st.integers(min_value=0, max_value=2000))
def test_a_statement_that_is_cut_off_is_read_or_refused(name: str, length: int) -> None:
    data = texts.ALL[name].encode()
    found = outcome(data[: min(length, len(data))], None)

    if isinstance(found, Statement) and found.format in ("ofx", "camt"):
        assert length >= len(data.rstrip()), "what is cut off must not pass for a whole file"


@settings(max_examples=50)
@given(
    st.sampled_from(sorted(texts.ALL)),
    st.lists(st.tuples(st.integers(0, 2000), st.binary(min_size=1, max_size=3)), max_size=3),
)
def test_a_statement_with_wrong_bytes_in_it_is_read_or_refused(
    name: str, changes: list[tuple[int, bytes]]
) -> None:
    data = texts.ALL[name].encode()
    for place, new in changes:
        place = place % len(data)
        data = data[:place] + new + data[place + len(new) :]
    outcome(data, None)
