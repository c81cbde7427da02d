"""A bank statement from a file: which format it has, and the lines that it gives."""

import re
import stat
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from store.exchange.statements.encoding import decoded, encoding_of
from store.exchange.statements.line import Format, Mapping, Remark, Statement, StatementLine
from store.exchange.statements.values import Progress, wrong
from store.rules.errors import BadInput

LARGEST_FILE = 20_000_000
"""Bytes that a statement may have at most."""

_HEAD = 1 << 16
# Files that people take for statements: how they begin, and what to say.
_OTHERS = (
    (b"%PDF", "this is a PDF; download the statement as CSV, OFX or camt instead"),
    (b"PK\x03\x04", "this is a spreadsheet or a zip file; save it as CSV first, or unpack it"),
    (b"\xd0\xcf\x11\xe0", "this is a spreadsheet; save it as CSV first"),
    (b"\x1f\x8b", "this is a compressed file; unpack it first"),
    (b"\x89PNG", "this is a picture"),
    (b"\xff\xd8\xff", "this is a picture"),
    (b"SQLite format 3", "this is a database, not a statement"),
)
_OFX = re.compile(r"OFXHEADER|<\?OFX|<OFX\b", re.IGNORECASE)
_QIF = re.compile(r"^!(type|account|option|clear)\b", re.IGNORECASE | re.MULTILINE)
_MT940 = re.compile(r"^(\{.*\})?(\{4:)?:(20|25|28C?|60[FM]|61):", re.MULTILINE)
_DECLARED = re.compile(rb"""<\?xml[^>]*encoding=["']([\w.-]+)|^CHARSET:\s*(\d+)""", re.MULTILINE)
_FORBIDDEN = re.compile(r"<!(DOCTYPE|ENTITY)", re.IGNORECASE)


def read(
    path: Path,
    *,
    format: Format | None = None,
    mapping: Mapping | None = None,
    mappings: Callable[[tuple[str, ...]], Mapping | None] | None = None,
    currency: str = "GBP",
    day_first: bool = True,
    progress: Progress | None = None,
) -> Statement:
    """The statement in a file, of the format that its content has, unless one is given.

    A CSV is read by `mapping`; else by the one that `mappings` remembers for its header; else by
    the columns that are found. `currency` is for files that do not say theirs, `day_first` for
    dates that can be read either way. `progress` hears how much was read, and may raise to stop.
    Raises BadInput, saying the place, for anything that cannot be read whole.
    """
    from store.exchange.statements import csv

    progress = progress or _quiet
    with _naming(path):
        data = _bytes_of(path)
        found = format or _format_of(data, path)
        progress(0.0)
        if found == "csv":
            statement = csv.read(
                data,
                mapping=mapping,
                mappings=mappings,
                currency=currency,
                day_first=day_first,
                progress=progress,
            )
        else:
            lines, remarks = _by_format(data, found, currency, day_first, progress)
            statement = Statement(found, tuple(lines), tuple(remarks))
        progress(1.0)
        return statement


def look(path: Path, *, said: Sequence[str] = (), day_first: bool = True) -> Statement:
    """A CSV's header, first rows and the mapping that comes nearest, but none of its lines.

    For `mapping_of` to complete where `read` cannot find the columns; what the words `said` for it
    say of encoding, delimiter, skip and header is heeded here. Raises BadInput as `read` does.
    """
    from store.exchange.statements import csv
    from store.exchange.statements.mapping import layout_said

    with _naming(path):
        return csv.outline(_bytes_of(path), layout_said(said), day_first=day_first)


def format_of(path: Path) -> Format:
    """The format that a file's content has. Raises BadInput for no file, as `read` does."""
    with _naming(path):
        return _format_of(_bytes_of(path), path)


def _by_format(
    data: bytes, format: Format, currency: str, day_first: bool, progress: Progress
) -> tuple[list[StatementLine], list[Remark]]:
    from store.exchange.statements import camt, mt940, ofx, qif

    if format == "camt":
        return camt.read(data, currency=currency, progress=progress)
    text = _text_of(data)
    if format == "ofx":
        if forbidden := _FORBIDDEN.search(text):
            line = text.count("\n", 0, forbidden.start()) + 1
            raise wrong(line, "a document type or entity is declared, which no bank needs")
        return ofx.read(text, currency=currency, progress=progress)
    if format == "qif":
        return qif.read(text, currency=currency, day_first=day_first, progress=progress)
    return mt940.read(text, currency=currency, progress=progress)


def _bytes_of(path: Path) -> bytes:
    """The file's bytes, once it is known to be a file of a bearable size."""
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise BadInput("this is a folder, not a file")
        if not stat.S_ISREG(about.st_mode):
            raise BadInput("this is no ordinary file")
        if about.st_size > LARGEST_FILE:
            raise BadInput(
                f"the file has {about.st_size / 1e6:.0f} MB; a statement may have "
                f"{LARGEST_FILE // 1_000_000} MB, so download a shorter period"
            )
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except FileNotFoundError:
        raise BadInput("there is no such file") from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise BadInput(f"the file cannot be read: {reason}") from None
    if not data.strip():
        raise BadInput("the file is empty")
    for beginning, reason in _OTHERS:
        if data.startswith(beginning):
            raise BadInput(reason)
    return data


def _format_of(data: bytes, path: Path) -> Format:
    """The format that the content has; the file's ending only where the content does not tell."""
    head = data[:_HEAD]
    text = head.decode(encoding_of(head[:-4] if len(head) == _HEAD else head), errors="replace")
    text = text.lstrip("\ufeff \t\r\n").replace("\r\n", "\n").replace("\r", "\n")
    if _OFX.search(text):
        return "ofx"
    if text.startswith("<"):
        return "camt"
    if _MT940.search(text):
        return "mt940"
    if _QIF.search(text) or path.suffix.lower() == ".qif":
        return "qif"
    return "csv"


def _text_of(data: bytes) -> str:
    declared = _DECLARED.search(data[:1000])
    name = (declared[1] or b"cp" + declared[2]).decode("ascii") if declared else ""
    text = decoded(data, encoding_of(data, name))
    return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text


@contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Errors say the file's name before the place."""
    try:
        yield
    except BadInput as error:
        mark = "," if re.match(r"line \d+:", error.message) else ":"
        raise BadInput(f"{path.name or path}{mark} {error.message}", field=error.field) from None


def _quiet(_: float) -> None:
    """What hears of the progress where nobody asked."""
