"""What an empty ledger shows: one friendly panel with the ways to begin."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Button, Static

WELCOME = """Welcome. Here you keep your word to the people you owe: \
what was agreed, what is due, what you paid. Nothing leaves this computer.

How would you like to begin?"""


class FirstRun(Vertical):
    """Pick up a letter, load a file, or look around in a demo."""

    DEFAULT_CSS = """
    FirstRun {
        align: center middle; height: 1fr;
        & > Vertical {
            width: 76; max-width: 100%; height: auto; padding: 1 3;
            border: round $primary; border-title-color: $text-primary;
            & > Static { width: 1fr; margin-bottom: 1; }
            & > Button { width: 1fr; margin-bottom: 1; border: none; height: 1; text-align: left;
                content-align: left middle; background: $foreground 8%; color: $foreground;
                &:focus { background: $primary 35%; text-style: bold; }
            }
        }
    }
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "app.focus_previous", "Other way", show=False),
        Binding("down", "app.focus_next", "Other way", show=False),
    ]

    def compose(self) -> ComposeResult:
        """A welcome and a button for each way."""
        with Vertical() as panel:
            panel.border_title = "Accord"
            yield Static(WELCOME, markup=False)
            yield Button(_label("Pick up the top letter", "a"), id="letter", compact=True)
            yield Button(_label("Load a file", "ctrl+o"), id="load", compact=True)
            yield Button(_label("Look around in a demo", "f6"), id="demo", compact=True)

    def focus(self, scroll_visible: bool = True) -> "FirstRun":
        """Put the focus on the first way."""
        self.query_one("#letter").focus(scroll_visible)
        return self

    async def on_button_pressed(self, event: Button.Pressed) -> None:
        """Go the way that was chosen."""
        event.stop()
        ways = {"letter": "screen.letter", "load": "load_file", "demo": "demo"}
        await self.app.run_action(ways[event.button.id or "demo"])


def _label(words: str, key: str) -> Content:
    return Content.assemble(words, "   ", (key, "dim"))
