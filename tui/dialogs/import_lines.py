"""The lines of a statement as a dialog shows them, held against the ledger in a thread."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from textual import events, on
from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static
from textual.worker import get_current_worker

from store.exchange import choosing
from store.exchange.importing import Choices
from store.exchange.statements.line import Statement
from store.rules.errors import AccordError
from tui.dialogs.dialog import Dialog, DialogButton, Modal, button_label
from tui.dialogs.progress import Progress
from tui.widgets.cells import plain
from tui.widgets.record_list import RecordList
from tui.widgets.review_lines import COLUMNS, ReviewLines, keys

if TYPE_CHECKING:
    from tui.app import AccordApp

DENSE_BELOW = 30  # screen lines under which nothing parts the list from what is about it


class LinesDialog(Modal[str | None]):
    """One row a line, the chosen one in full under the list.

    Subclasses change the `choices` and `look` again; they may follow that in `looked` and `failed`.
    """

    DEFAULT_CSS = """
    LinesDialog {
        align: center middle; background: $background 50%;
        & Dialog { width: 100%; max-width: 132; height: 100%; }
        & #headline { height: auto; padding: 1 1 0 1; text-style: bold; }
        & RecordList { height: 1fr; min-height: 3; margin: 1 0; }
        & #detail {
            height: auto; min-height: 5; max-height: 8; padding: 0 1; color: $foreground 80%;
        }
        & .message { height: auto; padding: 0 1; color: $text-primary; display: none; }
        & Dialog.-dense {
            & #headline { padding: 0 1; }
            & RecordList { margin: 0; }
            & #detail { min-height: 4; }
        }
    }
    """

    class Reviewed(Message):
        """The lines were held against the ledger, as was said meanwhile."""

        def __init__(self, lines: ReviewLines, said: str) -> None:
            super().__init__()
            self.lines, self.said = lines, said

    class Failed(Message):
        """The lines could not be held against the ledger, as was said then."""

        def __init__(self, error: AccordError, choices: Choices) -> None:
            super().__init__()
            self.error, self.choices = error, choices

    def __init__(self, app: "AccordApp", path: Path, statement: Statement) -> None:
        """`path` is where the statement was read from."""
        super().__init__()
        assert app.ledger is not None
        self.accord, self.ledger, self.path = app, app.ledger, path
        self.today, self.locale = app.today, app.locale
        self.statement = statement
        self.choices = Choices()
        """All that was said, also what is being looked at only now."""
        self.lines: ReviewLines | None = None
        self.with_others = False

    # --- what it looks like -----------------------------------------------------------------

    def compose(self) -> ComposeResult:
        """Lay out the sentence, the list, the chosen line in full, and the buttons."""
        with Dialog() as dialog:
            dialog.border_title = Content(plain(f"Bank statement · {self.path.name}"))
            yield Static("Looking for your payments …", markup=False, id="headline")
            yield RecordList(COLUMNS, id="lines", classes="scrolling")
            yield Static(markup=False, id="detail")
            yield Static(markup=False, classes="message")
            with Horizontal(classes="buttons"):
                yield DialogButton("", variant="primary", id="save", compact=True)
                yield DialogButton(button_label("Cancel", "esc"), id="cancel", compact=True)

    def on_mount(self) -> None:
        """Hold the lines against the ledger."""
        self.listed.focus()
        self._name_button("Record")
        self.look()

    def on_resize(self, event: events.Resize) -> None:
        """Draw it together where there is little room."""
        self.query_one(Dialog).set_class(event.size.height < DENSE_BELOW, "-dense")
        self.call_after_refresh(self._name_keys)

    @property
    def listed(self) -> RecordList:
        """The list of lines."""
        return self.query_one(RecordList)

    @property
    def chosen(self) -> int | None:
        """The number of the line under the cursor."""
        row = self.listed.selected
        return row.key if row is not None and isinstance(row.key, int) else None

    # --- what the lines are -----------------------------------------------------------------

    def look(self, said: str = "") -> None:
        """Hold the lines against the ledger, with what was said; `said` is told when it is done."""
        look = partial(self._look, self.statement, self.choices, self.lines, said)
        self.run_worker(look, thread=True, group="look", exclusive=True, exit_on_error=False)

    def _look(
        self,
        statement: Statement,
        choices: Choices,
        before: ReviewLines | None,
        said: str,
    ) -> None:
        from store.exchange import importing

        try:
            with (
                Progress(self.accord, "Looking for your payments") as progress,
                self.ledger.reading() as session,
            ):
                worker = get_current_worker()

                def told(share: float) -> None:
                    # More was said since: that is looked at instead.
                    progress.is_stopped |= worker.is_cancelled
                    progress(share)

                found = importing.review(
                    session, statement, self.today, choices, lambda share: told(share / 2)
                )
                first = found.matches if before is None else before.first
                lines = ReviewLines(found, first, self.today, self.locale)
                lines.write(before, lambda share: told(0.5 + share / 2))
        except AccordError as error:
            self.post_message(self.Failed(error, choices))
        else:
            self.post_message(self.Reviewed(lines, said))

    @on(Reviewed)
    def _show(self, message: Reviewed) -> None:
        if message.lines.found.choices is not self.choices:
            return  # more was said since
        self.lines = message.lines
        self.tell(message.said)
        self.listed.empty = self.lines.headline()
        headline = self.lines.headline()
        if count := len(self.statement.remarks):
            rows = "1 row that is no line" if count == 1 else f"{count:,} rows that are no lines"
            headline += f" r shows {rows}."
        self.query_one("#headline", Static).update(headline)
        self._name_button(self.lines.verb())
        self.fill()
        self.looked()

    @on(Failed)
    def _fail(self, message: Failed) -> None:
        if message.choices is not self.choices:
            return
        if self.lines is not None:
            # What was shown still holds.
            self.choices, self.statement = self.lines.found.choices, self.lines.found.statement
            self.tell(message.error.message)
        self.failed(message.error)

    def fill(self) -> None:
        """Show the lines, the cursor where it was."""
        assert self.lines is not None
        self.listed.set_rows(self.lines.rows(with_others=self.with_others))
        self._highlighted()

    @on(RecordList.Highlighted)
    def _highlighted(self) -> None:
        number = self.chosen
        detail = [] if self.lines is None or number is None else self.lines.detail(number)
        self.query_one("#detail", Static).update("\n".join(detail))
        self._name_keys()

    def _name_keys(self) -> None:
        """Say which keys do something here, as many as there is room for."""
        number, match, choice = self.chosen, None, None
        if self.lines is not None and number is not None:
            match = self.lines.found.matches[number]
            choice = self.choices.lines.get(number)
        said = keys(
            match,
            is_left_out=choice is not None and choice.debt_id is None,
            is_ignored=match is not None and choosing.is_ignored(self.choices, match),
            is_csv=self.statement.mapping is not None,
            has_remarks=bool(self.statement.remarks),
        )
        dialog = self.query_one(Dialog)
        while said and len(" · ".join(said)) > dialog.size.width - 6:
            said.pop()
        dialog.border_subtitle = Content(" · ".join(said))

    def _name_button(self, words: str) -> None:
        button = self.query_one("#save", Button)
        button.label = button_label(words, "enter")
        button.refresh(layout=True)

    def tell(self, message: str) -> None:
        """Say something under the list, or take it away."""
        shown = self.query_one(".message", Static)
        shown.update(plain(message))
        shown.display = bool(message)

    # --- for subclasses ---------------------------------------------------------------------

    def looked(self) -> None:
        """Is called when the lines are shown as the choices have them."""

    def failed(self, error: AccordError) -> None:
        """Is called when they could not be held against the ledger; what was shown stays."""
