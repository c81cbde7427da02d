"""What is on the screen while the ledger is opened: all of it is painted in no time."""

from typing import TYPE_CHECKING, cast

from textual.app import ComposeResult
from textual.screen import Screen
from textual.widgets import Static

from tui import commands
from tui.widgets.command_line import CommandLine
from tui.widgets.top_line import TopLine

if TYPE_CHECKING:
    from tui.app import AccordApp


class OpeningScreen(Screen[None]):
    """The lines at the top and at the foot, and that the ledger is being opened."""

    DEFAULT_CSS = """
    OpeningScreen {
        background: $background;
        & > #headline { height: auto; padding: 1 2 0 2; text-style: bold; }
    }
    """

    def __init__(self) -> None:
        """It is made with the app's styles as they are: they need not be parsed anew for it."""
        super().__init__()
        self._css_update_count = self.app._css_update_count

    def compose(self) -> ComposeResult:
        """Lay it out as Today will be."""
        accord = cast("AccordApp", self.app)
        yield TopLine(commands.TODAY, accord.today, accord.note)
        yield Static("Opening your ledger…", markup=False, id="headline")
        yield CommandLine()

    def on_top_line_chosen(self, message: TopLine.Chosen) -> None:
        """Go to another screen."""
        cast("AccordApp", self.app).action_show_screen(message.screen_name)
