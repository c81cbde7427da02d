"""Shows how far something is that a thread does, once it takes longer; esc stops it."""

from __future__ import annotations

from types import TracebackType
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.timer import Timer
from textual.widgets import Button, Static

from store.rules.errors import AccordError
from tui.dialogs.dialog import Dialog, DialogButton, Modal, button_label
from tui.widgets.cells import plain

if TYPE_CHECKING:
    from textual.app import App

SHOWN_AFTER = 0.5  # seconds
LOOKS_EVERY = 0.1  # seconds


class Stopped(AccordError):
    """A person stopped what was going on."""


class Progress:
    """Hears in a thread how much is done; for what takes longer a bar is shown meanwhile.

        with Progress(app, "Reading statement.csv") as progress:
            reading.read(path, progress=progress)

    Once the person stops it, or leaves the app, the next report raises `Stopped`, which ends the
    work.
    """

    def __init__(self, app: App[Any], words: str) -> None:
        """`words` say what is done."""
        self.app, self.words = app, words
        self.share = 0.0
        """How much is done, from 0 to 1."""
        self.is_stopped = False
        self._is_over = False
        self._timer: Timer | None = None
        self._bar: _Bar | None = None

    def __enter__(self) -> Progress:
        self.app.call_later(self._begin)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.app.call_later(self._end)

    def __call__(self, share: float) -> None:
        """Take note of how much is done; raises `Stopped`."""
        self.share = share
        # An app that is left waits for its threads.
        if self.is_stopped or self.app._exit:
            raise Stopped("Stopped; nothing was changed.")

    def _begin(self) -> None:
        self._timer = self.app.set_timer(SHOWN_AFTER, self._show)

    def _show(self) -> None:
        if not self._is_over:
            self._bar = _Bar(self)
            self.app.push_screen(self._bar)

    def _end(self) -> None:
        self._is_over = True
        if self._timer is not None:
            self._timer.stop()
        if self._bar is not None:
            self._bar.dismiss()


class _Bar(Modal[None]):
    """The bar, and the key that stops it."""

    DEFAULT_CSS = """
    _Bar {
        align: center middle; background: $background 50%;
        & Dialog { width: 56; padding: 1 1 0 1; }
        & #bar { color: $primary; text-wrap: nowrap; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "stop", "Stop", id="progress.stop"),
    ]

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self.progress = progress
        self._shown = Static(markup=False, id="bar")

    def compose(self) -> ComposeResult:
        """Lay out the bar and the button."""
        with Dialog() as dialog:
            dialog.border_title = Content(plain(self.progress.words))
            yield self._shown
            with Horizontal(classes="buttons"):
                stop = DialogButton(button_label("Stop", "esc"), id="stop", compact=True)
                # An enter that was meant for what comes next stops nothing.
                stop.can_focus = False
                yield stop

    def on_mount(self) -> None:
        """Look how far it is, again and again."""
        self._draw()
        self.set_interval(LOOKS_EVERY, self._draw)

    def on_resize(self) -> None:
        """Draw it as wide as it is now."""
        self._draw()

    def _draw(self) -> None:
        self._shown.update(drawn(self.progress.share, self._shown.content_size.width))

    @on(Button.Pressed)
    def _press(self, message: Button.Pressed) -> None:
        message.stop()
        self.action_stop()

    def action_stop(self) -> None:
        """End it at its next report."""
        self.progress.is_stopped = True
        self.query_one(Dialog).border_subtitle = "stopping …"


def drawn(share: float, width: int) -> str:
    """A bar with the share in per cent, `width` cells wide."""
    share = max(0.0, min(1.0, share))
    cells = max(0, width - 5)
    full = round(share * cells)
    return f"{'▰' * full}{'▱' * (cells - full)} {share * 100:3.0f}%"
