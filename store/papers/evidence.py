"""The evidence pack: one zip that shows a third party what was agreed, paid and said.

It holds `timeline.pdf` (and `timeline.txt`, where a font lacks a character), `payments.csv`, the
`documents`, and `SHA256SUMS` at its root, which `sha256sum -c` verifies. Nothing is held in memory
but one document at a time.
"""

from __future__ import annotations

import csv
import hashlib
import re
import unicodedata
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from sqlmodel import Session

from store.ledger import documents, person
from store.ledger.creditor_views import DebtLine
from store.ledger.documents import DocumentLine
from store.papers import output, paper, payment_record, timeline
from store.papers.leaving_out import LEAVABLE
from store.papers.paper import Bullets, Heading, Lines, Paragraph, Part, Small, Table
from store.papers.pdf import whatever
from store.papers.timeline_views import Scope, Timeline
from store.records import revisions
from store.records.database import Ledger, private_file
from store.rules import csv_text, dates, money
from store.rules.errors import BadInput

SUMS = "SHA256SUMS"
AS_WRITTEN = "timeline.txt"
"""The timeline as text, where no font can draw all of it."""
CSV_HEADER = (
    *("paid_on", "debt", "amount", "currency", "for", "method", "reference", "note"),
    "returned_on",
)


@dataclass(frozen=True, slots=True)
class Pack:
    """What to put in: about what, and what is left out of it."""

    scope: Scope
    private: bool = False
    without: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Written:
    """A pack as it was written: its files, by name, and what it is about."""

    name: str
    files: tuple[str, ...]


def leave_out(words: Iterable[str]) -> frozenset[str]:
    """The fields that are to be left out, by name; raises `BadInput` for one that there is not."""
    wanted = frozenset(each.strip().casefold() for each in words if each.strip())
    if unknown := sorted(wanted - LEAVABLE.keys()):
        known = ", ".join(LEAVABLE)
        raise BadInput(f"“{unknown[0]}” cannot be left out; these can: {known}.", field="without")
    return wanted


def write(
    ledger: Ledger,
    path: Path,
    pack: Pack,
    today: date,
    locale: str,
    progress: Callable[[float], None] | None = None,
) -> Written:
    """Write a pack to a file of its own, whole or not at all; see `write_to`."""
    with ledger.reading() as session, private_file(path) as out:
        return write_to(session, out, pack, today, locale, progress)


def write_to(
    session: Session,
    out: BinaryIO,
    pack: Pack,
    today: date,
    locale: str,
    progress: Callable[[float], None] | None = None,
) -> Written:
    """Write a pack to a stream.

    `progress` is told how much is done, 0 to 1; what it raises ends the work.
    """
    tell = progress or (lambda _: None)
    tell(0.0)
    found = timeline.collect(
        session, today, pack.scope, locale, private=pack.private, without=pack.without
    )
    names = _names(each.name for each in found.files)
    attached = list(zip(found.files, names, strict=True))
    # A zip knows no day before 1980.
    made_on = max(today, date(1980, 1, 1))
    sums: list[tuple[str, str]] = []
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:

        def put(name: str, content: bytes) -> None:
            info = zipfile.ZipInfo(name, (made_on.year, made_on.month, made_on.day, 0, 0, 0))
            info.external_attr = 0o600 << 16
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, content)
            sums.append((hashlib.sha256(content).hexdigest(), name))

        tell(0.2)
        parts = list(_parts(session, found, pack, today, locale, attached))
        drawn, is_whole = whatever(
            parts,
            f"{AS_WRITTEN} has it as it is written.",
            title=_title(found, pack),
            author=_author(session, pack),
            on=today,
        )
        put("timeline.pdf", drawn)
        if not is_whole:
            put(AS_WRITTEN, paper.text(parts).encode())
        put("payments.csv", payments_csv(found).encode())
        for done, (line, name) in enumerate(attached):
            tell(0.6 + 0.4 * done / len(attached))
            put(name, documents.content(session, line.document_id).content)
        listed = "".join(f"{digest}  {name}\n" for digest, name in sums)
        put(SUMS, listed.encode())
    tell(1.0)
    return Written(found.name, tuple(name for _, name in sums))


