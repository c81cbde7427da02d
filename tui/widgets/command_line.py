"""The line at the foot of every screen: the commands that work now, as many as fit."""

from collections.abc import Iterable

from rich.cells import cell_len
from textual import events
from textual.app import ComposeResult
from textual.containers import HorizontalGroup
from textual.widget import Widget
from textual.widgets import Footer
from textual.widgets._footer import FooterKey

SIDES = 3  # cells around a key and its name
EDGE = 2  # cells that set the right side apart

LAST = {"help": "help", "app.command_palette": "all", "command_palette": "all"}
"""What always stands at the right, by its action, and what it is called there."""


class CommandLine(Footer):
    """Whole commands only, the first of the registry first; at the right always help and all."""

    DEFAULT_CSS = """
    CommandLine {
        & > .right {
            dock: right; width: auto; height: 1; padding-right: 1;
            border-left: vkey $foreground 20%; background: $footer-background;
        }
    }
    """

    def compose(self) -> ComposeResult:
        """Gives the commands that there is room for."""
        keys = [each for each in super().compose() if isinstance(each, FooterKey)]
        right = {each.action: each for each in keys if each.action in LAST}
        for action, key in right.items():
            key.description = LAST[action]
            key.remove_class("-command-palette")
        left = [each for each in keys if each.action not in LAST]
        yield from fitting(left, self.app.size.width - EDGE - sum(map(width_of, right.values())))
        if right:
            order = sorted(right.values(), key=lambda each: [*LAST].index(each.action))
            yield HorizontalGroup(*order, classes="right")

    def on_resize(self, event: events.Resize) -> None:
        """Choose anew where the width is another."""
        self.call_after_refresh(self.recompose)


def width_of(key: FooterKey) -> int:
    """The cells that a command takes."""
    return cell_len(key.key_display) + cell_len(key.description) + SIDES


def fitting(keys: Iterable[FooterKey], room: int) -> Iterable[Widget]:
    """As many commands as there is room for, from the first on."""
    for key in keys:
        room -= width_of(key)
        if room < 0:
            return
        yield key
