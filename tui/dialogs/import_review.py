"""The review of a statement: what is found, doubtful, or neither; what is confirmed is recorded."""

from collections.abc import Callable, Mapping
from dataclasses import astuple, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Button
from textual.worker import Worker, WorkerState

from store.exchange import choosing
from store.exchange.importing import Choices, Review
from store.exchange.statements.line import Statement
from store.rules.errors import AccordError, Stale
from tui import formats
from tui.dialogs.dialog import Question
from tui.dialogs.import_lines import LinesDialog
from tui.dialogs.menu import Menu
from tui.dialogs.progress import Progress, Stopped
from tui.widgets.cells import plain
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from tui.app import AccordApp

UNCHANGED = "Nothing to change about this line."


class ReviewDialog(LinesDialog):
    """Says of each line what becomes of it; gives what was recorded, in words."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "record", "Record", id="import.record"),
        Binding("space", "take", "Take in or leave out", id="import.toggle"),
        Binding("c", "debt", "Which debt", id="import.debt"),
        Binding("n", "another", "Another payment", id="import.another"),
        Binding("s", "split", "Split", id="import.split"),
        Binding("i", "ignore", "Ignore the payee", id="import.ignore"),
        Binding("o", "others", "The others", id="import.others"),
        Binding("m", "columns", "Columns", id="import.columns"),
        Binding("r", "remarks", "Rows left over", id="import.remarks"),
        Binding("escape", "cancel", "Leave", id="import.cancel"),
    ]

    def __init__(self, app: "AccordApp", path: Path, statement: Statement) -> None:
        """`path` is where the statement was read from."""
        super().__init__(app, path, statement)
        self._recording: Worker[str] | None = None
        self._is_over = False
        """Whether there is nothing to show, and it closes."""
        self._is_recorded_next = False
        """Whether to record as soon as what was said last is looked at."""

    # --- what is said of lines --------------------------------------------------------------

    def _say(self, choices: Choices | None, said: str = "") -> None:
        if choices is None:
            self.tell(UNCHANGED)
            return
        self.choices = choices
        self.look(said)

    def _of_chosen(self, say: Callable[[Review, int], Choices | None]) -> None:
        if (found := self._latest()) is not None and self.chosen is not None:
            self._say(say(found, self.chosen))

    def _latest(self) -> Review | None:
        """The review that is shown, with all that was said, also what is still looked at."""
        return None if self.lines is None else replace(self.lines.found, choices=self.choices)

    def action_take(self) -> None:
        """Leave the chosen line out, or take it in; ask for its debt where there is none."""
        found, number = self._latest(), self.chosen
        if found is None or number is None:
            return
        choices = choosing.toggled(found, number)
        if choices is None and not found.matches[number].is_known:
            self.action_debt()
        else:
            self._say(choices)

    def action_another(self) -> None:
        """Say that the chosen line is not the payment that was logged already."""
        self._of_chosen(choosing.another)

    def action_ignore(self) -> None:
        """Ignore the payee of the chosen line for good."""
        found, number = self._latest(), self.chosen
        if found is None or number is None:
            return
        choices = choosing.ignored(found, number)
        name = found.matches[number].line.payee or found.matches[number].line.memo
        is_new = choices is not None and len(choices.payees) > len(found.choices.payees)
        self._say(choices, f"{name} is ignored from now on; i takes that back." if is_new else "")

    def action_debt(self) -> None:
        """Ask which debt the chosen line is about."""
        number = self.chosen
        if self.lines is None or number is None:
            return
        debts = self.lines.debts(number)
        if self.lines.found.matches[number].is_known or not debts:
            self.tell(UNCHANGED if debts else "There is no debt in this currency.")
            return
        menu = Menu("Which debt is it about?", [(str(id_), name) for name, id_ in debts])
        self.app.push_screen(menu, partial(self._meant, number))

    def _meant(self, number: int, debt: str | None) -> None:
        if debt is None or self.lines is None or (found := self._latest()) is None:
            return
        choices = choosing.meant(found, number, int(debt), self.lines.first[number])
        follows = choices is not None and choices.payees != found.choices.payees
        said = "All lines of this payee follow, now and next time." if follows else ""
        self._say(choices, said)

    def action_split(self) -> None:
        """Ask which instalments the chosen payment is for."""
        from tui.dialogs import import_split

        found, number = self._latest(), self.chosen
        if found is None or number is None:
            return
        if not choosing.is_divisible(found.matches[number]):
            self.tell("Only a new payment on a debt can be split; c says which debt it pays.")
            return
        import_split.ask(self.accord, found, number, partial(self._parted, number))

    def _parted(self, number: int, parts: Mapping[int, int] | None) -> None:
        if parts is not None and (found := self._latest()) is not None:
            self._say(choosing.split(found, number, parts))

    # --- what else there is to see ----------------------------------------------------------

    def action_others(self) -> None:
        """Show the lines about which there is nothing to do, or fold them away."""
        if self.lines is not None:
            self.with_others = not self.with_others
            self.fill()

    def action_columns(self) -> None:
        """Show how a CSV is read, to correct it."""
        from tui.dialogs.import_columns import ColumnsDialog

        if self.statement.mapping is not None and self.lines is not None:
            dialog = ColumnsDialog(self.accord, self.path, self.statement)
            self.app.push_screen(dialog, self._read_anew)

    def _read_anew(self, statement: Statement | None) -> None:
        if statement is None or statement.mapping == self.statement.mapping:
            return
        self.statement, self.lines = statement, None
        # Lines have other numbers now; payees are who they were.
        self.choices = Choices(payees=self.choices.payees)
        self.look()

    def action_remarks(self) -> None:
        """Show what of the file became no line."""
        from tui.dialogs.import_remarks import Remarks

        if self.statement.remarks:
            self.app.push_screen(Remarks(self.statement.remarks))

    # --- how it ends ------------------------------------------------------------------------

    def looked(self) -> None:
        """Record what was waited for."""
        if self._is_recorded_next:
            self.action_record()

    def failed(self, error: AccordError) -> None:
        """Record nothing; close where there is nothing to show."""
        self._is_recorded_next = False
        if self.lines is not None:
            return
        if not isinstance(error, Stopped):
            self.app.notify(plain(error.message), severity="error", markup=False)
        self._is_over = True
        self._close()

    @on(RecordList.Opened)
    def _enter(self, message: RecordList.Opened) -> None:
        message.stop()
        self.action_record()

    @on(Button.Pressed)
    def _press(self, message: Button.Pressed) -> None:
        message.stop()
        if message.button.id == "save":
            self.action_record()
        else:
            self.action_cancel()

    def action_cancel(self) -> None:
        """Leave without recording; ask where something was decided."""
        if self._recording is not None:
            return
        if self.choices == Choices():
            self.dismiss(None)
            return
        self.app.push_screen(
            Question(
                "Leave without recording?",
                "What you decided about these lines is forgotten.",
                yes="Leave",
                no="Stay",
                default=False,
            ),
            self._leave,
        )

    def _leave(self, yes: bool | None) -> None:
        if yes:
            self.dismiss(None)

    def action_record(self) -> None:
        """Record all that is sure, and what was said of payees; twice is once."""
        if self.lines is None or self._recording is not None:
            return
        found = self.lines.found
        self._is_recorded_next = found.choices is not self.choices
        if self._is_recorded_next:
            return
        if not found.sure and found.choices == Choices():
            if all(each.is_known for each in found.matches):
                self.dismiss(None)
            else:
                self.tell("Nothing is sure yet: space takes a line in, c says which debt it pays.")
            return
        record = partial(self._record, found)
        self._recording = self.run_worker(record, thread=True, exit_on_error=False)

    def _record(self, found: Review) -> str:
        from store.exchange import importing

        badge = self.accord.badge
        with Progress(self.accord, "Recording") as progress:
            done = importing.record(self.ledger, found, self.today, progress)
            now = self.accord.viewing.badge()
        words = str(done)
        back = "u takes it back" if any(astuple(done)) else ""
        said = [f"{words[0].upper()}{words[1:]}", formats.moved(badge, now), back]
        return " · ".join(filter(None, said))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Close after recording, or say why it could not be done."""
        if event.worker is not self._recording:
            return
        if event.state is WorkerState.SUCCESS:
            self._close()
        elif event.state in (WorkerState.ERROR, WorkerState.CANCELLED):
            self._recording = None
            error = event.worker.error
            if isinstance(error, Stale):
                # The same choices, held against the ledger as it is now.
                self.look(error.message)
            elif isinstance(error, AccordError):
                self.tell(error.message)
            else:
                self.tell("It could not be recorded; nothing was changed.")

    def on_screen_resume(self) -> None:
        """Close when that was meant under another screen, such as the bar."""
        self._close()

    def _close(self) -> None:
        recording = self._recording
        if not self.is_active:
            return
        if recording is not None and recording.state is WorkerState.SUCCESS:
            self.dismiss(recording.result)
        elif self._is_over:
            self.dismiss(None)