def payments_csv(found: Timeline) -> str:
    """Every payment as CSV; a cell that a spreadsheet would take for a formula is made text."""
    out = StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(CSV_HEADER)
    for row in found.payments:
        table.writerow(
            (
                row.paid_on.isoformat(),
                csv_text.cell(row.debt_name),
                money.to_text(row.amount, row.currency),
                row.currency,
                " ".join(day.isoformat() for day in row.due),
                csv_text.cell(row.method),
                csv_text.cell(row.reference),
                csv_text.cell(row.note),
                row.returned_on.isoformat() if row.returned_on else "",
            )
        )
    return out.getvalue()


def _parts(
    session: Session,
    found: Timeline,
    pack: Pack,
    today: date,
    locale: str,
    attached: list[tuple[DocumentLine, str]],
) -> Iterator[Part]:
    me = person.get(session)
    yield Heading(_title(found, pack), 1)
    if "address" not in pack.without and (me.name or me.address):
        yield Lines([each for each in (me.name, *me.address.splitlines()) if each])
    yield Paragraph(f"As of {dates.full(today)}. {payment_record.rate(found.promises)}")
    if left := _left_out(found, pack):
        yield Paragraph(left)
    yield Heading("What it is about")
    yield Bullets([_debt(each, locale) for each in found.debts] or ["No debt is recorded."])
    not_kept = [each for each in found.breaches if each.breach.is_open]
    if not_kept:
        yield Heading("Still to be put right by them")
        yield Bullets([f"{dates.full(each.breach.on)}: {each.text(locale)}" for each in not_kept])
    yield Heading("Day by day")
    yield Table(
        ("Date", "What", "Details"),
        [(each.on.isoformat(), each.what, each.text) for each in found.entries],
    )
    if found.promises:
        yield Heading("Every promise")
        yield payment_record.table(found.promises, locale)
    if attached:
        yield Heading("Files in this pack")
        yield Table(
            ("File", "Added", "SHA-256"),
            [
                (PurePosixPath(name).name, f"{line.added_at:%Y-%m-%d}", line.sha256)
                for line, name in attached
            ],
        )
    yield Heading("To check it")
    yield Paragraph(
        f"{SUMS} lists every file of this pack with its SHA-256; `sha256sum -c {SUMS}` compares "
        "them. The ledger keeps every change of it in a chain of hashes."
    )
    if mark := output.mark(revisions.newest(session)):
        yield Small(mark)


def _title(found: Timeline, pack: Pack) -> str:
    return f"Record {'with' if pack.scope.debt_id is None else 'about'} {found.name}"


def _left_out(found: Timeline, pack: Pack) -> str:
    """What is left out, and what of it a file may still show; empty where all is told."""
    left = [what for name, what in LEAVABLE.items() if name in pack.without]
    said = [f"Left out at my wish: {', '.join(left)}."] if left else []
    if found.holds_back:
        said.append("Files of contacts that tell of what is left out are not in it.")
    if found.files and pack.without:
        said.append("The files are as they came and may still show it.")
    return " ".join(said)


def _debt(debt: DebtLine, locale: str) -> str:
    said = [debt.name]
    if debt.reference:
        said.append(f"reference {debt.reference}")
    if debt.balance is not None:
        said.append(f"{money.format(debt.balance, debt.currency, locale)} owed")
    held = [f"with {name} since {dates.full(on)}" if on else f"first with {name}"
            for on, _, name in debt.chain]  # fmt: skip
    return ", ".join([*said, *(held if len(held) > 1 else ())]) + "."


def _author(session: Session, pack: Pack) -> str:
    return "" if "address" in pack.without else person.get(session).name


def _names(given: Iterable[str]) -> list[str]:
    """Names in the zip, each once, that no unpacking can lead out of its folder."""
    taken: set[str] = set()
    found = []
    for name in given:
        shown = "".join(mark if unicodedata.category(mark)[0] != "C" else "" for mark in name)
        bare = re.sub(r'[\\/:*?"<>|]+', "-", shown).strip(". ") or "file"
        bare = bare.encode()[-200:].decode(errors="ignore")
        path, number = PurePosixPath(bare), 2
        while bare.casefold() in taken:
            bare, number = f"{path.stem} ({number}){path.suffix}", number + 1
        taken.add(bare.casefold())
        found.append(f"documents/{bare}")
    return found
