"""Asks who writes: what stands at the head of a letter."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult

from store.ledger.person import Me
from tui.dialogs.form import Form
from tui.widgets.fields import NoteField, TextField

if TYPE_CHECKING:
    from store.records.database import Ledger
    from tui.app import AccordApp


def begin(app: "AccordApp") -> None:
    """Ask for my name and address, as they are known."""
    if app.ledger is not None:
        app.in_thread(partial(_read, app, app.ledger, app.said))


def _read(app: "AccordApp", ledger: "Ledger", then: Callable[[str | None], None]) -> None:
    from store.ledger import person

    with ledger.reading() as session:
        me = person.get(session)
    app.ask_from_thread(partial(MeForm, ledger, me), then)


class MeForm(Form[str]):
    """Name, address, email and phone; they stay in the ledger."""

    TITLE = "Who writes?"

    def __init__(self, ledger: "Ledger", me: Me) -> None:
        """`me` is what is known."""
        super().__init__()
        self.ledger, self.me = ledger, me

    def compose_fields(self) -> ComposeResult:
        """What stands at the head of a letter."""
        hint = "Stands at the head of your letters; it stays in your ledger."
        yield TextField("name", "Your name", value=self.me.name, hint=hint)
        yield NoteField("address", "Your address", value=self.me.address)
        yield TextField("email", "Your email", value=self.me.email)
        yield TextField("phone", "Your phone", value=self.me.phone, hint="Leave out what you like.")

    def save(self, values: Mapping[str, Any]) -> str:
        """Record it."""
        from store.ledger import person

        me = Me(**{name: text or "" for name, text in values.items()})
        person.save(self.ledger, me)
        if me != Me():
            return "Your name and address are noted · u takes it back"
        return "" if self.me == me else "Your name and address are taken out · u takes it back"
