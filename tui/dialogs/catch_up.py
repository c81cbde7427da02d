"""Goes through what fell due while nothing was entered: one list, one save, one undo."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Button, Static
from textual.worker import Worker, WorkerState

from store.ledger.views import Promise
from store.rules import dates
from store.rules.errors import AccordError
from tui import formats
from tui.dialogs.dialog import Dialog, DialogButton, Leave, Modal, button_label
from tui.widgets.cells import Column, Row, plain
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from store.ledger.payments import Logged
    from tui.app import AccordApp

HOW = (
    "space says what became of a promise: paid on its day, on another day, or not paid. "
    "← → move the other day. What you leave open stays as it is."
)


class Said(Enum):
    """What became of a promise."""

    NOTHING = ""
    ON_THE_DAY = "paid on the day"
    ANOTHER_DAY = "paid on"
    NOT_PAID = "not paid"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said of one promise; `day` counts for another day."""

    said: Said
    day: date

    def paid_on(self, promise: Promise) -> date | None:
        """The day it was paid; None where it was not."""
        if self.said is Said.ON_THE_DAY:
            return promise.due_on
        return self.day if self.said is Said.ANOTHER_DAY else None


class CatchUp(Modal[str | None]):
    """One row a promise; gives what was saved, in words."""

    DEFAULT_CSS = """
    CatchUp {
        align: center middle; background: $background 50%;
        & Dialog { width: 92; }
        & RecordList { height: auto; max-height: 100%; margin: 1 0; }
        & .how { height: auto; padding: 0 1; color: $foreground 70%; }
        & .message { height: auto; padding: 0 1; color: $text-error; display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "cycle", "What became of it", id="catch-up.cycle"),
        Binding("left", "day(-1)", "A day earlier", show=False, id="catch-up.earlier"),
        Binding("right", "day(1)", "A day later", show=False, id="catch-up.later"),
        Binding("escape", "cancel", "Cancel", id="catch-up.cancel"),
    ]

    def __init__(self, app: "AccordApp", promises: Sequence[Promise]) -> None:
        """`promises` are what fell due and was not logged."""
        super().__init__()
        assert app.ledger is not None
        self.ledger, self.today, self.locale = app.ledger, app.today, app.locale
        self.promises = {each.instalment_id: each for each in promises}
        self.answers = {
            each.instalment_id: Answer(
                # What a standing order pays was paid on its day, as far as anybody knows.
                Said.ON_THE_DAY if each.pays_itself else Said.NOTHING,
                min(each.due_on + timedelta(days=1), app.today),
            )
            for each in promises
        }
        self.at_first = dict(self.answers)
        self._saving: Worker[str] | None = None

    def compose(self) -> ComposeResult:
        """Lay out the list and the buttons."""
        with Dialog() as dialog:
            dialog.border_title = "Catch up"
            yield Static(HOW, markup=False, classes="how")
            yield RecordList(
                (
                    Column("glyph", width=1),
                    Column("who", flex=True),
                    Column("amount", justify="right"),
                    Column("on"),
                    Column("said", width=24),
                ),
                classes="scrolling",
            )
            yield Static(markup=False, classes="message")
            with Horizontal(classes="buttons"):
                yield DialogButton(
                    button_label("Save all", "enter"), variant="primary", id="save", compact=True
                )
                yield DialogButton(button_label("Cancel", "esc"), id="cancel", compact=True)

    def on_mount(self) -> None:
        """Fill the list."""
        self._fill()
        self._list.focus()

    @property
    def _list(self) -> RecordList:
        return self.query_one(RecordList)

    def _fill(self) -> None:
        self._list.set_rows([self._row(each) for each in self.promises.values()])

    def _row(self, promise: Promise) -> Row:
        answer = self.answers[promise.instalment_id]
        said: str | tuple[str, str] = ("not logged yet", "muted")
        if answer.said is Said.ANOTHER_DAY:
            said = (f"✓ paid on {dates.short(answer.day, self.today)}", "good")
        elif answer.said is Said.ON_THE_DAY:
            said = ("✓ paid on the day", "good")
        elif answer.said is Said.NOT_PAID:
            said = ("◌ not paid", "late")
        return Row(
            promise.instalment_id,
            (
                formats.glyph(promise),
                (f"{promise.creditor_name} · {promise.debt_name}", "title"),
                formats.amount(promise, self.locale),
                dates.short(promise.due_on, self.today),
                said,
            ),
        )

    @property
    def _chosen(self) -> int | None:
        row = self._list.selected
        return row.key if row is not None and isinstance(row.key, int) else None

    def action_cycle(self) -> None:
        """Say the next thing of the chosen promise."""
        if self._chosen is not None:
            answer = self.answers[self._chosen]
            order = list(Said)
            said = order[(order.index(answer.said) + 1) % len(order)]
            self.answers[self._chosen] = replace(answer, said=said)
            self._fill()

    def action_day(self, step: int) -> None:
        """Move the other day on which it was paid, up to today."""
        if self._chosen is not None:
            answer = self.answers[self._chosen]
            day = min(answer.day + timedelta(days=step), self.today)
            self.answers[self._chosen] = Answer(Said.ANOTHER_DAY, day)
            self._fill()

    @on(RecordList.Opened)
    def _enter(self, message: RecordList.Opened) -> None:
        message.stop()
        self.action_save()

    @on(Button.Pressed)
    def _press(self, message: Button.Pressed) -> None:
        message.stop()
        if message.button.id == "save":
            self.action_save()
        else:
            self.action_cancel()

    def action_cancel(self) -> None:
        """Close; where something was said, ask first."""
        if self._saving is not None:
            return
        if self.answers != self.at_first:
            self.app.push_screen(Leave(is_kept=False), self._leave)
        else:
            self.dismiss(None)

    def _leave(self, keep: bool | None) -> None:
        if keep is False:
            self.dismiss(None)

    def action_save(self) -> None:
        """Save all that was said; twice is once."""
        said = [
            (key, answer.paid_on(self.promises[key]))
            for key, answer in self.answers.items()
            if answer.said is not Said.NOTHING
        ]
        if self._saving is not None:
            return
        if not said:
            self._tell("Nothing is said yet: space says what became of a promise.")
            return
        self._saving = self.run_worker(partial(self._save, said), thread=True, exit_on_error=False)

    def _save(self, said: Sequence[tuple[int, date | None]]) -> str:
        from store.ledger import payments

        logged = payments.catch_up(
            self.ledger, [payments.CaughtUp(key, paid_on) for key, paid_on in said], self.today
        )
        return _summary(logged, len(said) - len(logged))

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Close after saving, or say why it could not be saved."""
        if event.worker is not self._saving:
            return
        if event.state is WorkerState.SUCCESS:
            self._close()
        elif event.state in (WorkerState.ERROR, WorkerState.CANCELLED):
            self._saving = None
            error = event.worker.error
            if isinstance(error, AccordError):
                self._tell(error.message)
            else:
                self._tell("It could not be saved.")

    def on_screen_resume(self) -> None:
        """Close when it was saved under another screen, such as the palette."""
        self._close()

    def _close(self) -> None:
        saving = self._saving
        if saving is not None and saving.state is WorkerState.SUCCESS and self.is_active:
            self.dismiss(saving.result)

    def _tell(self, message: str) -> None:
        shown = self.query_one(".message", Static)
        shown.update(f"✗ {plain(message)}")
        shown.display = True


def _summary(logged: "Sequence[Logged]", not_paid: int) -> str:
    payments = "1 payment" if len(logged) == 1 else f"{len(logged)} payments"
    rest = f", {not_paid} not paid" if not_paid else ""
    return f"Caught up: {payments} logged{rest} · u takes it back"
