"""What the shell completes from the ledger: keys of creditors and debts, open due dates."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from store.rules.errors import AccordError

if TYPE_CHECKING:
    from argparse import Action, Namespace

    from store.records.database import Reading

Completer = Callable[..., list[str]]


def completes(action: "Action", completer: Completer) -> "Action":
    """Let an argument be completed by what a function of this module finds."""
    action.completer = completer  # type: ignore[attr-defined]
    return action


def creditors(parsed_args: "Namespace", **_: object) -> list[str]:
    """The keys of creditors."""
    from store.ledger import names

    with _reading(parsed_args) as session:
        return [] if session is None else [each.key for each in names.creditors(session)]


def debts(parsed_args: "Namespace", **_: object) -> list[str]:
    """The keys of debts."""
    from store.ledger import names

    with _reading(parsed_args) as session:
        if session is None:
            return []
        return [each.key for each in names.debts(session, _today(parsed_args))]


def due_dates(parsed_args: "Namespace", **_: object) -> list[str]:
    """The due dates that a payment on the debt named before may be for."""
    from store.ledger import names, payments

    today = _today(parsed_args)
    with _reading(parsed_args) as session:
        if session is None or not getattr(parsed_args, "debt", None):
            return []
        debt = names.find("debt", parsed_args.debt, names.debts(session, today))
        book = payments.book(session, debt.id, today)
        return [each.due_on.isoformat() for each in book.candidates(today)]


def exported(parsed_args: "Namespace", **_: object) -> list[str]:
    """What may stand after `export KIND`."""
    kind = getattr(parsed_args, "what", None)
    if kind == "csv":
        from store.exchange import lists

        return list(lists.LISTS)
    found = creditors(parsed_args)
    return found if kind in ("record", "ics") else [*found, *debts(parsed_args)]


@contextmanager
def _reading(parsed_args: "Namespace") -> "Iterator[Reading | None]":
    """The ledger that the words so far name; None where it cannot be read: then nothing is said."""
    from store.records.database import open_ledger
    from tui.arguments import ledger_path

    try:
        ledger = open_ledger(
            ledger_path(getattr(parsed_args, "ledger", None)),
            lambda: datetime.now(UTC),
            create=False,
        )
    except (AccordError, OSError):
        yield None
        return
    with suppress(AccordError), ledger.viewing() as session:
        yield session


def _today(parsed_args: "Namespace") -> date:
    from tui.arguments import day

    given = getattr(parsed_args, "today", None) or os.environ.get("ACCORD_TODAY")
    today = date.today()
    return day(given, today) if given else today
