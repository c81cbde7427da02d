"""The command line: reads arguments, and opens the app or runs a command of `cli_commands`.

The only place that asks what day it is. A bad request prints one line on stderr and exits 2.
"""

import os
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from io import TextIOWrapper
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from store import __version__
from store.rules.errors import AccordError, BadInput
from tui import log
from tui.arguments import day, ledger_path

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from store.records.database import Ledger
    from tui.app import AccordApp
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
            return _open_app(ledger_path(None), _today(None))
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
    except Exception as error:
        print(f"accord: {log.unforeseen(error)}", file=sys.stderr)
        return 2


def _run(given: list[str]) -> int:
    parser = _parser()
    if "_ARGCOMPLETE" in os.environ:
        import argcomplete

        argcomplete.autocomplete(parser)
    args, more = parser.parse_known_args(given)
    if more:
        # argparse takes words that may be left out only in one go; these stood after an option.
        if not hasattr(args, "words") or any(each.startswith("-") for each in more):
            parser.error(f"unrecognized arguments: {' '.join(more)}")
        args.words = [*args.words, *more]
    args.today = _today(getattr(args, "today", None))
    args.clock = _clock(args.today)
    if args.command is None:
        path = ledger_path(getattr(args, "ledger", None))
        return _open_app(path, args.today, getattr(args, "passphrase_command", None))
    log.begin(args.command)
    run: Callable[[Namespace], int] = args.run
    return run(args)


# --- what is asked for ----------------------------------------------------------------------


