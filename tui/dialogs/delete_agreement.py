"""Asks before an agreement, an offer or an instalment is deleted, naming what goes with it."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.message import Message

from store.ledger.agreement_views import AgreementLine, OfferLine
from store.ledger.views import Promise
from store.rules import dates, money
from store.rules.errors import AccordError
from tui import formats
from tui.dialogs.form import Question
from tui.messages import ReadFailed
from tui.widgets.agreement_lines import capital, named
from tui.widgets.cells import plain

if TYPE_CHECKING:
    from datetime import date

    from store.ledger.agreement_effects import GoesWith
    from store.records.database import Ledger
    from tui.app import AccordApp
    from tui.screens.ledger_screen import LedgerScreen

NAMED = 6
"""How many payments a question lists before it counts the rest."""


class ToDelete(Message):
    """What deleting an agreement would take along was read."""

    def __init__(self, line: AgreementLine, gone: "GoesWith") -> None:
        super().__init__()
        self.line, self.gone = line, gone


def read(screen: "LedgerScreen[Any]", line: AgreementLine, ledger: "Ledger") -> None:
    """Read, in a thread, what deleting an agreement would take along."""
    from store.ledger import agreement_effects

    try:
        with ledger.reading() as session:
            gone = agreement_effects.goes_with(session, line.agreement_id)
    except AccordError as error:
        screen.app.post_message(ReadFailed(error.message))
    else:
        screen.post_message(ToDelete(line, gone))


def ask_agreement(screen: "LedgerScreen[Any]", line: AgreementLine, gone: "GoesWith") -> None:
    """Ask, then delete an agreement."""
    app = screen.accord
    count = gone.instalments
    said = [f"{capital(named(line, app.today))}."]
    said.append(f"With it {'goes 1 instalment' if count == 1 else f'go {count} instalments'}.")
    if gone.payments:
        shown = [
            f"{money.format(amount, gone.currency, app.locale)} on {_short(app, day)}"
            for day, amount in gone.payments[:NAMED]
        ]
        if len(gone.payments) > NAMED:
            shown.append(f"{len(gone.payments) - NAMED} more")
        said.append(f"Payments that then only lower the balance: {'; '.join(shown)}.")
    if gone.documents:
        said.append(f"Files: {', '.join(gone.documents)}.")
    if gone.replaces:
        said.append(f"The agreement of {_short(app, gone.replaces)} is in force again.")
    _ask(screen, "Delete this agreement?", said, partial(_delete_agreement, app, line))


def ask_offer(screen: "LedgerScreen[Any]", line: OfferLine) -> None:
    """Ask, then delete an offer."""
    app = screen.accord
    said = [f"{capital(named(line, app.today))}: it is taken out of the record."]
    _ask(screen, "Delete this offer?", said, partial(_delete_offer, app, line))


def ask_instalment(screen: "LedgerScreen[Any]", promise: Promise) -> None:
    """Ask, then take an instalment out of its agreement."""
    app = screen.accord
    amount = money.format(promise.amount, promise.currency, app.locale)
    due = f"{amount} due {_short(app, promise.due_on)}, {formats.place(promise)}."
    said = [f"{due} The others are numbered anew."]
    remove = partial(_remove, app, promise)
    _ask(screen, "Remove this instalment?", said, remove, yes="Remove")


def _ask(
    screen: "LedgerScreen[Any]",
    title: str,
    said: list[str],
    use_case: Callable[["Ledger"], str],
    yes: str = "Delete",
) -> None:
    body = "\n".join(map(plain, said))
    question = Question(title, body, yes=yes, no="Keep it", default=False)
    screen.app.push_screen(question, lambda answer: screen.write(use_case) if answer else None)


def _delete_agreement(app: "AccordApp", line: AgreementLine, ledger: "Ledger") -> str:
    from store.ledger import agreements

    agreements.delete(ledger, line.agreement_id)
    return f"Deleted: {named(line, app.today)} · u takes it back"


def _delete_offer(app: "AccordApp", line: OfferLine, ledger: "Ledger") -> str:
    from store.ledger import offers

    offers.delete(ledger, line.offer_id)
    return f"Deleted: {named(line, app.today)} · u takes it back"


def _remove(app: "AccordApp", promise: Promise, ledger: "Ledger") -> str:
    from store.ledger import instalments

    instalments.remove(ledger, promise.instalment_id, app.today)
    amount = money.format(promise.amount, promise.currency, app.locale)
    return f"Removed: {amount} of {_short(app, promise.due_on)} · u takes it back"


def _short(app: "AccordApp", day: "date") -> str:
    return dates.short(day, app.today)
