"""`accord import`: reads a bank statement, says what its lines are, and records the sure ones."""

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any

from store.rules.errors import BadInput
from tui.cli_commands import opened, show

if TYPE_CHECKING:
    from argparse import Namespace

    from store.exchange.importing import Imported, Review
    from store.exchange.statements.line import Mapping, Statement
    from store.records.database import Ledger

FORMATS = ("ofx", "qif", "camt", "mt940", "csv")
SHOWN = 40
"""So many of the lines that pay no debt are printed; all of them are in the JSON."""


def import_statement(args: "Namespace") -> int:
    """Say what the lines of a bank statement are; with `--yes` record the sure ones."""
    from store.exchange import importing

    ledger = opened(args)
    with _progress() as progress:
        statement = _read(args, ledger, progress)
        with ledger.reading() as session:
            found = importing.review(session, statement, args.today, progress=progress)
        done = importing.record(ledger, found, args.today, progress) if args.yes else None
    return show(args, lambda: _json(found, done), lambda: _text(found, done, args))


def _read(args: "Namespace", ledger: "Ledger", progress: Callable[[float], None]) -> "Statement":
    from store.exchange import importing
    from store.exchange.statements import mapping as words
    from store.exchange.statements import reading
    from store.ledger import plan_queries
    from store.rules import dates
    from tui.settings import currency_of, people_locale

    path, locale = Path(args.file).expanduser(), people_locale()
    day_first = dates.is_day_first(locale)
    mapping = None
    if args.map and args.format not in (None, "csv"):
        raise BadInput(f"--map says what the columns of a CSV are; {args.format} has none.")
    if args.map:
        outline = reading.look(path, said=args.map, day_first=day_first)
        mapping = words.mapping_of(args.map, outline, day_first=day_first)
    with ledger.reading() as session:
        currency = plan_queries.currency_of(session, None, currency_of(locale))

    def remembered(header: tuple[str, ...]) -> "Mapping | None":
        with ledger.reading() as session:
            return importing.remembered(session, header)

    return reading.read(
        path,
        format=args.format or ("csv" if args.map else None),
        mapping=mapping,
        mappings=remembered,
        currency=currency,
        day_first=day_first,
        progress=progress,
    )


@contextmanager
def _progress() -> Iterator[Callable[[float], None]]:
    """Tells a person at a terminal how far it is, once it takes long; ctrl+c ends it unharmed."""
    from time import monotonic

    began, is_told = monotonic(), False

    def tell(share: float) -> None:
        nonlocal is_told
        if sys.stderr.isatty() and monotonic() - began > 0.5:
            is_told = True
            print(f"\r{share:4.0%} · ctrl+c stops it, nothing is changed", end="", file=sys.stderr)

    try:
        yield tell
    finally:
        if is_told:
            print("\r\x1b[K", end="", file=sys.stderr)


def _json(found: "Review", done: "Imported | None") -> dict[str, Any]:
    """The lines and what they are, as `import --json` has them."""
    from store.exchange.statements import mapping as words
    from store.rules import money

    statement = found.statement
    said: dict[str, Any] = {"format": statement.format, "account": statement.account}
    if statement.mapping is not None:
        said["map"] = words.said(statement.mapping, statement.header)
    said["lines"] = [
        {
            "booked_on": each.line.booked_on.isoformat(),
            "amount": money.to_text(each.line.amount, each.line.currency),
            "currency": each.line.currency,
            "payee": each.line.payee,
            "memo": each.line.memo,
            "id": each.line.id or None,
            "status": each.status.value,
            "debt": None if each.debt_id is None else found.debts[each.debt_id].key,
            "due_on": None if (due := found.due_on(each)) is None else due.isoformat(),
            "confidence": round(each.confidence, 2),
            "reason": each.reason,
        }
        for each in found.matches
    ]
    said["remarks"] = [{"place": each.place, "text": each.text} for each in statement.remarks]
    said["recorded"] = 0 if done is None else done.recorded
    if done is not None:
        said["linked"], said["returned"] = done.linked, done.returned
    return said


def _text(found: "Review", done: "Imported | None", args: "Namespace") -> str:
    """The lines that pay debts, then the others; what was recorded, or how to record it."""
    from store.exchange.matching import Status
    from store.exchange.statements import mapping as words

    statement = found.statement
    account = f", {statement.account}" if statement.account else ""
    blocks = [f"{_counted(len(found.matches), 'line')} ({statement.format}{account})"]
    blocks += [f"To know: {each.place}: {each.text}" for each in statement.remarks]
    if statement.mapping is not None and done is None:
        said = ",".join(words.said(statement.mapping, statement.header))
        blocks.append(f"Read as: --map '{said}'")
    groups = (
        ("Sure", [Status.SURE, Status.RETURNED]),
        ("Logged already, found again", [Status.DUPLICATE]),
        ("To look at", [Status.DOUBTFUL]),
        ("Pays no debt that Accord knows", [Status.UNMATCHED]),
    )
    for title, statuses in groups:
        lines = [each for each in found.matches if each.status in statuses and not each.is_known]
        if lines:
            blocks += ["", f"{title}:", _lines(found, lines[:SHOWN], args)]
            if len(lines) > SHOWN:
                blocks.append(f"  … and {len(lines) - SHOWN} more")
    rest = Counter(
        "known already" if each.is_known else each.status.value
        for each in found.matches
        if each.is_known or each.status in (Status.IGNORED, Status.INCOMING)
    )
    if rest:
        said = ", ".join(f"{count} {what}" for what, count in sorted(rest.items()))
        blocks += ["", f"Others: {said}."]
    if done is not None:
        back = " `accord undo` takes it back." if any(astuple(done)) else ""
        blocks += ["", f"{str(done)[0].upper()}{str(done)[1:]}.{back}"]
    elif found.sure:
        sure = [found.matches[number] for number in found.sure]
        again = sum(each.status is Status.DUPLICATE for each in sure)
        new = len(sure) - again
        does = [
            *([f"records {_counted(new, 'sure line')}"] if new else []),
            *([f"ticks off {again} logged already"] if again else []),
        ]
        blocks += ["", f"Nothing is recorded yet: --yes {' and '.join(does)}."]
    else:
        blocks += ["", "There is nothing to record."]
    return "\n".join(blocks)


def _lines(found: "Review", lines: list[Any], args: "Namespace") -> str:
    from store.rules import dates, money
    from tui.printing import table
    from tui.settings import people_locale

    locale = people_locale()
    return table(
        [
            (
                dates.short(each.line.booked_on, args.today),
                money.format(abs(each.line.amount), each.line.currency, locale),
                (each.line.payee or each.line.memo)[:32],
                "→" if each.debt_id is not None else "",
                "" if each.debt_id is None else found.debts[each.debt_id].key,
                ""
                if (due := found.due_on(each)) is None
                else f"due {dates.short(due, args.today)}",
                each.reason,
            )
            for each in lines
        ],
        right=(1,),
        indent="  ",
    )


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
