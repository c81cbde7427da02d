"""The app: themes, screens, and the ledger that is opened once the first frame is painted."""

import asyncio
import signal
from collections.abc import Callable, Iterable
from contextlib import ExitStack, suppress
from datetime import date
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from textual import events
from textual.app import SystemCommand
from textual.binding import BindingType
from textual.screen import Screen
from textual.widget import AwaitMount

from store.rules.errors import AccordError
from tui import commands, log, theme
from tui.feed import Feed
from tui.locking import MAY, Locking
from tui.messages import (
    BadgeRead,
    LedgerChanged,
    LedgerFailed,
    LedgerOpened,
    ReadFailed,
)
from tui.reader import Reader
from tui.screens import screen_class
from tui.screens.ledger_screen import LedgerScreen
from tui.screens.opening import OpeningScreen
from tui.settings import WEEKDAYS, Configuration, Settings, currency_of
from tui.start import Start
from tui.tidying import Tidying
from tui.typing_ahead import KeysFree, TypingAhead
from tui.unshaken import KEEP_WITHIN, Unshaken
from tui.viewing import Viewing
from tui.widgets.cells import plain
from tui.widgets.top_line import TopLine

if TYPE_CHECKING:
    from store.ledger.score_views import Badge
    from store.records.database import Ledger
    from tui.viewer import Viewer

Answer = TypeVar("Answer")
View = TypeVar("View")

NOTHING_CONFIGURED = Configuration()

DEMO = "demo"
"""The app's result when the person wants to look around in the demo."""

LOOK_EVERY = 0.5  # seconds between looks at whether somebody else wrote


OPENING = "opening"
"""Where the app is until the ledger is there."""


def _screen(name: str) -> Screen[None]:
    return screen_class(name)()


