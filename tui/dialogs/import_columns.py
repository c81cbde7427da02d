"""How the columns of a CSV are read: what was found, what comes of it, and each part to correct."""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, Literal, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Button, Static
from textual.worker import get_current_worker

from store.exchange.statements.line import Mapping, Statement
from store.rules import dates
from store.rules.errors import AccordError, BadInput
from tui.dialogs.dialog import Dialog, DialogButton, Modal, button_label
from tui.dialogs.menu import Menu
from tui.dialogs.progress import Progress, Stopped
from tui.widgets.cells import plain
from tui.widgets.mapping_lines import (
    AMOUNTS,
    COLUMNS,
    LAYOUT,
    READ_COLUMNS,
    ROLES,
    SETTINGS,
    MappingLines,
    read_rows,
    summary,
)
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from tui.app import AccordApp

DENSE_BELOW = 36  # screen lines under which nothing parts the lists
SHOWN = 5
"""First lines that are shown as they are read."""


class ColumnsDialog(Modal[Statement | None]):
    """The mapping, a line for each role; gives the statement as it is read by it."""

    DEFAULT_CSS = """
    ColumnsDialog {
        align: center middle; background: $background 50%;
        & Dialog { width: 100; }
        & .about { height: auto; padding: 1 1 0 1; color: $foreground 80%; }
        & #mapping { height: auto; max-height: 100%; margin: 1 0; }
        & #read { height: auto; max-height: 6; overflow-y: hidden; }
        & #sum { height: auto; padding: 0 1; color: $foreground 80%; }
        & .message { height: auto; padding: 0 1; color: $text-error; display: none; }
        & Dialog.-dense {
            height: 100%; max-height: 26;
            & .about { padding: 0 1; }
            & #mapping { height: 1fr; min-height: 3; margin: 0; }
            & #read { max-height: 4; }
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,c", "change", "Change", id="columns.change"),
        Binding("ctrl+s", "confirm", "Read it so", id="columns.confirm"),
        Binding("escape", "dismiss", "Cancel", id="columns.cancel"),
    ]

    class Outlined(Message):
        """The columns were found anew, after it was said where they are."""

        def __init__(self, outline: Statement) -> None:
            super().__init__()
            self.outline = outline

    class Read(Message):
        """The file was read by a mapping and `said` sums it up, or it says why it could not be."""

        def __init__(self, mapping: Mapping, statement: Statement | None, said: str) -> None:
            super().__init__()
            self.mapping, self.statement, self.said = mapping, statement, said

    def __init__(self, app: "AccordApp", path: Path, statement: Statement) -> None:
        """`statement` is the file at `path` as it was read, or only its header and first rows."""
        super().__init__()
        assert statement.mapping is not None
        self.accord, self.path = app, path
        self.header, self.sample = statement.header, statement.sample
        self.mapping: Mapping = statement.mapping
        self.read: Statement | None = statement if statement.lines else None
        """The file as the mapping reads it; None while it is not, or cannot be."""
        self._is_confirmed = False
        """Whether to go on as soon as it is read."""

    def compose(self) -> ComposeResult:
        """Lay out the mapping, the first lines as they are read, and the buttons."""
        with Dialog() as dialog:
            dialog.border_title = Content(plain(f"How {self.path.name} is read"))
            dialog.border_subtitle = "space changes a line"
            yield Static(
                "Are these the columns? It is remembered for files that have the same.",
                markup=False,
                classes="about",
            )
            yield RecordList(COLUMNS, id="mapping", classes="scrolling")
            yield RecordList(READ_COLUMNS, id="read", empty="Reading …")
            yield Static(markup=False, id="sum")
            yield Static(markup=False, classes="message")
            with Horizontal(classes="buttons"):
                label = button_label("Read it so", "enter")
                yield DialogButton(label, variant="primary", id="save", compact=True)
                yield DialogButton(button_label("Cancel", "esc"), id="cancel", compact=True)

    def on_mount(self) -> None:
        """Show it; read the file where that is not done."""
        self.query_one("#read", RecordList).can_focus = False
        self._list.focus()
        self._show()
        if self.read is None:
            self._wish()
        else:
            self._show_read(self.read, summary(self.read, self.accord.today))

    def on_resize(self, event: events.Resize) -> None:
        """Draw it together where there is little room."""
        self.query_one(Dialog).set_class(event.size.height < DENSE_BELOW, "-dense")

    @property
    def _list(self) -> RecordList:
        return self.query_one("#mapping", RecordList)

    @property
    def lines(self) -> MappingLines:
        """The mapping as lines."""
        return MappingLines(self.mapping, self.header, self.sample)

    def _show(self) -> None:
        self._list.set_rows(self.lines.rows())

    # --- changing it ------------------------------------------------------------------------

    def action_change(self) -> None:
        """Ask what the chosen line should be."""
        row = self._list.selected
        if row is not None:
            key = str(row.key)
            choices = self.lines.choices(key)
            chosen = next((name for name, words in choices if "✓" in words), "")
            menu = Menu({**ROLES, **SETTINGS}[key], choices, chosen)
            self.app.push_screen(menu, partial(self._changed, key))

    def _changed(self, key: str, value: str | None) -> None:
        if value is None:
            return
        self._is_confirmed = False
        if key in LAYOUT:
            self._outline(key, value)
            return
        if key in SETTINGS:
            self.mapping = _set(self.mapping, key, value)
        else:
            self.mapping = self._placed(key, None if value == "" else int(value))
        self._show()
        self._wish()

    def _placed(self, role: str, at: int | None) -> Mapping:
        """The mapping with another column in a role; how its values are written is found anew."""
        from store.exchange.statements import mapping as words

        mapping = _place(self.mapping, role, at)
        kept = [
            each
            for each in words.said(mapping, self.header)
            if not (role == "date" and each.startswith("order="))
            and not (role in AMOUNTS and each.startswith(("decimal=", "out=", "in=")))
        ]
        before = Statement("csv", (), (), self.header, self.mapping, tuple(map(tuple, self.sample)))
        none = [f"{each}=" for each in words.COLUMNS if getattr(mapping, each) in (None, ())]
        try:
            return words.mapping_of(
                [*none, *kept], before, day_first=dates.is_day_first(self.accord.locale)
            )
        except BadInput:
            return mapping  # it says so when it is read

    def _outline(self, key: str, value: str) -> None:
        lines = self.lines
        said = [f"{each}={lines.setting(each)}" for each in LAYOUT if each != key]
        look = partial(self._look, [*said, f"{key}={value}"])
        self.run_worker(look, thread=True, group="read", exclusive=True, exit_on_error=False)

    def _look(self, said: Sequence[str]) -> None:
        from store.exchange.statements import reading

        try:
            outline = reading.look(
                self.path, said=said, day_first=dates.is_day_first(self.accord.locale)
            )
        except AccordError as error:
            self.post_message(self.Read(self.mapping, None, error.message))
        else:
            self.post_message(self.Outlined(outline))

    @on(Outlined)
    def _outlined(self, message: Outlined) -> None:
        outline = message.outline
        assert outline.mapping is not None
        self.header, self.sample, self.mapping = outline.header, outline.sample, outline.mapping
        self._show()
        self._wish()

    # --- reading by it ----------------------------------------------------------------------

    def _wish(self) -> None:
        """Read the file by the mapping as it is now."""
        self.read = None
        if all(getattr(self.mapping, each) is None for each in AMOUNTS):
            lack = "Say which column has the amount, or which have money out and money in."
            self._fail(lack)
            return
        read = partial(self._read, self.mapping)
        self.run_worker(read, thread=True, group="read", exclusive=True, exit_on_error=False)

    def _read(self, mapping: Mapping) -> None:
        from store.exchange.statements import reading

        worker = get_current_worker()
        try:
            with Progress(self.accord, f"Reading {self.path.name}") as progress:

                def told(share: float) -> None:
                    progress.is_stopped |= worker.is_cancelled
                    progress(share)

                statement = reading.read(
                    self.path,
                    format="csv",
                    mapping=mapping,
                    currency=currency_of(self.accord),
                    progress=told,
                )
        except Stopped as error:
            if not worker.is_cancelled:
                self.post_message(self.Read(mapping, None, error.message))
        except AccordError as error:
            self.post_message(self.Read(mapping, None, error.message))
        else:
            said = summary(statement, self.accord.today)
            self.post_message(self.Read(mapping, statement, said))

    @on(Read)
    def _was_read(self, message: Read) -> None:
        if message.mapping is not self.mapping:
            return  # it was changed since
        self.read = message.statement
        if message.statement is None or message.statement.mapping is None:
            self._fail(message.said)
            return
        self.mapping = message.statement.mapping  # with what only all of the file tells
        self._show()
        self._show_read(message.statement, message.said)
        self._go_on()

    def on_screen_resume(self) -> None:
        """Go on when it was read under another screen, such as the bar."""
        self._go_on()

    def _go_on(self) -> None:
        if self._is_confirmed and self.read is not None and self.is_active:
            self.accord.in_thread(partial(self._remember, self.read))
            self.dismiss(self.read)

    def _remember(self, statement: Statement) -> None:
        from store.exchange import importing

        assert self.accord.ledger is not None
        importing.remember(self.accord.ledger, statement)

    def _show_read(self, statement: Statement, said: str) -> None:
        self._tell("")
        today, locale = self.accord.today, self.accord.locale
        listed = self.query_one("#read", RecordList)
        listed.empty = "No line is found in it."
        listed.set_rows(read_rows(statement.lines, today, locale, SHOWN))
        listed.set_reactive(RecordList.cursor, -1)
        self.query_one("#sum", Static).update(said)

    def _fail(self, message: str) -> None:
        self._is_confirmed = False
        listed = self.query_one("#read", RecordList)
        listed.empty = "It cannot be read like this."
        listed.set_rows([])
        self.query_one("#sum", Static).update("")
        self._tell(message)

    def _tell(self, message: str) -> None:
        shown = self.query_one(".message", Static)
        shown.update(f"✗ {plain(message)}")
        shown.display = bool(message)

    # --- how it ends ------------------------------------------------------------------------

    @on(RecordList.Opened)
    def _enter(self, message: RecordList.Opened) -> None:
        message.stop()
        self.action_confirm()

    @on(Button.Pressed)
    def _press(self, message: Button.Pressed) -> None:
        message.stop()
        if message.button.id == "save":
            self.action_confirm()
        else:
            self.dismiss(None)

    def action_confirm(self) -> None:
        """Go on with the file as it is read, once it is."""
        # What is wrong stays said; what is still being read is waited for.
        self._is_confirmed = not self.query_one(".message").display
        self._go_on()


def currency_of(app: "AccordApp") -> str:
    """What amounts are in where a file does not say it: as most creditors are owed; in a thread."""
    from store.ledger import plan_queries

    assert app.ledger is not None
    with app.ledger.reading() as session:
        return plan_queries.currency_of(session, None, app.currency)


def _place(mapping: Mapping, role: str, at: int | None) -> Mapping:
    """Give a role a column, or none; amounts stand in one column, or out and in in two."""
    if role == "memo":
        if at is None:
            return replace(mapping, memo=())
        rest = tuple(each for each in mapping.memo if each != at)
        return replace(mapping, memo=rest if at in mapping.memo else (*mapping.memo, at))
    changes: dict[str, int | None] = {role: at}
    if at is not None and role == "amount":
        changes |= {"debit": None, "credit": None}
    elif at is not None and role in ("debit", "credit"):
        changes |= {"amount": None, "kind": None}
    return replace(mapping, **changes)  # type: ignore[arg-type]


def _set(mapping: Mapping, name: str, value: str) -> Mapping:
    """Say how values are written."""
    if name == "out" and mapping.amount is not None:
        return replace(mapping, out_is_positive=value == "positive")
    if name == "out":
        return replace(mapping, debit_is_negative=value == "negative")
    if name == "in":
        return replace(mapping, credit_is_negative=value == "negative")
    if name == "decimal":
        return replace(mapping, decimal=cast(Literal[".", ","], value), is_decimal_said=True)
    return replace(mapping, order=cast(Literal["dmy", "mdy", "ymd"], value))
