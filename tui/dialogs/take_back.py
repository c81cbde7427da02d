"""Names the last thing that was recorded, and takes it back when one agrees; or does it again."""

from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.message import Message

from store.rules.errors import AccordError
from tui import log
from tui.dialogs.dialog import Modal, Question
from tui.widgets.cells import plain

if TYPE_CHECKING:
    from store.records.database import Ledger


class TakeBack(Modal[str | None]):
    """Reads what would be undone or redone, asks, does it; gives what was done, in words."""

    DEFAULT_CSS = """
    TakeBack { background: $background 0%; }
    """

    class Found(Message):
        """What there is to take back was read; `id` is None where there is nothing."""

        def __init__(self, id_: int | None, summary: str) -> None:
            super().__init__()
            self.id = id_
            self.summary = summary

    class Done(Message):
        """It was done, or it was not and `is_error`."""

        def __init__(self, summary: str, *, is_error: bool = False) -> None:
            super().__init__()
            self.summary = summary
            self.is_error = is_error

    def __init__(self, ledger: "Ledger", which: str) -> None:
        """`which` is undo or redo."""
        super().__init__()
        self.ledger = ledger
        self.which = which

    def compose(self) -> ComposeResult:
        """Nothing of its own: the question comes on top."""
        yield from ()

    def on_mount(self) -> None:
        """Read what there is to take back."""
        self.run_worker(self._find, thread=True)

    def _find(self) -> None:
        from store.records import revisions

        find = revisions.undoable if self.which == "undo" else revisions.redoable
        try:
            with self.ledger.reading() as session:
                found = find(session)
                id_, summary = (found.id, found.summary) if found else (None, "")
        except AccordError as error:
            self.post_message(self.Done(error.message, is_error=True))
        except Exception as error:
            self.post_message(self.Done(log.unforeseen(error), is_error=True))
        else:
            self.post_message(self.Found(id_, summary))

    def on_take_back_found(self, message: Found) -> None:
        """Ask, naming it."""
        if message.id is None:
            nothing = "take back" if self.which == "undo" else "do again"
            self._close(f"There is nothing to {nothing}.", is_error=False)
            return
        title, yes = (
            ("Take this back?", "Take back")
            if self.which == "undo"
            else (
                "Do this again?",
                "Do again",
            )
        )
        self.app.clear_notifications()
        self.app.push_screen(
            Question(title, plain(message.summary), yes=yes, no="Leave it"),
            partial(self._answered, message.id),
        )

    def _answered(self, id_: int, yes: bool | None) -> None:
        if yes:
            self.run_worker(partial(self._do, id_), thread=True)
        else:
            self.dismiss(None)

    def _do(self, id_: int) -> None:
        from store.records import revisions

        try:
            if self.which == "undo":
                said = f"Took back: {revisions.undo(self.ledger, id_).summary}"
            else:
                said = f"Did again: {revisions.redo(self.ledger, id_).summary}"
        except AccordError as error:
            self.post_message(self.Done(error.message, is_error=True))
        except Exception as error:
            self.post_message(self.Done(log.unforeseen(error), is_error=True))
        else:
            self.post_message(self.Done(said))

    def on_take_back_done(self, message: Done) -> None:
        """Close, and say what was done."""
        if message.is_error:
            self._close(message.summary, is_error=True)
        else:
            self.dismiss(message.summary)

    def _close(self, said: str, *, is_error: bool) -> None:
        severity = "error" if is_error else "information"
        self.app.notify(plain(said), markup=False, severity=severity)  # type: ignore[arg-type]
        self.dismiss(None)
