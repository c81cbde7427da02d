"""A `Form` of fields that saves: what every dialog in which one types is made of.

    class Rename(Form[str]):
        TITLE = "Rename a creditor"

        def compose_fields(self) -> ComposeResult:
            yield TextField("name", "Name", required=True)

        def save(self, values: Mapping[str, Any]) -> str:
            return ledger.rename(values["name"])

`push_screen(Rename(), callback)` calls back with what `save` returned, or None.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from textual import events, on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.message import Message
from textual.timer import Timer
from textual.widget import Widget
from textual.widgets import Button, Input, Static, TextArea
from textual.worker import Worker, WorkerState

from store.rules.errors import AccordError, BadInput, Stale
from tui.dialogs import meanwhile
from tui.dialogs.dialog import Dialog, DialogButton, Leave, Modal, Question, Scrolling, button_label
from tui.widgets.cells import plain
from tui.widgets.fields import Field

if TYPE_CHECKING:
    from sqlmodel import Session

    from tui.app import AccordApp
    from tui.dialogs.draft import Draft

__all__ = ["Dialog", "Form", "Leave", "Question", "Scrolling", "button_label"]

T = TypeVar("T")

DENSE_BELOW = 30  # screen lines under which nothing but the hints parts the fields
ROOMY_FIELD = 4  # lines of a field and the space under it
KEEP_AFTER = 0.5  # seconds after an edit by which it is kept, typing or not
CHROME = 6  # lines of a roomy dialog that are not fields


class _Fields(Scrolling):
    """The fields of a form; whatever its height, the one with the focus is in sight."""

    def __init__(self) -> None:
        super().__init__()
        self.rows: list[Widget] = []
        """What stands in it, known before it is there."""

    def compose_add_child(self, widget: Widget) -> None:
        """Takes note of a row."""
        self.rows.append(widget)
        super().compose_add_child(widget)

    def on_resize(self) -> None:
        """Keep the field in sight when what is said below them grows."""
        if isinstance(form := self.screen, Form):
            self.call_after_refresh(form.show_focused)


class _Preview(VerticalScroll, can_focus=False):
    """What a form says below its fields; when it grows, the fields give way, not the buttons.

    It takes at most two fifths of the screen, and scrolls beyond that.
    """

    DEFAULT_CSS = """
    _Preview {
        scrollbar-size-vertical: 1; scrollbar-background: $surface;
        scrollbar-color: $foreground 20%;
    }
    """

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Gives the height of what is said, so that most of the screen stays for the fields."""
        wanted = super().get_content_height(container, viewport, width)
        return min(wanted, viewport.height * 2 // 5)

    def on_resize(self) -> None:
        """Let the fields take what room is left."""
        for fields in self.screen.query(Scrolling):
            fields.refresh(layout=True)


class Form(Modal[T | None], Generic[T]):
    """Some fields and what becomes of them; closes with what `save` gave, or None.

    Subclasses set `TITLE`, and say `compose_fields` and `save`; they may add a `compose_preview`
    and keep it up to date in `changed`.
    """

    DEFAULT_CSS = """
    Form {
        align: center middle;
        background: $background 50%;
        & .preview { height: auto; padding: 0 1; color: $foreground 80%; }
        & .message { height: auto; padding: 0 1; color: $text-error; display: none; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "submit", "Save", id="form.save"),
        Binding("escape", "cancel", "Cancel", id="form.cancel"),
        Binding("pageup", "scroll_preview(-1)", "Scroll up", show=False, id="form.up"),
        Binding("pagedown", "scroll_preview(1)", "Scroll down", show=False, id="form.down"),
    ]

    def __init__(self, title: str | None = None, *, save_label: str = "Save") -> None:
        super().__init__()
        if title is not None:
            self.title = title
        self.save_label = save_label
        self._saving: Worker[T] | None = None
        self._tells_until_saved = False
        """Whether what is said stays while one types."""
        self._reads = 0
        """How much is still to be read of what the fields are about."""
        self._once_read: Callable[[], object] | None = None
        """What waits for all that."""
        self._submits = False
        """Whether it is to be saved as soon as that is read."""
        self._draft: Draft | None = None
        self._edits = 0
        self._keeping: Timer | None = None
        self._fields: dict[str, Field] = {}
        self._dialog = Dialog()
        self._scrolling = _Fields()
        self._preview = _Preview(classes="preview")
        self._message = Static(markup=False, classes="message")

    SAVING: ClassVar[str] = "Saving…"
    """What it says while it saves."""

    DRAFT: ClassVar[str] = ""
    """The name under which what is typed is kept until it is saved; empty: it is not kept."""

    # For subclasses

    @property
    def draft_name(self) -> str:
        """The name of this form's draft; a form that begins filled in says with what."""
        return self.DRAFT

    @property
    def first_field(self) -> str:
        """The name of the field that one begins with; empty for the first that one can be in."""
        return ""

    def compose_fields(self) -> ComposeResult:
        """Gives the fields, and whatever is to stand between them."""
        raise NotImplementedError

    def compose_preview(self) -> ComposeResult:
        """Gives what stands between the fields and the buttons, and never scrolls away."""
        yield from ()

    def save(self, values: Mapping[str, Any]) -> T:
        """Does what the form is for, in a thread: it may read the ledger, but touch no widget.

        `values` has one value for each field that is displayed. An AccordError is shown at the
        field that it names, and everything stays as it was typed.
        """
        raise NotImplementedError

    def changed(self, field: Field) -> None:
        """Is called after each edit of a field."""

    def lacking(self, values: Mapping[str, Any]) -> Iterable[BadInput]:
        """Gives what is still needed of some fields together, each error at one of them.

        `values` has what could be read.
        """
        return ()

    def afresh(self, session: Session) -> Callable[[], Form[T]] | None:
        """Gives, in a thread, what makes this form of the record that it corrects as it is now.

        None where it corrects nothing, or that is gone.
        """
        return None

    # What is in it

    @property
    def accord(self) -> AccordApp:
        """The app."""
        return cast("AccordApp", self.app)

    @property
    def fields(self) -> Mapping[str, Field]:
        """The fields by name."""
        if not self._fields:
            self._fields = {field.key: field for field in self.query(Field)}
        return self._fields

    def field(self, name: str) -> Field:
        """Gives the field of that name."""
        return self.fields[name]

    @property
    def touched(self) -> bool:
        """Whether something would be lost if it closed."""
        return any(field.touched for field in self.fields.values())

    def compose(self) -> ComposeResult:
        """Lays out the fields, the preview and the buttons."""
        with self._dialog:
            self._dialog.border_title = Content(plain(self.title or ""))
            with self._scrolling:
                yield from self.compose_fields()
            with self._preview:
                yield from self.compose_preview()
            yield self._message
            with Horizontal(classes="buttons"):
                yield DialogButton("", variant="primary", id="save", compact=True)
                yield DialogButton(button_label("Cancel", "esc"), id="cancel", compact=True)
        # Before anything has its styles or is laid out: once is enough.
        self.fit_to(self.app.size)

    def on_mount(self) -> None:
        """Puts the focus in the first field, and finds what was typed before."""
        # What was said is read, or it would cover what a field says.
        self.app.clear_notifications()
        self._name_key()
        fields = (each for each in self.fields.values() if each.display and not each.disabled)
        first = self.field(self.first_field) if self.first_field else next(fields, None)
        if first is not None:
            # At once: the keys that were typed meanwhile are for this one.
            self.set_focus(first.input)
        ledger = getattr(self.app, "ledger", None)
        if self.draft_name and ledger is not None:
            from tui.dialogs.draft import Draft

            self._draft = Draft(ledger, self.draft_name)
            self.read_later(self._find_draft, "draft")

    def read_later(self, read: Callable[[], None], group: str) -> None:
        """Reads something in a thread, once the form is there to be seen; saving waits for it."""

        def read_it() -> None:
            try:
                read()
            finally:
                self.post_message(self.HasRead())

        self._reads += 1
        begin = partial(self.run_worker, read_it, thread=True, group=group, exit_on_error=False)
        self.call_after_refresh(begin)

    def once_read(self, then: Callable[[], object]) -> None:
        """Does something once all is there that is read later."""
        if self._reads:
            self._once_read = then
        else:
            self.call_later(then)

    def on_form_has_read(self) -> None:
        """Does what waited for all that is read; saves, where somebody wanted that."""
        self._reads -= 1
        if self._reads:
            return
        if self._once_read is not None:
            self.call_later(self._once_read)
            self._once_read = None
        if self._submits:
            self._submits = False
            self.action_submit()

    def on_resize(self, event: events.Resize) -> None:
        """Fits the fields to the room that there is now."""
        self.fit_to(event.size)
        self.call_after_refresh(self.show_focused)

    def fit_to(self, size: Size) -> None:
        """Draws the fields together where there is no room between them."""
        needed = CHROME + self._preview.size.height
        needed += sum(
            ROOMY_FIELD + (3 if _is_note(each) else 0)
            for each in self._scrolling.rows
            if each.display
        )
        dense = size.height < max(DENSE_BELOW, needed) or self.app.has_class("-compact")
        self._dialog.set_class(dense, "-dense", update=self.is_mounted)

    # What a person does

    @on(Field.Changed)
    def _edited(self, message: Field.Changed) -> None:
        message.stop()
        if not self._tells_until_saved:
            self.tell("")
        self.changed(message.field)
        self._edits += 1
        # One that runs goes on: whoever types without a pause would never be kept.
        if self._draft is not None and self.touched and self._keeping is None:
            # The app's own timer: it comes though the machine stalls.
            self._keeping = self.app.set_timer(KEEP_AFTER, self._keep)

    def _keep(self) -> None:
        self._keeping = None
        if (keep := self.keeping()) is not None:
            self._in_thread(keep)

    @on(Input.Submitted)
    def _enter(self, message: Input.Submitted) -> None:
        message.stop()
        self.action_submit()

    @on(Button.Pressed)
    def _press(self, message: Button.Pressed) -> None:
        message.stop()
        if message.button.id == "save":
            self.action_submit()
        else:
            self.action_cancel()

    def on_descendant_focus(self) -> None:
        """Says on the button which key saves from here, and shows the whole field."""
        self._name_key()
        self.call_after_refresh(self.show_focused)

    def set_focus(
        self, widget: Widget | None, scroll_visible: bool = True, from_app_focus: bool = False
    ) -> None:
        """Gives the focus; only `show_focused` scrolls, or two would pull at the same field."""
        super().set_focus(widget, False, from_app_focus)

    def show_focused(self) -> None:
        """Scrolls to what has the focus; of a field its label and hint too."""
        if (focused := self.focused) is not None:
            fields = (node for node in focused.ancestors if isinstance(node, Field))
            next(fields, focused).scroll_visible(animate=False)

    def _name_key(self) -> None:
        """Says on the button which key saves from here."""
        key = "ctrl+s" if isinstance(self.focused, TextArea) else "enter"
        button = self.query_one("#save", Button)
        button.label = button_label(self.save_label, key)
        button.refresh(layout=True)

    def action_scroll_preview(self, pages: int) -> None:
        """Shows more of what is said below the fields."""
        preview = self._preview
        preview.scroll_relative(y=pages * max(1, preview.size.height - 1), animate=False)

    def action_cancel(self) -> None:
        """Closes; where something was typed, asks first."""
        if self._saving is not None:
            return
        # It was to be saved once all was read; now somebody thinks again.
        if self._submits:
            self._submits = False
            self._dialog.border_subtitle = None
        if not self.touched:
            if self._draft is not None and self._edits:
                # Emptied by hand: there is nothing to keep.
                self._in_thread(self._draft.drop)
            self.dismiss(None)
        else:
            self.app.push_screen(Leave(is_kept=self._draft is not None), self._leave)

    def _leave(self, keep: bool | None) -> None:
        if keep is None or (keep and self._draft is None):
            return
        if self._draft is not None:
            if self._keeping is not None:
                self._keeping.stop()
            kept = self.keeping() if keep else self._draft.drop
            if kept is not None:
                self._in_thread(kept)
        self.dismiss(None)

    # What was typed before

    class HasRead(Message):
        """Something that was to be read later was read, or could not be."""

    class DraftFound(Message):
        """What was typed in this form and not saved was read."""

        def __init__(self, typed: Mapping[str, str]) -> None:
            super().__init__()
            self.typed = typed

    def _typed(self) -> dict[str, str]:
        return {name: field.lasting for name, field in self.fields.items() if field.touched}

    def _in_thread(self, work: Callable[[], None]) -> None:
        # The app's own worker: it goes on when the form closes.
        self.app.run_worker(work, thread=True, group="draft", exit_on_error=False)

    def keeping(self) -> Callable[[], None] | None:
        """Gives what keeps all that is typed by now, to be called in a thread; None for nothing."""
        is_saved = self._saving is not None and self._saving.state is WorkerState.SUCCESS
        if self._draft is None or not self.touched or is_saved:
            return None
        self._edits += 1
        return partial(self._draft.keep, self._edits, self._typed())

    def _find_draft(self) -> None:
        assert self._draft is not None
        if typed := self._draft.find():
            self.post_message(self.DraftFound(typed))

    def on_form_draft_found(self, message: DraftFound) -> None:
        """Puts back what was typed, where nothing was typed since."""
        for name, text in message.typed.items():
            field = self.fields.get(name)
            if field is not None and not field.touched and not field.disabled:
                field.text = text
                self.changed(field)
        self._dialog.border_subtitle = "what you typed before is back"

    def action_submit(self) -> None:
        """Reads every field, and saves if all of them can be read; twice is once."""
        if self._saving is not None:
            return
        if self._reads:
            self._submits = True
            self._dialog.border_subtitle = self.SAVING
            return
        self.tell("")
        values: dict[str, Any] = {}
        for name, field in self.fields.items():
            if field.display:
                field.error = ""
                try:
                    values[name] = field.value()
                except BadInput as error:
                    field.error = error.message
        for lack in self.lacking(values):
            if not (field := self.fields[lack.field or ""]).error:
                field.error = lack.message
        wrong = next((each for each in self.fields.values() if each.display and each.error), None)
        if wrong is not None:
            self._dialog.border_subtitle = None
            self._go_to(wrong)
            return
        self._dialog.border_subtitle = self.SAVING
        self._saving = self.run_worker(
            partial(self._save, values), name="save", thread=True, exit_on_error=False
        )

    def _save(self, values: Mapping[str, Any]) -> T:
        saved = self.save(values)
        if self._draft is not None:
            with suppress(AccordError):
                self._draft.drop()
        return saved

    # How it ends

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """Closes after saving, or says why it could not be saved."""
        if event.worker is not self._saving:
            return
        if event.state is WorkerState.SUCCESS:
            self._close()
        elif event.state in (WorkerState.ERROR, WorkerState.CANCELLED):
            self._saving = None
            self._dialog.border_subtitle = None
            self._fail(event.worker.error)

    def on_screen_resume(self) -> None:
        """Closes when it was saved under another screen, such as the palette."""
        self._close()

    def _close(self) -> None:
        if (
            self._saving is not None
            and self._saving.state is WorkerState.SUCCESS
            and self.is_active
        ):
            self.dismiss(self._saving.result)

    def _fail(self, error: BaseException | None) -> None:
        if not isinstance(error, AccordError):
            self.tell("It could not be saved; what you typed is still here")
            return
        if isinstance(error, Stale):
            meanwhile.show_both(self, error.message)
            return
        field = self.fields.get(error.field or "")
        if field is None or not field.display:
            self.tell(error.message)
        else:
            field.error = error.message
            self._go_to(field)

    def _go_to(self, field: Field) -> None:
        field.focus()
        self.call_after_refresh(self.show_focused)

    def tell(self, message: str, *, until_saved: bool = False) -> None:
        """Shows a message over the buttons, until it is saved or edited; or takes it away."""
        self._tells_until_saved = until_saved
        self._message.update(f"✗ {plain(message)}" if message else "")
        self._message.display = bool(message)


def _is_note(row: Widget) -> bool:
    return isinstance(row, Field) and isinstance(row.input, TextArea)
