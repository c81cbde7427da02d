"""The copies of the ledger: make one now, put one back."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.message import Message

from store.rules import dates
from tui.dialogs.dialog import Dialog, Modal, Question
from tui.messages import LedgerChanged
from tui.widgets.cells import Column, Row, plain
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from store.records.backups import Backup
    from store.records.database import Ledger
    from tui.app import AccordApp

Copy = tuple["Backup", int, str]
"""A copy, its size in bytes, and what was recorded last in it."""

COLUMNS = (
    Column("day"),
    Column("at"),
    Column("why", max_width=18, low=True),
    Column("last", flex=True),
    Column("size", justify="right"),
)


class Backups(Modal[None]):
    """The copies that are kept beside the ledger, newest first."""

    DEFAULT_CSS = """
    Backups {
        align: center middle; background: $background 50%;
        & Dialog { width: 76; padding: 1 1; }
        & RecordList { height: auto; max-height: 16; min-height: 3; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "make", "Make one now", id="backup.make"),
        Binding("escape,q", "dismiss", "Close", id="backup.close"),
    ]

    class Found(Message):
        """The copies were looked for."""

        def __init__(self, backups: "Sequence[Copy]") -> None:
            super().__init__()
            self.backups = backups

    def __init__(self, app: "AccordApp", ledger: "Ledger") -> None:
        """`ledger` is what they are copies of."""
        super().__init__()
        self.accord, self.ledger = app, ledger
        self.backups: Sequence[Copy] = ()

    def compose(self) -> ComposeResult:
        """The list."""
        with Dialog() as dialog:
            dialog.border_title = "Backups"
            dialog.border_subtitle = "enter put back · a make one now · esc closes"
            yield RecordList(
                COLUMNS,
                empty="No copies yet. a makes one; each day that you open Accord makes one too.",
                classes="scrolling",
            )

    def on_mount(self) -> None:
        """Let the arrows move in the list."""
        self.query_one(RecordList).focus()
        self._read()

    def _read(self) -> None:
        if self.is_attached:
            self.run_worker(self._find, thread=True, exclusive=True, exit_on_error=False)

    def _find(self) -> None:
        from store.records import backups, copies

        key = self.ledger.key
        found = [
            (each, _bytes(each.path), copies.newest_change(each.path, key))
            for each in backups.kept(self.ledger.path)
        ]
        self.post_message(self.Found(found))

    def on_backups_found(self, message: Found) -> None:
        """Show them."""
        from tui.dialogs.files import size_of

        self.backups = message.backups
        today = self.accord.today
        self.query_one(RecordList).set_rows(
            [
                Row(
                    str(each.path),
                    (
                        dates.short(each.made_at.date(), today),
                        f"{each.made_at:%H:%M}",
                        (plain(each.why), "muted"),
                        plain(last),
                        size_of(size),
                    ),
                )
                for each, size, last in self.backups
            ]
        )

    def action_make(self) -> None:
        """Make a copy now."""
        self.accord.in_thread(self._make)

    def _make(self) -> None:
        from store.records import backups

        made = backups.make(self.ledger, "by hand")
        said = f"Copied to {made.path.name}, and verified"
        self.accord.call_from_thread(self._said, said)

    def _said(self, said: str) -> None:
        self.accord.notify(plain(said), markup=False)
        self._read()

    def on_record_list_opened(self) -> None:
        """Ask once, then put the chosen copy back."""
        row = self.query_one(RecordList).selected
        chosen = next((one for one, *_ in self.backups if row and str(one.path) == row.key), None)
        if chosen is None:
            return
        day = dates.short(chosen.made_at.date(), self.accord.today)
        question = f"Put back the copy of {day}, {chosen.made_at:%H:%M}?"
        body = "The ledger becomes what it was then. As it is now it is kept as a copy too."
        self.app.push_screen(
            Question(question, body, yes="Put back", no="Leave it", default=False),
            lambda yes: self.accord.in_thread(partial(self._restore, chosen.path)) if yes else None,
        )

    def _restore(self, path: Path) -> None:
        from store.records import backups

        backups.restore(self.ledger.path, path, self.ledger.clock, opened=self.ledger)
        self.accord.call_from_thread(self._restored, path)

    def _restored(self, path: Path) -> None:
        said = f"The ledger is as it was in {path.stem} · what was there is kept"
        self.accord.post_message(LedgerChanged(said))
        self._read()


def _bytes(path: Path) -> int:
    """How large a file is; 0 for one that went meanwhile."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
