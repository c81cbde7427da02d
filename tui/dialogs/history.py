"""The history of one record: each revision of it, and what that one changed."""

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from store.ledger.history_views import Entry
from store.ledger.history_views import History as View
from store.rules.errors import AccordError
from tui.dialogs.dialog import Dialog, Modal, Scrolling
from tui.messages import ReadFailed
from tui.widgets.cells import plain
from tui.widgets.history_lines import COLUMNS, HistoryLines
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from tui.app import AccordApp


class History(Modal[None]):
    """The revisions, newest first; the chosen one's fields before and after under them."""

    DEFAULT_CSS = """
    History {
        align: center middle; background: $background 50%;
        & Dialog { width: 100; }
        & #top { height: auto; padding: 1 1 0 1; }
        & #top.-altered { color: $text-warning; }
        & RecordList { height: auto; max-height: 8; margin: 1 0 0 0; }
        & #fields { height: auto; padding: 0 1 1 1; }
        & Scrolling:focus { scrollbar-color: $primary; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,h", "dismiss", "Close", id="history.close"),
    ]

    class Read(Message):
        """The history was read."""

        def __init__(self, view: View) -> None:
            super().__init__()
            self.view = view

    def __init__(self, app: "AccordApp", record: tuple[str, int]) -> None:
        """`record` is whose history it is: its table and number."""
        super().__init__()
        assert app.ledger is not None
        self.accord, self.ledger, self.record = app, app.ledger, record
        self.lines: HistoryLines | None = None

    def compose(self) -> ComposeResult:
        """Lay out what is said first, the list, and the chosen revision."""
        with Dialog() as dialog:
            dialog.border_title = "History"
            dialog.border_subtitle = "tab: the text · esc closes"
            yield Static(markup=False, id="top")
            yield RecordList(COLUMNS, id="revisions", classes="scrolling", empty="Reading …")
            with Scrolling(can_focus=True):
                yield Static(markup=False, id="fields")

    def on_mount(self) -> None:
        """Read in a thread."""
        self.query_one("#top").display = False
        self.query_one(RecordList).focus()
        self.run_worker(self._read, thread=True, exit_on_error=False)

    def _read(self) -> None:
        from store.ledger import history

        try:
            with self.ledger.reading() as session:
                view = history.of_record(
                    session, *self.record, self.accord.today, self.accord.locale
                )
        except AccordError as error:
            self.app.post_message(ReadFailed(error.message))
        else:
            self.post_message(self.Read(view))

    @on(Read)
    def _show(self, message: Read) -> None:
        lines = self.lines = HistoryLines(message.view, self.accord.today)
        self.query_one(Dialog).border_title = Content(plain(f"History · {message.view.title}"))
        top, said = self.query_one("#top", Static), lines.top()
        top.update("\n".join(said))
        top.display = bool(said)
        top.set_class(bool(message.view.altered) or not message.view.is_whole, "-altered")
        listed = self.query_one(RecordList)
        listed.empty = "Nothing was recorded of it by Accord."
        listed.set_rows(lines.rows())
        self._highlighted()

    @property
    def chosen(self) -> Entry | None:
        """The revision under the cursor."""
        row = self.query_one(RecordList).selected
        if self.lines is None or row is None:
            return None
        entries = self.lines.view.entries
        return next((each for each in entries if each.revision_id == row.key), None)

    @on(RecordList.Highlighted)
    def _highlighted(self) -> None:
        """Show what the chosen revision changed, from its beginning."""
        if self.lines is not None:
            self.query_one("#fields", Static).update("\n".join(self.lines.detail(self.chosen)))
            self.query_one(Scrolling).scroll_home(animate=False)

    @on(RecordList.Opened)
    def _opened(self) -> None:
        self.query_one(Scrolling).focus()


def begin(app: "AccordApp", record: tuple[str, int]) -> None:
    """Show the history of a record."""
    if app.ledger is not None:
        app.push_screen(History(app, record))
