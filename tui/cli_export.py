"""What `accord export` writes: papers for people, and files for other programs."""

import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from store.rules.errors import BadInput, NotFound
from tui.cli_commands import opened, spare

if TYPE_CHECKING:
    from argparse import Namespace

    from sqlmodel import Session

    from store.ledger.documents import File
    from store.records.database import Ledger

KINDS = ("record", "letter", "agreement", "evidence", "ics", "journal", "csv")
FORMATS = ("text", "markdown", "pdf", "eml", "hledger", "beancount")


def export(args: "Namespace") -> int:
    """Write something for others to read: to `--out`, else to where the output goes."""
    ledger = opened(args)
    spare(ledger, args.out)
    if args.what != "evidence" and (
        args.without is not None or (args.private and args.what != "csv")
    ):
        raise BadInput("--private and --without are for evidence only; leave them out.")
    given = [each for each in args.words if each.strip()]
    makers: dict[str, Callable[[Namespace, Ledger, list[str]], int]] = {
        "record": _record,
        "letter": _letter,
        "agreement": _agreement,
        "evidence": _evidence,
        "ics": _calendar,
        "journal": _journal,
        "csv": _list,
    }
    return makers[args.what](args, ledger, given)


def _record(args: "Namespace", ledger: "Ledger", given: list[str]) -> int:
    from store.ledger import names
    from store.papers import output, payment_record
    from tui.settings import people_locale

    with ledger.reading() as session:
        creditor_id = None
        if given:
            creditor_id = names.find("creditor", _one(given), names.creditors(session)).id
        record = payment_record.collect(session, args.today, creditor_id)
    format = _format(args, output.FORMATS)
    return _put(args, payment_record.file(record, format, people_locale()))


def _letter(args: "Namespace", ledger: "Ledger", given: list[str]) -> int:
    from store.papers import letter_facts, letters
    from tui.settings import people_locale

    folder = ledger.path.parent / letters.OWN
    with ledger.reading() as session:
        template, about = _template(folder, given)
        creditor_id, debt_id = _about(session, args.today, about)
        case = letter_facts.case(
            session, args.today, creditor_id=creditor_id, debt_id=debt_id, locale=people_locale()
        )
        name = template or letters.suggested(case.facts)
        letter = letters.write(session, letters.find(folder, name), case, args.today)
    if letter.gaps:
        print(f"accord: to be filled in: {', '.join(letter.gaps)}", file=sys.stderr)
    return _put(args, letters.file(letter, _format(args, letters.FORMATS)))


def _agreement(args: "Namespace", ledger: "Ledger", given: list[str]) -> int:
    from store.ledger import agreement_queries, names
    from store.papers import agreement_paper, output
    from tui.settings import people_locale

    if not given:
        raise BadInput("Say which agreement: its key, or its debt.")
    with ledger.reading() as session:
        lines = agreement_queries.agreements(session, args.today)
        by_key = [each for each in lines if each.key == _one(given)]
        if not by_key:
            debt = names.find("debt", _one(given), names.debts(session, args.today))
            by_key = [each for each in lines if each.place.debt_id == debt.id]
        if not by_key:
            raise NotFound(f"Nothing is agreed on {_one(given)} yet.")
        line = next((each for each in by_key if each.state == "in force"), by_key[0])
        parts = agreement_paper.parts(session, line, args.today, people_locale())
    format = _format(args, output.FORMATS)
    return _put(args, output.file(parts, format, line.key, "Agreement", "", args.today))


def _evidence(args: "Namespace", ledger: "Ledger", given: list[str]) -> int:
    from store.papers import evidence
    from store.papers.timeline_views import Scope
    from tui.settings import people_locale

    if not given:
        raise BadInput("Say about whom: a creditor, or a debt.")
    if args.format is not None:
        raise BadInput("A pack is a zip; leave out --format.")
    if args.out is not None and Path(args.out).suffix.casefold() not in ("", ".zip"):
        raise BadInput(f"A pack is a zip; {args.out} must end in .zip.")
    with ledger.reading() as session:
        creditor_id, debt_id = _about(session, args.today, _one(given))
    scope = Scope(creditor_id=creditor_id) if debt_id is None else Scope(debt_id=debt_id)
    pack = evidence.Pack(
        scope, private=args.private, without=evidence.leave_out((args.without or "").split(","))
    )
    if args.out is not None:
        written = evidence.write(ledger, Path(args.out), pack, args.today, people_locale())
        print(f"Written to {args.out}: {len(written.files)} files.")
        return 0
    if sys.stdout.isatty():
        raise BadInput("A pack is a zip: say where it goes, as in --out evidence.zip.")
    from io import BytesIO

    made = BytesIO()
    with ledger.reading() as session:
        evidence.write_to(session, made, pack, args.today, people_locale())
    sys.stdout.buffer.write(made.getvalue())
    return 0


