"""What every screen is made of: a top line, a body, a footer, and a view read in a worker."""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar, cast

from textual import events
from textual.app import ComposeResult
from textual.message import Message
from textual.screen import Screen
from textual.worker import get_current_worker

from store.rules.errors import AccordError
from tui import log
from tui.messages import LedgerChanged, NothingRead, ReadFailed
from tui.reader import Unread
from tui.typing_ahead import KeysFree
from tui.widgets.command_line import CommandLine
from tui.widgets.top_line import TopLine

if TYPE_CHECKING:
    from store.ledger.documents import Owner
    from store.records.database import Ledger, Reading
    from tui.app import AccordApp

View = TypeVar("View")

Record = tuple[str, int]
"""Which record something is about: its table and number."""


def style_beside(module: str) -> str:
    """The style that stands beside a screen's module, for its `DEFAULT_CSS`.

    With a `CSS_PATH`, Textual parses the styles of the whole app anew when the screen first comes.
    """
    return Path(module).with_suffix(".tcss").read_text(encoding="utf-8")


class LedgerScreen(Screen[None], Generic[View]):
    """A screen that shows one view of the ledger.

    Subclasses say `compose_body`, what is `reading` their view and how to `show` it.
    """

    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 (Textual declares it for instances)
        (0, "-narrow"),
        (100, "-wide"),
    ]

    NAME: ClassVar[str]
    TELLS_BADGE: ClassVar[bool] = False
    """Whether its view says how my word stands, so that nobody else needs to read that."""

    view: View | None = None
    """What is shown; None until it is read for the first time."""

    _edition: int | None = None
    """The app's edition that is shown or being read; None where it could not be read."""

    _once_shown: Callable[[], object] | None = None
    """What waits for the view."""

    _surroundings: tuple[frozenset[str], ...] = ()
    """What its styles depend on outside of it: theme, density, whether the app has the focus."""

    def __init__(self) -> None:
        """It is made with the app's styles as they are: they need not be parsed anew for it."""
        super().__init__()
        self._css_update_count = self.app._css_update_count

    class Read(Message):
        """The view was read."""

        def __init__(self, view: Any, newest: str, edition: int) -> None:
            """`view` is what to show, `newest` the hash of the newest revision that it tells of.

            `edition` is the app's when the reading began.
            """
            super().__init__()
            self.view = view
            self.newest = newest
            self.edition = edition

    @property
    def accord(self) -> "AccordApp":
        """The app, by its own type."""
        return cast("AccordApp", self.app)

    def compose(self) -> ComposeResult:
        """Lay out the screen."""
        yield TopLine(self.NAME, self.accord.today, self.accord.note)
        yield from self.compose_body()
        yield CommandLine()

    def compose_body(self) -> ComposeResult:
        """Give what stands between the top line and the footer."""
        raise NotImplementedError

    def reading(self) -> "Callable[[Reading], View]":
        """What reads the view: a function of `tui.views`, with what it is to know."""
        raise NotImplementedError

    def show(self, view: View) -> None:
        """Show the view."""
        raise NotImplementedError

    def choose(self, id_: int) -> None:
        """Choose one of the screen's records, now or as soon as it is read."""

    def action_record_payment(self) -> None:
        """Log a payment; a screen that knows for what fills it in."""
        from tui.dialogs import payment

        payment.begin(self.accord)

    def action_log_contact(self) -> None:
        """Log a contact; a screen that knows with whom fills it in."""
        from tui.dialogs import contact

        contact.begin(self.accord)

    @property
    def addressee(self) -> tuple[int, int | None] | None:
        """To whom a letter from here goes: creditor, and debt where one is chosen."""
        return None

    @property
    def file_owner(self) -> "tuple[Owner, str] | None":
        """The record whose files are shown from here, with what it is called."""
        return None

    def action_write_letter(self) -> None:
        """Write a letter to whom is chosen."""
        from tui.dialogs import write_letter

        if (to := self.addressee) is not None:
            write_letter.begin(self.accord, *to)

    def action_files(self) -> None:
        """Show the files of what is chosen."""
        from tui.dialogs import files

        if (found := self.file_owner) is not None:
            files.begin(self.accord, *found)

    def action_evidence(self) -> None:
        """Write an evidence pack about whom is chosen."""
        from tui.dialogs import evidence

        if (to := self.addressee) is not None:
            evidence.begin(self.accord, *to)

    @property
    def chosen_record(self) -> Record | None:
        """The record that is chosen; a screen that has some says which."""
        return None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """What is for what is chosen shows only where something is."""
        if not self.is_mounted:
            return True
        if action in ("write_letter", "evidence"):
            return self.addressee is not None
        if action == "files":
            return self.file_owner is not None
        return action != "history" or self.chosen_record is not None

    def action_history(self) -> None:
        """Show what was done to the chosen record."""
        from tui.dialogs import history

        if (record := self.chosen_record) is not None:
            history.begin(self.accord, record)

    def refresh_view(self) -> None:
        """Read the view again, and show it when it is there."""
        if self.accord.viewing.is_possible and self.is_mounted:
            self._edition = self.accord.edition
            if self.view is None:
                self.accord.await_view()
            read = partial(self._read, self.reading(), self.accord.edition)
            self.run_worker(read, group="view", exclusive=True, thread=True)

    def once_shown(self, then: Callable[[], object]) -> None:
        """Do something as soon as there is a view."""
        if self.view is None:
            self._once_shown = then
        else:
            self.call_after_refresh(then)

    def write(self, use_case: Callable[["Ledger"], str]) -> None:
        """Run a use case in a thread; say what it did, or why it could not be done."""
        ledger = self.accord.ledger
        if ledger is not None:
            self.run_worker(partial(self._write, ledger, use_case), group="write", thread=True)

    def _write(self, ledger: "Ledger", use_case: Callable[["Ledger"], str]) -> None:
        try:
            said = use_case(ledger)
        except AccordError as error:
            self.app.post_message(ReadFailed(error.message))
        else:
            self.app.post_message(LedgerChanged(said))

    def try_reading(self, read: Callable[[], None]) -> None:
        """Read something in a thread; say it where that cannot be read, or is gone meanwhile."""
        try:
            read()
        except AccordError as error:
            self.app.post_message(ReadFailed(error.message))

    def open_after(self, read: Callable[[], None]) -> None:
        """Read in a thread what a form needs, and open it; keys wait for it meanwhile."""
        self.accord.hold_keys()
        self.run_worker(partial(self._open_after, read), thread=True, exit_on_error=False)

    def _open_after(self, read: Callable[[], None]) -> None:
        try:
            self.try_reading(read)
        finally:
            self.post_message(KeysFree())

    def said(self, summary: str | None) -> None:
        """Say what a form did, if it did anything, and let every screen read again."""
        if summary is not None:
            self.app.post_message(LedgerChanged(summary))

    def on_resize(self) -> None:
        """Some keys do something in narrow windows only."""
        self.call_after_refresh(self.refresh_bindings)

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Show what has changed while another screen was up."""
        before, self._surroundings = self._surroundings, (self.app.classes, self.app.pseudo_classes)
        # Its styles do not change by themselves: to work them out anew is most of going there.
        event.refresh_styles = self._surroundings != before
        if not self.is_current:
            # It is only built, ahead of its first visit.
            return
        self.query_one(TopLine).show_badge(self.accord.badge)
        if self._edition != self.accord.edition:
            self.refresh_view()
        else:
            # Another program may have written just now.
            self.accord.look()

    def _read(self, read: "Callable[[Reading], View]", edition: int) -> None:
        try:
            seen = self.accord.viewing.see(read)
        except Unread:
            self._edition = None
            self.app.post_message(NothingRead())
        except AccordError as error:
            self._edition = self._once_shown = None
            self.app.post_message(ReadFailed(error.message))
        except Exception as error:
            self._edition = self._once_shown = None
            # A record that no rule can read must not end the app.
            log.unforeseen(error)
            said = "The ledger cannot be shown. `accord check` says what is wrong."
            self.app.post_message(ReadFailed(said))
        else:
            # A read that a newer one has replaced may end after it.
            if not get_current_worker().is_cancelled:
                self.post_message(self.Read(seen.view, seen.newest, edition))

    def on_ledger_screen_read(self, message: Read) -> None:
        """Show the view that was read."""
        self.view = message.view
        is_newest = message.edition == self.accord.edition
        self.accord.seen(message.newest)
        if is_newest:
            # What it has read anew itself is no reason to read it again.
            self._edition = self.accord.edition
        self.show(message.view)
        self.accord.view_came()
        then, self._once_shown = self._once_shown, None
        if then is not None and self.is_active:
            self.call_after_refresh(then)

    def on_screen_suspend(self) -> None:
        """Forget what waits for the view: nobody looks at it any more."""
        self._once_shown = None

    def on_top_line_chosen(self, message: TopLine.Chosen) -> None:
        """Go to another screen."""
        self.accord.action_show_screen(message.screen_name)