def _parser() -> "ArgumentParser":
    from argparse import SUPPRESS, ArgumentParser

    from tui import cli_care, cli_commands, cli_export, cli_import, cli_passphrase, completing

    class Parser(ArgumentParser):
        def error(self, message: str) -> NoReturn:
            raise BadInput(f"{message}. `{self.prog} --help` says what is possible.")

    everywhere = Parser(add_help=False, argument_default=SUPPRESS)
    options = everywhere.add_argument_group("options for every command")
    options.add_argument("--ledger", metavar="PATH", help="the ledger's file (ACCORD_LEDGER)")
    options.add_argument("--today", metavar="DATE", help="take DATE for today (ACCORD_TODAY)")
    options.add_argument(
        "--passphrase-command",
        metavar="CMD",
        help="a command whose first line is the ledger's passphrase (ACCORD_PASSPHRASE_COMMAND)",
    )
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

    def creditor(of: ArgumentParser, name: str, **said: str) -> None:
        action = of.add_argument(name, metavar="CREDITOR", **said)  # type: ignore[arg-type]
        completing.completes(action, completing.creditors)

    def debt(of: ArgumentParser, name: str, **said: str) -> None:
        action = of.add_argument(name, metavar="DEBT", **said)  # type: ignore[arg-type]
        completing.completes(action, completing.debts)

    command("demo", _demo, "open Accord on a made-up household")
    load = command("load", cli_commands.load, "enter what an Accord JSON file says")
    load.add_argument("file", metavar="FILE", help="a file, or - for what is piped in")
    dump = command("dump", cli_commands.dump, "write the whole ledger as Accord JSON")
    dump.add_argument("file", metavar="FILE", nargs="?", help="a file (else it is printed)")
    today = command("today", cli_commands.show_today, "what needs you now, and what comes next")
    today.add_argument("--days", metavar="N", type=int, default=30, help="look N days ahead (30)")
    today.add_argument(
        "--due", action="store_true", help="exit 1 when something is due by today, for scripts"
    )
    promises = command(
        "promises", cli_commands.show_promises, "every promised payment and what became of it"
    )
    promises.add_argument("--from", metavar="DATE", dest="since", help="due on or after DATE")
    promises.add_argument("--to", metavar="DATE", dest="until", help="due on or before DATE")
    creditor(promises, "--creditor", help="only this creditor's")
    score = command("score", cli_commands.show_score, "how my word stands, and what that rests on")
    score.add_argument("--as-of", metavar="DATE", dest="as_of", help="on DATE (today)")
    creditor(score, "--creditor", help="with this creditor only")
    score.add_argument("--history", action="store_true", help="over time, not on one day")
    score.add_argument("--from", metavar="DATE", dest="since", help="a year before (--history)")
    score.add_argument("--to", metavar="DATE", dest="until", help="today (--history)")
    score.add_argument(
        "--step", choices=("day", "week", "month"), default="month", help="month (--history)"
    )
    command("creditors", cli_commands.list_creditors, "whom I owe, and what comes next with each")
    command("debts", cli_commands.list_debts, "what I owe, debt by debt")
    contacts = command("contacts", cli_commands.list_contacts, "what was said, newest first")
    contacts.add_argument("words", metavar="WORD", nargs="*", help="only those with these words")
    creditor(contacts, "--creditor", help="only with this creditor")
    command("agreements", cli_commands.list_agreements, "what was agreed, and how far it is")
    contact = command("contact", cli_commands.log_contact, "log a contact")
    creditor(contact, "creditor")
    contact.add_argument("--channel", metavar="C", required=True, help="phone, letter, email …")
    contact.add_argument("--summary", metavar="T", required=True, help="what was said")
    contact.add_argument(
        "--direction", choices=("out", "in"), default="out", help="in: they contacted me (out)"
    )
    contact.add_argument("--at", metavar="MOMENT", help="when (now): yesterday 15:30")
    debt(contact, "--debt", help="the debt that it was about")
    contact.add_argument("--person", metavar="P", help="with whom there")
    contact.add_argument("--reference", metavar="R", help="their reference")
    contact.add_argument("--i-will", metavar="T", help="what I said I would do")
    contact.add_argument("--by", metavar="DATE", help="by when I will")
    contact.add_argument("--they-will", metavar="T", help="what they said they would do")
    contact.add_argument("--they-by", metavar="DATE", help="by when they will")
    pay = command("pay", cli_commands.pay, "log a payment")
    debt(pay, "debt")
    pay.add_argument("amount", metavar="AMOUNT")
    pay.add_argument("--on", metavar="DATE", help="when it was paid (today)")
    due = pay.add_argument("--for", metavar="DUE", dest="due", help="the due date that it is for")
    completing.completes(due, completing.due_dates)
    pay.add_argument("--method", metavar="M", help="how it was paid")
    pay.add_argument("--note", metavar="T", help="a note")
    cash = command("cash", cli_commands.record_cash, "say what cash there is")
    cash.add_argument("amount", metavar="AMOUNT")
    cash.add_argument("--on", metavar="DATE", help="on which day (today)")
    cash.add_argument("--currency", metavar="C", help="its currency (that of most creditors)")
    plan = command("plan", cli_commands.show_plan, "what is left a month, and how it is shared")
    plan.add_argument(
        "--strategy",
        choices=("pro-rata", "contractual", "avalanche", "snowball"),
        default="pro-rata",
        help="how it is shared (pro-rata)",
    )
    plan.add_argument("--surplus", metavar="A", help="share out A instead of the budget's")
    plan.add_argument("--currency", metavar="C", help="its currency (that of most creditors)")
    offers = command("offers", cli_commands.show_offers, "the offers on a debt, compared")
    debt(offers, "debt")
    forecast = command("forecast", cli_commands.show_forecast, "the cash ahead, day by day")
    forecast.add_argument("--days", metavar="N", type=int, default=60, help="N days ahead (60)")
    forecast.add_argument("--currency", metavar="C", help="its currency (that of most creditors)")
    statement = command(
        "import", cli_import.import_statement, "hold a bank statement against what was promised"
    )
    statement.add_argument("file", metavar="FILE", help="OFX, QIF, camt, MT940 or CSV")
    statement.add_argument(
        "--format", choices=cli_import.FORMATS, help="its format (that of what it holds)"
    )
    statement.add_argument(
        "--map",
        metavar="KEY=VALUE",
        action="append",
        default=[],
        help="how a CSV is read, as in date=Booked,amount=Amount,order=dmy (as it is found)",
    )
    statement.add_argument("--yes", action="store_true", help="record what is sure")
    export = command("export", cli_export.export, "write something for others to read")
    export.add_argument(
        "what",
        metavar="KIND",
        choices=cli_export.KINDS,
        help="record [CREDITOR], letter [LETTER] CREDITOR|DEBT, agreement KEY|DEBT, "
        "evidence CREDITOR|DEBT, ics [CREDITOR], journal, csv LIST",
    )
    what = export.add_argument("words", metavar="WHAT", nargs="*", help="which, or with whom")
    completing.completes(what, completing.exported)
    export.add_argument("--out", metavar="FILE", help="a file (else it is printed)")
    export.add_argument(
        "--format",
        choices=cli_export.FORMATS,
        help="that of FILE's ending (.txt .md .pdf .eml), else text; "
        "a journal: hledger, beancount (hledger)",
    )
    export.add_argument(
        "--private", action="store_true", help="evidence, csv: with what I marked as private"
    )
    export.add_argument(
        "--without", metavar="FIELDS", help="evidence: leave out, as in person,notes,address"
    )
    backup = command("backup", cli_care.backup, "write a verified copy of the ledger")
    backup.add_argument(
        "file", metavar="FILE", nargs="?", help="where to (the folder of backups beside the ledger)"
    )
    restore = command(
        "restore", cli_care.restore, "put a copy in the ledger's place; what was there is kept"
    )
    restore.add_argument("file", metavar="FILE", help="a backup")
    lock = command(
        "passphrase", cli_passphrase.give, "give the ledger a passphrase, change or remove it"
    )
    lock.add_argument("does", metavar="set|change|remove", choices=cli_passphrase.DOES)
    lock.add_argument(
        "--new-command",
        metavar="CMD",
        help="a command whose first line is the new one (else it is asked for)",
    )
    command("undo", cli_care.undo, "take back the last thing that was recorded")
    command("redo", cli_care.redo, "do again what undo took back")
    check = command(
        "check", cli_care.check, "see whether the ledger is whole; exits 1 when it is not"
    )
    check.add_argument(
        "hash",
        metavar="HASH",
        nargs="?",
        help="say which change has the hash that a letter or pack bears",
    )
    completion = command(
        "completion", cli_care.completion, "print the completion script of a shell"
    )
    completion.add_argument("shell", metavar="SHELL", choices=("bash", "zsh", "fish"))
    return parser


