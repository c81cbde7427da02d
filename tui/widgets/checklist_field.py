"""A field of things to tick; each may be waived with a reason, where that is allowed."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.widgets import Input

from tui.widgets.cells import Column, Row, plain
from tui.widgets.fields import Field
from tui.widgets.record_list import RecordList

Item = tuple[str, str]
"""What it goes by, and what a person reads."""

State = bool | str
"""True: it is there. A text: the reason why it is not needed."""


class ChecklistField(Field):
    """Things to tick; its value has those that are ticked, or waived with a reason."""

    DEFAULT_CSS = """
    ChecklistField {
        & RecordList { height: auto; max-height: 14; border: none; padding: 0; margin-top: 1; }
        & Input { display: none; margin-top: 0; }
        &.-waiving Input { display: block; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "Tick", show=False, id="checklist.tick"),
        Binding("w", "waive", "Not needed", show=False, id="checklist.waive"),
    ]

    def __init__(
        self,
        name: str,
        label: str,
        items: Sequence[Item],
        *,
        states: Mapping[str, State] | None = None,
        waivable: bool = False,
        hint: str = "",
    ) -> None:
        """`states` are those of the items at first; others in it are left alone."""
        self.items = list(items)
        self.states: dict[str, State] = {
            key: state for key, state in (states or {}).items() if key in dict(items)
        }
        self.waivable = waivable
        super().__init__(name, label, hint=hint)
        self.initial = self.text

    def compose(self) -> ComposeResult:
        """The list, and under it a line for a reason."""
        yield RecordList((Column("mark", width=1), Column("what", flex=True)), classes="scrolling")
        yield self.input

    def on_mount(self) -> None:
        """Fill the list."""
        self._fill()

    @property
    def text(self) -> str:
        """What is ticked and waived, as JSON."""
        return json.dumps(self.states, sort_keys=True, ensure_ascii=False)

    @text.setter
    def text(self, text: str) -> None:
        if text:
            self.states = {
                key: state for key, state in json.loads(text).items() if key in dict(self.items)
            }
        if self.is_mounted:
            self._fill()
        self._accept()

    def value(self) -> dict[str, State]:
        """Gives what is ticked and waived."""
        return dict(self.states)

    @on(Input.Changed)
    def _reason(self, message: Input.Changed) -> None:
        message.stop()
        key = self._key
        if not self.has_class("-waiving") or key is None:
            return
        if reason := message.value.strip():
            self.states[key] = reason
        else:
            self.states.pop(key, None)
        self._changed()

    @on(Input.Submitted)
    def _given(self, message: Input.Submitted) -> None:
        """The reason is given: back to the list, and on."""
        message.stop()
        self._end_waiving()
        self._list.action_move(1)

    @on(RecordList.Opened)
    def _enter(self, message: RecordList.Opened) -> None:
        """Enter saves, as from any other field."""
        message.stop()
        submit = getattr(self.screen, "action_submit", None)
        if submit is not None:
            submit()

    @on(RecordList.Highlighted)
    def _moved(self, message: RecordList.Highlighted) -> None:
        message.stop()

    @on(RecordList.Left)
    def _left_list(self, message: RecordList.Left) -> None:
        """Going past an end goes on in the next field."""
        message.stop()
        if message.direction > 0:
            self.screen.focus_next()
        else:
            self.screen.focus_previous()

    def action_tick(self) -> None:
        """Tick the chosen item, or take the tick or the reason away."""
        if (key := self._key) is not None:
            if key in self.states:
                del self.states[key]
            else:
                self.states[key] = True
                self._list.action_move(1)
            self._changed()

    def action_waive(self) -> None:
        """Ask why the chosen item is not needed."""
        if (key := self._key) is None or not self.waivable:
            return
        state = self.states.get(key)
        assert isinstance(self.input, Input)
        self.input.placeholder = "Why it is not needed; enter goes on"
        with self.prevent(Input.Changed):
            self.input.value = state if isinstance(state, str) else ""
        self.add_class("-waiving")
        self.input.focus()

    def _end_waiving(self) -> None:
        self.remove_class("-waiving")
        self._list.focus()

    def left(self) -> None:
        """Put the line for a reason away."""
        self.remove_class("-waiving")

    def focus(self, scroll_visible: bool = True) -> ChecklistField:
        """Puts the focus in the list."""
        self._list.focus(scroll_visible)
        return self

    @property
    def _list(self) -> RecordList:
        return self.query_one(RecordList)

    @property
    def _key(self) -> str | None:
        row = self._list.selected
        return None if row is None else str(row.key)

    def _changed(self) -> None:
        self._fill()
        self._accept()

    def _fill(self) -> None:
        rows = []
        for key, text in self.items:
            state = self.states.get(key)
            if isinstance(state, str):
                rows.append(Row(key, (("–", "muted"), (f"{text}: {plain(state)}", "muted"))))
            else:
                mark = ("✓", "good") if state else ("·", "muted")
                rows.append(Row(key, (mark, text)))
        self._list.set_rows(rows)