def _calendar(args: "Namespace", ledger: "Ledger", given: list[str]) -> int:
    from store.exchange import calendar_feed
    from store.ledger import names
    from store.ledger.documents import File
    from tui.settings import people_locale

    _no_format(args, "A calendar is an .ics file")
    with ledger.reading() as session:
        creditor_id = None
        if given:
            creditor_id = names.find("creditor", _one(given), names.creditors(session)).id
        made = calendar_feed.calendar(session, args.today, people_locale(), creditor_id)
    return _put_data(args, File("accord.ics", made))


def _journal(args: "Namespace", ledger: "Ledger", given: list[str]) -> int:
    from store.exchange import journal
    from store.ledger.documents import File

    if given:
        raise BadInput(f"A journal is of everything; leave out {_one(given)}.")
    endings = (".beancount", ".bean")
    is_beancount = args.out is not None and Path(args.out).suffix.casefold() in endings
    format = args.format or ("beancount" if is_beancount else "hledger")
    if format not in journal.FORMATS:
        known = ", ".join(journal.FORMATS)
        raise BadInput(f"A journal cannot be written as {format}; take {known}.")
    with ledger.reading() as session:
        made = journal.text(journal.collect(session, args.today), format)
    return _put_data(args, File("accord.journal", made.encode()))


def _list(args: "Namespace", ledger: "Ledger", given: list[str]) -> int:
    from store.exchange import lists
    from store.ledger.documents import File

    name = lists.find(_one(given))
    _no_format(args, "A list is CSV")
    with ledger.reading() as session:
        made = lists.text(session, name, args.today, private=args.private)
    return _put_data(args, File(f"{name}.csv", made.encode()))


# --- what is named, and where it goes -------------------------------------------------------


def _one(given: Sequence[str]) -> str:
    return " ".join(given)


def _template(folder: Path, given: list[str]) -> tuple[str | None, str]:
    """The template that is named, if one is, and whom the letter is to."""
    from store.papers import letters

    if not given:
        listed = ", ".join(each.name.replace("_", "-") for each in letters.templates(folder))
        raise BadInput(f"Say to whom: a creditor or a debt, after which letter: {listed}.")
    if len(given) == 1:
        return None, given[0]
    return letters.find(folder, given[0]).name, _one(given[1:])


def _about(session: "Session", today: date, text: str) -> tuple[int, int | None]:
    """The creditor and debt that a text names: a creditor first, else a debt and its holder."""
    from store.ledger import agreement_queries, names

    try:
        return names.find("creditor", text, names.creditors(session)).id, None
    except NotFound as unknown:
        try:
            debt = names.find("debt", text, names.debts(session, today))
        except NotFound:
            raise unknown from None
    return agreement_queries.places(session, today)[debt.id].creditor_id, debt.id


def _format(args: "Namespace", known: Sequence[str]) -> str:
    """The format that is asked for, else that of the file's ending."""
    from store.papers import output

    format: str = args.format or output.format_of(args.out or "")
    if format not in known:
        raise BadInput(f"It cannot be written as {format}; take {', '.join(known)}.")
    return format


def _no_format(args: "Namespace", what: str) -> None:
    if args.format is not None:
        raise BadInput(f"{what}; leave out --format.")


def _put_data(args: "Namespace", file: "File") -> int:
    """Write a file for programs: printed on a terminal it is harmless, through a pipe exact."""
    if args.out is None and not sys.stdout.isatty():
        sys.stdout.flush()
        sys.stdout.buffer.write(file.content)
        return 0
    return _put(args, file)


def _put(args: "Namespace", file: "File") -> int:
    """Write a file to `--out`, or print it; what is no text goes out as it is."""
    from store.records.database import write_privately
    from tui import printing

    if args.out is not None:
        write_privately(Path(args.out), file.content)
        print(f"Written to {args.out}.")
    elif file.media_type == "application/pdf":
        if sys.stdout.isatty():
            raise BadInput("A PDF is no text: say where it goes, as in --out paper.pdf.")
        sys.stdout.buffer.write(file.content)
    else:
        print(printing.harmless_lines(file.content.decode()), end="")
    return 0