def _today(text: str | None) -> date:
    given = text or os.environ.get("ACCORD_TODAY")
    today = date.today()
    return day(given, today) if given else today


def _clock(today: date) -> Callable[[], datetime]:
    """The present moment, moved to the day that is taken for today."""
    moved = today - date.today()
    return lambda: datetime.now(UTC) + moved


# --- opening the app ------------------------------------------------------------------------


def _open_app(path: Path, today: date, command: str | None = None) -> int:
    from tui.reader import Reader

    # Before all that the app imports: both go on at once.
    reader = Reader(path)

    from tui.app import DEMO, AccordApp
    from tui.settings import people_locale

    printed = _printed(path, command)

    def opener() -> "Ledger":
        from store.records.database import open_ledger

        # Forgotten as it is used.
        given = (lambda _: printed.pop()) if printed else None
        return open_ledger(path, _clock(today), passphrase=given)

    def unlock(passphrase: str) -> "Ledger":
        from store.records.database import open_ledger

        return open_ledger(path, _clock(today), passphrase=lambda _: passphrase)

    def app(mishaps: list[float]) -> AccordApp:
        return AccordApp(
            opener,
            today,
            locale=people_locale(),
            configuration=_configuration(),
            unlock=unlock,
            mishaps=mishaps,
            reader=reader,
        )

    result, code = _run_app(app)
    return _open_demo(today) if result == DEMO else code


def _printed(path: Path, command: str | None) -> list[str]:
    """The passphrase that the command prints, where there is one and the ledger needs it.

    The command may ask at the terminal, so it runs before the app has it.
    """
    from tui import passphrase

    if (words := passphrase.command(command)) is None:
        return []
    from store.records.encryption import is_encrypted

    return [passphrase.printed_by(words)] if is_encrypted(path) else []


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

        def app(mishaps: list[float]) -> AccordApp:
            return AccordApp(
                opener,
                today,
                locale=people_locale(),
                configuration=_configuration(),
                is_demo=True,
                mishaps=mishaps,
            )

        return _run_app(app)[1]


def _run_app(make: Callable[[list[float]], "AccordApp"]) -> tuple[str | None, int]:
    """Run the app, anew after an error that it could not go on with; gives its result and code."""
    from tui.unshaken import AGAIN

    mishaps: list[float] = []
    result: str | None = AGAIN
    while result == AGAIN:
        app = make(mishaps)
        result = app.run()
    return result, app.return_code or 0
