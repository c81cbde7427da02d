"""The command line: reads arguments, runs one use case or view, prints text or JSON.

The only place that asks what day it is. A bad request prints one line on stderr and exits 2.
"""

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from store import __version__
from store.rules.errors import AccordError, BadInput

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from store.records.database import Ledger
    from tui.settings import Configuration

WHAT = "Get out of debt by keeping your word: what is due, what was agreed, what was kept."


def main(arguments: Sequence[str] | None = None) -> int:
    """Run `accord` with its arguments; gives the exit code."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            # A terminal that knows fewer signs gets a question mark, not an error.
            stream.reconfigure(errors="replace")
    try:
        for each in given:
            if not each.isprintable() and any("\ud800" <= mark <= "\udfff" for mark in each):
                raise BadInput("An argument is not text in this terminal's encoding.")
        if not given and "_ARGCOMPLETE" not in os.environ:
            # The app alone reaches its first frame without an argument parser.
            return _open_app(_ledger_path(None), _today(None))
        code = _run(given)
        sys.stdout.flush()
        return code
    except AccordError as error:
        from tui.formats import harmless

        print(f"accord: {harmless(error.message).rstrip('.')}.", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # Whoever read the output has seen enough; nothing is left to flush.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        print(f"accord: the output cannot be written: {error.strerror}.", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 2


def _run(given: list[str]) -> int:
    parser = _parser()
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser)
    args = parser.parse_args(given)
    args.today = _today(getattr(args, "today", None))
    if args.command is None:
        return _open_app(_ledger_path(getattr(args, "ledger", None)), args.today)
    run: Callable[[Namespace], int] = args.run
    return run(args)


# --- what is asked for ----------------------------------------------------------------------


def _parser() -> "ArgumentParser":
    from argparse import SUPPRESS, ArgumentParser

    class Parser(ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise BadInput(f"{message}. `{self.prog} --help` says what is possible.")

    everywhere = Parser(add_help=False, argument_default=SUPPRESS)
    options = everywhere.add_argument_group("options for every command")
    options.add_argument("--ledger", metavar="PATH", help="the ledger's file (ACCORD_LEDGER)")
    options.add_argument("--today", metavar="DATE", help="take DATE for today (ACCORD_TODAY)")
    options.add_argument("--json", action="store_true", help="print JSON")

    parser = Parser(
        prog="accord",
        description=WHAT,
        parents=[everywhere],
        epilog="Without a command, Accord opens. DEBT and CREDITOR are a key, a name, or the "
        "beginning of either. A DATE is 2026-11-23, fri, yesterday, +3d.",
    )
    parser.add_argument("--version", action="version", version=f"accord {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser)

    def command(name: str, run: Callable[["Namespace"], int], what: str) -> ArgumentParser:
        found = commands.add_parser(name, help=what, description=what, parents=[everywhere])
        found.set_defaults(run=run)
        return found

    command("demo", _demo, "open Accord on a made-up household")
    load = command("load", _load, "enter what an Accord JSON file says")
    load.add_argument("file", metavar="FILE", help="a file, or - for what is piped in")
    dump = command("dump", _dump, "write the whole ledger as Accord JSON")
    dump.add_argument("file", metavar="FILE", nargs="?", help="a file (else it is printed)")
    today = command("today", _show_today, "what needs you now, and what comes next")
    today.add_argument("--days", metavar="N", type=int, default=30, help="look N days ahead (30)")
    promises = command("promises", _show_promises, "every promised payment and what became of it")
    promises.add_argument("--from", metavar="DATE", dest="since", help="due on or after DATE")
    promises.add_argument("--to", metavar="DATE", dest="until", help="due on or before DATE")
    promises.add_argument("--creditor", metavar="CREDITOR", help="only this creditor's")
    score = command("score", _score, "how my word stands, and what that rests on")
    score.add_argument("--as-of", metavar="DATE", dest="as_of", help="on DATE (today)")
    score.add_argument("--creditor", metavar="CREDITOR", help="with this creditor only")
    score.add_argument("--history", action="store_true", help="over time, not on one day")
    score.add_argument("--from", metavar="DATE", dest="since", help="a year before (--history)")
    score.add_argument("--to", metavar="DATE", dest="until", help="today (--history)")
    score.add_argument(
        "--step", choices=("day", "week", "month"), default="month", help="month (--history)"
    )
    command("creditors", _creditors, "whom I owe, and what comes next with each")
    command("debts", _debts, "what I owe, debt by debt")
    contacts = command("contacts", _contacts, "what was said, newest first")
    contacts.add_argument("words", metavar="WORD", nargs="*", help="only those with these words")
    contacts.add_argument("--creditor", metavar="CREDITOR", help="only with this creditor")
    command("agreements", _agreements, "what was agreed, and how far it is")
    contact = command("contact", _contact, "log a contact")
    contact.add_argument("creditor", metavar="CREDITOR")
    contact.add_argument("--channel", metavar="C", required=True, help="phone, letter, email …")
    contact.add_argument("--summary", metavar="T", required=True, help="what was said")
    contact.add_argument(
        "--direction", choices=("out", "in"), default="out", help="in: they contacted me (out)"
    )
    contact.add_argument("--at", metavar="MOMENT", help="when (now): yesterday 15:30")
    contact.add_argument("--debt", metavar="DEBT", help="the debt that it was about")
    contact.add_argument("--person", metavar="P", help="with whom there")
    contact.add_argument("--reference", metavar="R", help="their reference")
    contact.add_argument("--i-will", metavar="T", help="what I said I would do")
    contact.add_argument("--by", metavar="DATE", help="by when I will")
    contact.add_argument("--they-will", metavar="T", help="what they said they would do")
    contact.add_argument("--they-by", metavar="DATE", help="by when they will")
    pay = command("pay", _pay, "log a payment")
    pay.add_argument("debt", metavar="DEBT")
    pay.add_argument("amount", metavar="AMOUNT")
    pay.add_argument("--on", metavar="DATE", help="when it was paid (today)")
    pay.add_argument("--for", metavar="DUE", dest="due", help="the due date that it is for")
    pay.add_argument("--method", metavar="M", help="how it was paid")
    pay.add_argument("--note", metavar="T", help="a note")
    command("undo", _undo, "take back the last thing that was recorded")
    command("redo", _redo, "do again what undo took back")
    command("check", _check, "see whether the ledger is whole; exits 1 when it is not")
    completion = command("completion", _completion, "print the completion script of a shell")
    completion.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"))
    return parser


def _today(text: str | None) -> date:
    given = text or os.environ.get("ACCORD_TODAY")
    today = date.today()
    return _day(given, today) if given else today


def _day(text: str, today: date, *, past: bool = False) -> date:
    from store.rules import dates
    from tui.settings import people_locale

    return dates.parse(text, today, people_locale(), past=past)


def _clock(today: date) -> Callable[[], datetime]:
    """The present moment, moved to the day that is taken for today."""
    moved = today - date.today()
    return lambda: datetime.now(UTC) + moved


def _ledger_path(given: str | None) -> Path:
    text = given or os.environ.get("ACCORD_LEDGER")
    if text:
        try:
            return Path(text).expanduser().absolute()
        except RuntimeError:
            raise BadInput(f"{text} cannot be found: there is no such user.") from None
    from platformdirs import user_data_path

    return user_data_path("accord", appauthor=False) / "ledger.db"


def _open(args: "Namespace", *, create: bool = False) -> "Ledger":
    from store.records.database import open_ledger

    path = _ledger_path(getattr(args, "ledger", None))
    return open_ledger(path, _clock(args.today), create=create)


def _print(args: "Namespace", as_json: Callable[[], Any], as_text: Callable[[], str]) -> int:
    from tui import printing

    wants_json = getattr(args, "json", False)
    print(printing.json_text(as_json()) if wants_json else printing.harmless_lines(as_text()))
    return 0


# --- commands -------------------------------------------------------------------------------


def _open_app(path: Path, today: date) -> int:
    from tui.app import DEMO, AccordApp
    from tui.settings import people_locale

    def opener() -> "Ledger":
        from store.records.database import open_ledger

        return open_ledger(path, _clock(today))

    app = AccordApp(opener, today, locale=people_locale(), configuration=_configuration())
    if app.run() == DEMO:
        return _open_demo(today)
    return app.return_code or 0


def _configuration() -> "Configuration":
    from tui import commands, settings

    return settings.read([*(each.id for each in commands.COMMANDS), *commands.FURTHER_IDS])


def _demo(args: "Namespace") -> int:
    if getattr(args, "ledger", None) is not None:
        raise BadInput("The demo has a ledger of its own; leave out --ledger.")
    return _open_demo(args.today)


def _open_demo(today: date) -> int:
    import tempfile

    from tui.app import AccordApp
    from tui.settings import people_locale

    with tempfile.TemporaryDirectory(prefix="accord-demo-") as folder:

        def opener() -> "Ledger":
            from store import demo

            return demo.open_demo(Path(folder) / "demo.db", today, _clock(today))

        app = AccordApp(
            opener, today, locale=people_locale(), configuration=_configuration(), is_demo=True
        )
        app.run()
    return app.return_code or 0


def _load(args: "Namespace") -> int:
    from store.exchange import portable
    from tui import printing

    text = _read(args.file)
    path = _ledger_path(getattr(args, "ledger", None))
    portable.read(text)
    is_new = not path.exists()
    new_folders = [each for each in path.parents if not each.exists()]
    ledger = _open(args, create=True)
    try:
        report = portable.load(ledger, text)
    except AccordError:
        if is_new and ledger.is_unused():
            # What this load began holds nothing: leave no trace of it.
            ledger.close()
            for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
                path.with_name(name).unlink(missing_ok=True)
            for folder in new_folders:
                folder.rmdir()
        raise
    return _print(
        args, lambda: printing.load_json(report), lambda: printing.load_text(report, path)
    )


def _read(name: str) -> bytes:
    try:
        return sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
    except OSError as error:
        raise BadInput(f"{name} cannot be read: {error.strerror}.") from error


def _dump(args: "Namespace") -> int:
    from store.exchange import portable
    from store.records.database import write_privately

    ledger = _open(args)
    text = portable.dump(ledger)
    if args.file is not None and Path(args.file).resolve() == ledger.path.resolve():
        raise BadInput(f"{args.file} is the ledger itself; name another file.")
    if args.file is None:
        sys.stdout.write(text)
    else:
        write_privately(Path(args.file), text.encode())
        print(f"Written to {args.file}.")
    return 0


def _show_today(args: "Namespace") -> int:
    from store.ledger import queries
    from tui import printing

    if not 0 <= args.days <= 3_660:
        raise BadInput(f"--days {args.days} cannot be: take 0 to 3660.")
    with _open(args).reading() as session:
        view = queries.today(session, args.today, args.days)
    return _print(
        args, lambda: printing.today_json(view), lambda: printing.today_text(view, args.days)
    )


def _show_promises(args: "Namespace") -> int:
    from store.ledger import names, queries
    from tui import printing

    since = _day(args.since, args.today) if args.since else None
    until = _day(args.until, args.today) if args.until else None
    if since and until and until < since:
        raise BadInput(f"--to {until} is before --from {since}.")
    with _open(args).reading() as session:
        creditor_id = None
        if args.creditor is not None:
            creditor_id = names.find("creditor", args.creditor, names.creditors(session)).id
        found = queries.promises(
            session, args.today, since=since, until=until, creditor_id=creditor_id
        )
    return _print(
        args,
        lambda: [printing.promise_json(each) for each in found],
        lambda: printing.promises_text(found, args.today),
    )


def _score(args: "Namespace") -> int:
    from store.ledger import names, scores
    from tui import printing

    as_of = _day(args.as_of, args.today) if args.as_of else args.today
    with _open(args).reading() as session:
        creditor_id = None
        if args.creditor is not None:
            creditor_id = names.find("creditor", args.creditor, names.creditors(session)).id
        if args.history:
            days = _steps(args, as_of)
            points = list(zip(days, scores.history(session, days, creditor_id), strict=True))
        else:
            found = scores.standing(session, as_of, creditor_id)
    if args.history:
        return _print(
            args,
            lambda: printing.history_json(points),
            lambda: printing.history_text(points, args.today),
        )
    return _print(
        args, lambda: printing.score_json(found), lambda: printing.score_text(found, args.today)
    )


def _steps(args: "Namespace", as_of: date) -> list[date]:
    """The days of a history: from a year before, by day, week or month."""
    from datetime import timedelta

    from store.rules import dates

    until = _day(args.until, args.today) if args.until else as_of
    since = _day(args.since, args.today) if args.since else dates.add_months(until, -12)
    if until < since:
        raise BadInput(f"--to {until} is before --from {since}.")
    days = [since]
    while days[-1] <= until:
        if args.step == "month":
            days.append(dates.add_months(since, len(days)))
        else:
            days.append(days[-1] + timedelta(days=7 if args.step == "week" else 1))
    return days[:-1]


def _pay(args: "Namespace") -> int:
    from store.ledger import names, payments
    from store.rules import money
    from tui import printing
    from tui.formats import logged_text
    from tui.settings import people_locale

    ledger = _open(args)
    with ledger.reading() as session:
        debt = names.find("debt", args.debt, names.debts(session, args.today))
        currency = payments.currency_of(session, debt.id)
    logged = payments.record(
        ledger,
        debt_id=debt.id,
        amount=money.parse(args.amount, currency, people_locale()),
        paid_on=_day(args.on, args.today, past=True) if args.on else args.today,
        today=args.today,
        due_on=_day(args.due, args.today) if args.due else None,
        method=args.method,
        note=args.note,
    )
    return _print(
        args,
        lambda: printing.logged_json(logged),
        lambda: logged_text(logged, args.today, people_locale()),
    )


def _creditors(args: "Namespace") -> int:
    from store.ledger import creditor_queries
    from tui import listing

    with _open(args).reading() as session:
        found = creditor_queries.creditors(session, args.today).creditors
    return _print(
        args,
        lambda: listing.creditors_json(found),
        lambda: listing.creditors_text(found, args.today),
    )


def _debts(args: "Namespace") -> int:
    from store.ledger import creditor_queries, names
    from tui import listing

    with _open(args).reading() as session:
        found = creditor_queries.debts(session, args.today)
        keys = {each.id: each.key for each in names.creditors(session)}
    return _print(args, lambda: listing.debts_json(found, keys), lambda: listing.debts_text(found))


def _contacts(args: "Namespace") -> int:
    from store.ledger import contact_queries, names
    from tui import listing

    with _open(args).reading() as session:
        creditor_id = None
        if args.creditor is not None:
            creditor_id = names.find("creditor", args.creditor, names.creditors(session)).id
        words = " ".join(args.words)
        found = contact_queries.contacts(session, creditor_id=creditor_id, words=words)
    return _print(
        args,
        lambda: listing.contacts_json(found),
        lambda: listing.contacts_text(found, args.today),
    )


def _agreements(args: "Namespace") -> int:
    from store.ledger import agreement_queries
    from tui import listing

    with _open(args).reading() as session:
        found = agreement_queries.agreements(session, args.today)
    return _print(
        args,
        lambda: listing.agreements_json(found),
        lambda: listing.agreements_text(found, args.today),
    )


def _contact(args: "Namespace") -> int:
    from store.ledger import contact_queries, contacts, names
    from store.rules import dates
    from tui import listing
    from tui.settings import people_locale

    ledger = _open(args)
    now = ledger.now().astimezone()
    with ledger.reading() as session:
        creditor = names.find("creditor", args.creditor, names.creditors(session))
        debt = None
        if args.debt is not None:
            debt = names.find("debt", args.debt, names.debts(session, args.today)).id
    undertakings = []
    if args.i_will:
        by = _day(args.by, args.today) if args.by else None
        undertakings.append(contacts.Said("me", args.i_will, by))
    if args.they_will:
        by = _day(args.they_by, args.today) if args.they_by else None
        undertakings.append(contacts.Said("creditor", args.they_will, by))
    if (args.by and not args.i_will) or (args.they_by and not args.they_will):
        raise BadInput("A day needs what is to be done by then: --i-will or --they-will.")
    logged = contacts.log(
        ledger,
        creditor_id=creditor.id,
        debt_id=debt,
        at=dates.moment(args.at, now, people_locale()) if args.at else now,
        channel=args.channel,
        direction=args.direction,
        summary=args.summary,
        person=args.person,
        reference=args.reference,
        undertakings=undertakings,
    )
    with ledger.reading() as session:
        found = contact_queries.contact(session, logged.contact_id)
    assert found is not None
    return _print(
        args,
        lambda: listing.contacts_json([found])[0],
        lambda: f"Logged {logged.key}: {listing.contacts_text([found], args.today)}",
    )


def _undo(args: "Namespace") -> int:
    from store.records import revisions

    revision = revisions.undo(_open(args))
    summary = {"undone": revision.summary, "use_case": revision.use_case}
    return _print(args, lambda: summary, lambda: f"Took back: {revision.summary}")


def _redo(args: "Namespace") -> int:
    from store.records import revisions

    revision = revisions.redo(_open(args))
    summary = {"redone": revision.summary, "use_case": revision.use_case}
    return _print(args, lambda: summary, lambda: f"Did again: {revision.summary}")


def _check(args: "Namespace") -> int:
    from store.records import revisions

    with _open(args).reading() as session:
        found = revisions.check(session)
    _print(
        args,
        lambda: {"ok": not found, "findings": found},
        lambda: (
            "\n".join([*found, "Put a backup in its place, or undo what was done to it."])
            if found
            else "All is well: the file is whole, and every change in it is accounted for."
        ),
    )
    return 1 if found else 0


def _completion(args: "Namespace") -> int:
    try:
        from argcomplete.shell_integration import shellcode
    except ImportError:
        raise BadInput(
            "Completion needs argcomplete: `pip install 'accord[completion]'`."
        ) from None
    print(shellcode(["accord"], shell=args.shell))
    return 0
