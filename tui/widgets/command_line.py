"""The line at the foot of every screen: the commands that work now, as many as fit."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual import events
from textual.content import Content
from textual.screen import Screen
from textual.widget import Widget

SIDES = 3  # cells around a key and its name
EDGE = 2  # cells that set the right side apart

LAST = {"help": "help", "app.command_palette": "all", "command_palette": "all"}
"""What always stands at the right, by its action, and what it is called there."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A command as the line shows it; `display` is how its key is written."""

    key: str
    display: str
    name: str
    action: str
    help: str
    is_enabled: bool

    @property
    def width(self) -> int:
        """The cells that it takes."""
        return cell_len(self.display) + cell_len(self.name) + SIDES


class CommandLine(Widget):
    """Whole commands only, the first of the registry first; at the right always help and all.

    Drawn as one line: a widget for each command costs more than all else that a key leads to.
    """

    ALLOW_SELECT = False
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "command-line--key",
        "command-line--name",
        "command-line--dim",
        "command-line--edge",
    }
    DEFAULT_CSS = """
    CommandLine {
        dock: bottom; height: 1; background: $footer-background; color: $footer-foreground;
        text-wrap: nowrap; pointer: pointer;
        & > .command-line--key { color: $footer-key-foreground; text-style: bold; }
        & > .command-line--name { color: $footer-description-foreground; }
        & > .command-line--dim { color: $footer-description-foreground; text-style: dim; }
        & > .command-line--edge { color: $foreground 20%; }
    }
    """

    def __init__(self) -> None:
        """Nothing is shown before the screen knows its commands."""
        super().__init__()
        self.commands: tuple[Shown, ...] = ()
        """Every command that works now; `places` are those that there is room for."""

    def on_mount(self) -> None:
        """Follow what works."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen and screen.app.app_focus:
            self.call_after_refresh(self._look)

    def _look(self) -> None:
        """Draw anew, if other commands work now."""
        if self.is_attached and (found := tuple(self._active())) != self.commands:
            self.commands = found
            self.refresh()

    def _active(self) -> Iterator[Shown]:
        seen: set[str] = set()
        palette = self.app.COMMAND_PALETTE_BINDING
        for key, (_, binding, is_enabled, tooltip) in self.screen.active_bindings.items():
            if (binding.show or key == palette) and binding.action not in seen:
                seen.add(binding.action)
                yield Shown(
                    binding.key,
                    self.app.get_key_display(binding),
                    LAST.get(binding.action, binding.description),
                    binding.action,
                    tooltip or binding.tooltip or binding.description,
                    is_enabled,
                )

    @property
    def places(self) -> Sequence[tuple[int, Shown]]:
        """Where each command begins, in cells, from left to right."""
        right = sorted(
            (each for each in self.commands if each.action in LAST),
            key=lambda each: [*LAST].index(each.action),
        )
        room = self.size.width - EDGE - sum(each.width for each in right)
        found: list[tuple[int, Shown]] = []
        at = 0
        for each in fitting((one for one in self.commands if one.action not in LAST), room):
            found.append((at, each))
            at += each.width
        at = room + 1
        for each in right:
            found.append((at, each))
            at += each.width
        return found

    def render(self) -> Content:
        """The line."""
        key, name, dim, edge = (
            self.get_visual_style(f"command-line--{each}")
            for each in ("key", "name", "dim", "edge")
        )
        parts: list[Content] = []
        at = 0
        for begin, each in self.places:
            if begin > at:
                gap = f"{'':{begin - at - 1}}▏" if each.action in LAST else f"{'':{begin - at}}"
                parts.append(Content.styled(gap, edge))
            parts.append(Content.styled(f" {each.display} ", key if each.is_enabled else dim))
            parts.append(Content.styled(f"{each.name} ", name if each.is_enabled else dim))
            at = begin + each.width
        return Content("").join(parts)

    def _at(self, x: int) -> Shown | None:
        """The command in a column."""
        return next((each for begin, each in self.places if begin <= x < begin + each.width), None)

    def on_click(self, event: events.Click) -> None:
        """Press the key of the command that was clicked."""
        if (found := self._at(event.x)) is not None and found.is_enabled:
            self.app.simulate_key(found.key)

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Say what the command under the pointer does."""
        found = self._at(event.x)
        self.tooltip = None if found is None else found.help


def fitting(commands: Iterable[Shown], room: int) -> Iterator[Shown]:
    """As many commands as there is room for, from the first on."""
    for each in commands:
        room -= each.width
        if room < 0:
            return
        yield each