class AccordApp(TypingAhead[str], Unshaken[str]):
    """Accord, on one ledger.

    `open_ledger` is called in a thread after the first frame; nothing of the database is imported
    before that.
    """

    TITLE = "Accord"
    CSS = """
    LedgerScreen { background: $background; }
    .-compact TodayScreen, .-compact PlanScreen, .-compact CredibilityScreen {
        #headline, #detail { padding: 0 2; }
        #panes { padding: 0 1; }
    }
    /* Over what is said of the chosen row, and over the commands. */
    ToastRack { margin-bottom: 5; }
    """
    MODES: ClassVar[dict[str, Callable[[], Screen[None]]]] = {  # type: ignore[assignment]
        OPENING: OpeningScreen,
        **{name: partial(_screen, name) for name in commands.ALL},
    }
    DEFAULT_MODE = OPENING
    BINDINGS: ClassVar[list[BindingType]] = commands.bindings()
    COMMAND_PALETTE_DISPLAY = "ctrl+p"

    def __init__(
        self,
        open_ledger: Callable[[], "Ledger"],
        today: date,
        *,
        locale: str = "en_GB",
        configuration: Configuration = NOTHING_CONFIGURED,
        is_demo: bool = False,
        unlock: "Callable[[str], Ledger] | None" = None,
        mishaps: list[float] | None = None,
        reader: Reader | None = None,
    ) -> None:
        """`today` is the day that every screen speaks of; `locale` writes amounts and dates.

        What the `configuration` leaves open follows the locale. `unlock` opens a ledger that has a
        passphrase, by what somebody types. `mishaps` are those of `Unshaken`. Without a `reader`,
        views are read in threads.
        """
        super().__init__(mishaps)
        self.today = today
        self.system_locale = locale
        self.locale = configuration.settings.locale or locale
        self.configuration = configuration
        self.settings = configuration.settings
        self._followed = ""
        """The theme that was set last."""
        self.is_demo = is_demo
        self.note = "demo" if is_demo else ""
        self.feed = Feed(self)
        self.ledger: Ledger | None = None
        """The ledger, while it is open."""
        self.unlock = unlock
        self.viewing = Viewing(self, reader)
        self._keeping: Thread | None = None
        """What keeps what is half typed while it closes."""
        self._awaits_view = False
        """Whether keys wait for a view: a first one, or that of what was just recorded."""
        self.locking = Locking(self)
        self.tidying = Tidying(self)
        self.start = Start(self, open_ledger)
        self._viewer: Viewer | None = None
        self.badge: Badge | None = None
        """How my word stands; None until it is known."""
        self._mark: tuple[int, ...] = ()
        """The ledger's mark when it was last looked at."""
        self.edition = 0
        """Another one may show something else: the record or the settings changed."""
        self._tells_mishap = bool(mishaps)
        self._newest: str | None = None
        """Its newest revision when a screen last read it, by hash; None before any did."""
        for each in theme.THEMES:
            self.register_theme(each)
        wanted = configuration.settings.theme
        theme.begin(self, wanted if wanted in self.available_themes else theme.DARK.name)
        self.set_keymap(dict(configuration.keys))

    def on_mount(self) -> None:
        """Open the ledger once something is on the screen."""
        self.viewing.begin()
        self.follow(self.settings)
        for complaint in self.configuration.complaints:
            self.notify(plain(complaint), severity="warning", markup=False, timeout=15)
        self.start.begin()
        self.set_interval(LOOK_EVERY, self.look)
        if not self.is_headless:
            self._leave_in_order()

    def _leave_in_order(self) -> None:
        """Close, and take opened copies away, also where the terminal is closed or ends it."""
        for name in ("SIGHUP", "SIGTERM"):
            with suppress(AttributeError, NotImplementedError, RuntimeError, ValueError):
                asyncio.get_running_loop().add_signal_handler(getattr(signal, name), self._end)

    def _end(self) -> None:
        self._keeping = self.keep_typed()
        self.exit()

    async def action_quit(self) -> None:
        """Close; what is half typed is kept."""
        self._end()

    def look(self) -> None:
        """Lock it when nobody is there; read again when somebody else wrote to it."""
        self.locking.look()
        self.tidying.look()
        if self._newest is None:
            # Nothing is shown yet that could be out of date.
            return
        if self.ledger is not None and (mark := self.ledger.mark()) != self._mark:
            self._mark = mark
            look = partial(self._look_closer, self.ledger)
            self.run_worker(look, thread=True, group="look", exit_on_error=False)

    def _look_closer(self, ledger: "Ledger") -> None:
        """See, in a thread, whether it was a use case: a draft that is kept changes no screen."""
        try:
            if ledger.newest() != self._newest:
                self.post_message(LedgerChanged(""))
        except AccordError:
            # It is looked at again.
            self._mark = ()

    def follow(self, settings: Settings) -> None:
        """Look and write as the person chose."""
        self.settings = settings
        self.locale = settings.locale or self.system_locale
        wanted = settings.theme or theme.DARK.name
        # A theme that is only tried (f2) stays while the settings do not change.
        if wanted in self.available_themes and settings.theme != self._followed:
            self.theme = wanted
        self._followed = settings.theme
        self.set_class(settings.density == "compact", "-compact")
        self._refresh_screens()
        self.feed.renew()

    def delay_update(self, delay: float = 0.0) -> None:
        """Hold nothing up: how long a screen takes to come is known to `switch_mode`."""

    def switch_mode(self, mode: str) -> AwaitMount:
        """Paint the other screen once all of it is there, and no later."""
        unpainted = ExitStack()
        unpainted.enter_context(self.batch_update())
        coming = super().switch_mode(mode)

        def paint() -> None:
            unpainted.close()
            self.screen.refresh()

        # Textual waits for the widgets of a new screen before this.
        self.call_next(paint)
        return coming

    @property
    def currency(self) -> str:
        """What a new creditor is owed in, unless one says otherwise."""
        return self.settings.currency or currency_of(self.locale)

    @property
    def country(self) -> str:
        """Whose public holidays count."""
        return self.settings.country or self.locale.partition("_")[2]

    @property
    def first_weekday(self) -> int:
        """The day that a week begins with; 0 is Monday."""
        from tui.widgets.date_picker import first_weekday

        chosen = WEEKDAYS.get(self.settings.first_weekday)
        return first_weekday(self.locale) if chosen is None else chosen

    @property
    def viewer(self) -> "Viewer":
        """What opens documents; it forgets them when the app closes."""
        from tui.viewer import Viewer

        if self._viewer is None:
            self._viewer = Viewer()
        return self._viewer

    def seen(self, revision: str) -> None:
        """Remember the newest revision that a screen has read, by hash; others may be older."""
        if revision != self._newest:
            self._newest = revision
            self.edition += 1
        self.start.end()

    def await_view(self) -> None:
        """Let keys wait for a view that is being read: what they are about is not there yet."""
        if not self._awaits_view:
            self._awaits_view = True
            self.hold_keys()

    def view_came(self) -> None:
        """A view is shown, or cannot be."""
        if self._awaits_view:
            self._awaits_view = False
            self.post_message(KeysFree())

    def forget_opened_files(self) -> None:
        """Remove the copies of documents that were opened to be looked at."""
        if self._viewer is not None:
            self._viewer.close()

    def on_unmount(self) -> None:
        """Let go of the ledger."""
        self.forget_opened_files()
        if self._keeping is not None:
            self._keeping.join(KEEP_WITHIN)
        self.viewing.end()
        if self.ledger is not None:
            self.feed.finish()
            self.ledger.close()
            log.end("the app")

    def on_ledger_readable(self) -> None:
        """Show it, before it is opened."""
        self.start.is_readable = True
        self._show_ledger()

    def on_nothing_read(self) -> None:
        """Open the ledger, so that it can be read."""
        self.start.end()
        self.view_came()

    def on_ledger_opened(self, message: LedgerOpened) -> None:
        """Let the screen that is up read the ledger, unless it shows what is there."""
        self.ledger = message.ledger
        self.start.is_readable = False
        if message.newest is None or message.newest != self._newest:
            self._show_ledger()
        else:
            self.start.end()
        if self._tells_mishap:
            self._tells_mishap = False
            self.say_unforeseen()
        self.feed.renew()

    def _show_ledger(self) -> None:
        if self.current_mode == OPENING:
            # Whatever stands over it has nothing to be about. The screen reads as it comes.
            self.switch_mode(commands.TODAY)
        else:
            self._refresh_screens()

    def on_ledger_locked(self) -> None:
        """Ask for the passphrase before anything else."""
        self.start.is_readable = False
        if self.unlock is not None:
            self.locking.ask(self.unlock)
        self.start.end()

    def action_lock(self) -> None:
        """Lock the ledger; say how where it has no passphrase."""
        if self.ledger is not None and not self.ledger.has_passphrase:
            self.notify("There is no passphrase yet: f4 gives the ledger one.", markup=False)
        self.locking.lock()

    def action_passphrase(self) -> None:
        """Ask for a passphrase for the ledger."""
        from tui.dialogs import passphrase

        passphrase.begin(self)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """While it is locked, one can unlock it or leave."""
        may = MAY if self.locking.is_on else (*MAY, "show_screen")
        if (self.locking.is_on or self.current_mode == OPENING) and action not in may:
            return False
        return super().check_action(action, parameters)

    def push_screen(self, screen: Any, *given: Any, **named: Any) -> Any:
        """Put a screen on top; while it is locked, none that a thread had ready still comes."""
        return (
            AwaitMount(self.screen, [])
            if self.locking.is_on
            else super().push_screen(screen, *given, **named)
        )

    async def on_event(self, event: events.Event) -> None:
        """Note that somebody is there."""
        self.locking.notice(event)
        await super().on_event(event)

    def is_always_taken(self, key: str) -> bool:
        """Whoever waits for a view may go on to another one, or leave."""
        if self.start.is_always_taken(key):
            return True
        is_free = self._awaits_view and not self.keys_wait and len(self.screen_stack) == 1
        return is_free and self.leads_away(key)

    def leads_away(self, key: str) -> bool:
        """Whether a key goes to a screen, or leaves."""
        bound = self.screen.active_bindings.get(key)
        return bound is not None and bound.binding.action.startswith(("quit", "show_screen"))

    def on_ledger_failed(self, message: LedgerFailed) -> None:
        """Leave with the reason: there is nothing to show."""
        self.exit(return_code=2, message=f"accord: {message.reason}")

    def on_ledger_changed(self, message: LedgerChanged) -> None:
        """Let screens read again, and say what was done; a key is about what it led to."""
        self._refresh_screens()
        if message.summary and self.viewing.is_possible:
            self.await_view()
        self.feed.renew()
        if message.summary and not self.locking.is_on:
            # Only the newest is news; a pile would cover what one must read.
            self.clear_notifications()
            self.notify(plain(message.summary), markup=False, timeout=6)

    def on_read_failed(self, message: ReadFailed) -> None:
        """Say why a view is not up to date."""
        if self._newest is None:
            # Whatever is written from now on may be shown.
            self._newest = ""
        self.start.end()
        self.view_came()
        if not self.locking.is_on:
            self.notify(plain(message.reason), severity="error", markup=False, timeout=10)

    def on_badge_read(self, message: BadgeRead) -> None:
        """Show the score on the screen that is up; the others ask for it when they come."""
        self.badge = message.badge
        for line in self.screen.query(TopLine) if self.screen.is_mounted else ():
            line.show_badge(self.badge)

    def _read_badge(self) -> None:
        if (badge := self.viewing.badge()) is not None:
            self.post_message(BadgeRead(badge))

    def keep_typed(self) -> Thread:
        """Keep what is typed in the forms that are open; the thread that does so goes on alone."""
        from tui.dialogs.form import Form

        forms = [each for each in self.screen_stack if isinstance(each, Form)]
        keeping = [keep for form in forms if (keep := form.keeping()) is not None]

        def keep_all() -> None:
            for keep in keeping:
                try:
                    keep()
                except Exception as error:
                    log.unforeseen(error)

        thread = Thread(target=keep_all)
        thread.start()
        return thread

    def _refresh_screens(self) -> None:
        self.edition += 1
        tells = any(
            isinstance(each, LedgerScreen) and each.TELLS_BADGE for each in self.screen_stack
        )
        if self.ledger is not None and not tells:
            self.run_worker(
                self._read_badge, thread=True, group="badge", exclusive=True, exit_on_error=False
            )
        for screen in self.screen_stack:
            if isinstance(screen, LedgerScreen):
                screen.refresh_view()

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """The palette: what works on this screen, Textual's themes, then what others do."""
        here = screen.NAME if isinstance(screen, LedgerScreen) else ""
        for name, _, title in commands.SCREENS:
            yield SystemCommand(title, f"Go to {title}", partial(self.action_show_screen, name))
        for command in (*commands.of_screen(here), *commands.everywhere()):
            run = partial(self._run_command, screen, command)
            yield SystemCommand(command.title, command.help, run)
        yield SystemCommand("Theme", "Choose among all themes", self.action_change_theme)
        titles = {name: title for name, _, title in commands.SCREENS}
        # From a dialog no way leads to another screen.
        for command in commands.elsewhere(here) if here else ():
            there = command.where[0]
            title = f"{titles[there]}: {command.title}"
            yield SystemCommand(title, command.help, partial(self._run_there, there, command))

    def _run_there(self, name: str, command: commands.Command) -> None:
        self.action_show_screen(name)
        if isinstance(screen := self.screen, LedgerScreen) and self.current_mode == name:
            screen.once_shown(partial(self._run_command, screen, command))

    async def _run_command(self, screen: Screen[Any], command: commands.Command) -> None:
        await self.run_action(command.action, screen if command.where else self)

    def open_day(self, day: date) -> None:
        """Show a day in the calendar."""
        from tui.screens.calendar import CalendarScreen

        self.action_show_screen(commands.CALENDAR)
        if isinstance(self.screen, CalendarScreen):
            self.screen.go(day)

    def open_record(self, screen: str, id_: int) -> None:
        """Show one creditor, contact or agreement on its screen, chosen."""
        self.action_show_screen(screen)
        if isinstance(self.screen, LedgerScreen) and screen == self.screen.NAME:
            self.screen.choose(id_)

    def action_show_screen(self, name: str) -> None:
        """Go to a screen, unless a dialog waits for an answer."""
        if len(self.screen_stack) == 1 and self.current_mode != name:
            self.switch_mode(name)

    def action_toggle_dark(self) -> None:
        """Switch between dark and light."""
        is_dark = self.current_theme.dark
        self.theme = theme.LIGHT.name if is_dark else theme.DARK.name

    def action_help(self) -> None:
        """Show the commands of this screen."""
        from tui.dialogs.help import Help

        if isinstance(self.screen, LedgerScreen):
            self.push_screen(Help(self.screen.NAME, self.configuration.keys))

    def action_command_palette(self) -> None:
        """Show the palette, unless it is up."""
        from tui.dialogs.palette import Palette

        if not isinstance(self.screen, Palette):
            # Without an id: the one before may still be on its way out.
            self.push_screen(Palette())

    def action_demo(self) -> None:
        """Leave this ledger and open the demo."""
        self.exit(DEMO)

    def action_load_file(self) -> None:
        """Ask for a file and load it."""
        from tui.dialogs.load import LoadForm

        if self.ledger is not None:
            self.push_screen(LoadForm(self.ledger), self.said)

    def action_statement(self) -> None:
        """Ask for a bank statement, and show what is found in it."""
        from tui.dialogs import import_statement

        import_statement.begin(self)

    def action_backups(self) -> None:
        """Show the copies of the ledger."""
        from tui.dialogs.backups import Backups

        if self.ledger is not None:
            self.push_screen(Backups(self, self.ledger))

    def action_settings(self) -> None:
        """Ask how the app is to look and write."""
        from tui.dialogs import settings

        settings.begin(self)

    def action_me(self) -> None:
        """Ask for my name and address, for the head of letters."""
        from tui.dialogs import me

        me.begin(self)

    def action_undo(self) -> None:
        """Take back the last thing that was recorded, after naming it."""
        self._ask_back("undo")

    def action_redo(self) -> None:
        """Do again what was taken back, after naming it."""
        self._ask_back("redo")

    def _ask_back(self, which: str) -> None:
        from tui.dialogs.take_back import TakeBack

        if self.ledger is not None:
            self.push_screen(TakeBack(self.ledger, which), self.said)

    def said(self, summary: str | None) -> None:
        """Say what a form did, if it did anything, and let every screen read again."""
        if summary is not None:
            self.post_message(LedgerChanged(summary))

    def ask_from_thread(
        self, make: Callable[[], Screen[Answer]], then: Callable[[Answer | None], None]
    ) -> None:
        """Open a dialog out of a thread: it is made where widgets belong."""

        def ask() -> None:
            self.push_screen(make(), then)

        self.call_from_thread(ask)

    def in_thread(self, work: Callable[[], None]) -> None:
        """Read something in a thread; say it where that cannot be read, or is gone meanwhile."""
        self.run_worker(partial(self._try, work), thread=True, exit_on_error=False)

    def _try(self, work: Callable[[], None]) -> None:
        try:
            work()
        except AccordError as error:
            self.post_message(ReadFailed(error.message))
