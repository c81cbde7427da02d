"""What dialogs are made of: a frame that fits any window, and a `Question` of yes or no."""

from collections.abc import Iterable
from functools import lru_cache
from typing import ClassVar, Generic, TypeVar

from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from textual import events, on
from textual.app import ComposeResult
from textual.await_complete import AwaitComplete
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.renderables.background_screen import BackgroundScreen
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Button, Static

from tui.widgets.cells import plain

R = TypeVar("R")


class Dialog(Vertical):
    """A frame in the middle of the screen: as high as its content, at most as the screen."""

    DEFAULT_CSS = """
    Dialog {
        width: 68;
        max-width: 100%;
        height: auto;
        max-height: 100%;
        padding: 0 1;
        border: round $primary;
        border-title-color: $text-primary;
        border-title-style: bold;
        border-subtitle-color: $foreground 60%;
        background: $surface;
        color: $foreground;
        & > Scrolling, & > DialogText {
            height: auto; padding: 1 1 0 0;
            scrollbar-size-vertical: 1; scrollbar-background: $surface;
            scrollbar-color: $foreground 20%;
        }
        & > .buttons {
            height: auto; padding: 1 0;
            & Button {
                width: auto; min-width: 12; height: 1; padding: 0 2; margin-right: 2;
                border: none;
                color: $foreground; background: $foreground 12%; text-style: none;
                &:hover { background: $foreground 20%; }
                &.-primary { color: $button-color-foreground; background: $primary; }
                &.-primary:hover { background: $primary-darken-2; }
                &:focus, &.-primary:focus {
                    color: $surface; background: $foreground; background-tint: $foreground 0%;
                    text-style: bold;
                }
            }
        }
        &.-dense {
            & > Scrolling { padding: 0 1 0 0; }
            & > .buttons { padding: 0; }
            & Field { margin-bottom: 0; }
            & Field TextArea { height: 3; }
        }
    }
    """


class Scrolling(VerticalScroll, can_focus=False):
    """The part of a dialog that gives way: as high as its content, or as the rest leaves room."""

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Gives the height of its content, while all that stands beside it stays on the screen."""
        wanted = super().get_content_height(container, viewport, width)
        return max(1, min(wanted, room_for(self, container, viewport, width)))


def room_for(part: Widget, container: Size, viewport: Size, width: int) -> int:
    """Gives the lines that a dialog has for the part of it that gives way."""
    taken = part.gutter.height
    if isinstance(dialog := part.parent, Dialog):
        taken += dialog.gutter.height
        for child in dialog.displayed_children:
            if child is not part:
                room = width + part.gutter.width - child.gutter.width
                taken += child.get_content_height(container, viewport, room)
                taken += child.gutter.height
    return viewport.height - taken


def button_label(words: str, key: str) -> Content:
    """Gives what a button says: what it does, and the key that does it too."""
    return Content.assemble(words, "  ", (key, "dim"))


@lru_cache(maxsize=2_000)
def _behind(style: Style | None, tint: Color) -> Style | None:
    """A style as it is behind a dialog."""
    [tinted] = BackgroundScreen.process_segments([Segment("", style)], tint)
    return tinted.style


class Behind(BackgroundScreen):
    """The screen behind a dialog: hundreds of parts of a few styles, each of them tinted once."""

    @classmethod
    def process_segments(cls, segments: Iterable[Segment], color: Color) -> Iterable[Segment]:
        """The same parts, tinted; those that steer the terminal as they are."""
        return (
            each if each.control else Segment(each.text, _behind(each.style, color))
            for each in segments
        )


class Modal(ModalScreen[R], Generic[R]):
    """Any dialog: it closes once, however fast the keys come that close it.

    It is there by itself first, and a moment later the screen behind it is dimmed: that takes as
    long as all the dialog.
    """

    _is_left = False
    _is_behind_dimmed = False

    def render(self) -> RenderableType:
        """The screen behind it."""
        if not self._is_behind_dimmed:
            return ""
        found = super().render()
        if isinstance(found, BackgroundScreen):
            return Behind(found.screen, found.color)
        return found

    def _compositor_refresh(self) -> None:
        if self._is_behind_dimmed or not self.is_current:
            super()._compositor_refresh()
            return
        window = self._compositor.size.region
        regions = {each.region.intersection(window) for each in self.query(Dialog)}
        # One that fills the window has nothing behind it to be seen; a question may be on top.
        is_alone = any(regions) and window not in regions
        if is_alone:
            self._compositor._dirty_regions = regions
            super()._compositor_refresh()
        self._is_behind_dimmed = True
        if is_alone:
            self.refresh()
        else:
            super()._compositor_refresh()

    def _on_screen_resume(self, event: events.ScreenResume) -> None:
        # Its widgets have just got their styles, when they were made.
        event.refresh_styles = False

    async def _on_resize(self, event: events.Resize) -> None:
        # Where this is what it was laid out for, neither it nor what is behind it changes.
        if event.size == self.outer_size and not self.HORIZONTAL_BREAKPOINTS:
            event.prevent_default()

    def dismiss(self, result: R | None = None) -> AwaitComplete:
        """Closes; a second time would take away the screen below."""
        if self._is_left:
            return AwaitComplete()
        left = super().dismiss(result)
        self._is_left = True
        return left


class DialogButton(Button):
    """A button; what it is like is worked out once, when it is there."""

    def update_node_styles(self, animate: bool = True) -> None:
        """Work out its styles, unless that is still to come."""
        if self.is_attached:
            super().update_node_styles(animate)


class Question(Modal[bool]):
    """Asks for a yes or a no; `enter` takes the answer that has the focus."""

    DEFAULT_CSS = """
    Question {
        align: center middle;
        background: $background 50%;
        & Dialog { width: 56; }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "answer(True)", "Yes", show=False, id="question.yes"),
        Binding("n", "answer(False)", "No", show=False, id="question.no"),
        Binding("escape", "back", "Back", show=False, id="question.back"),
        Binding("left,up", "app.focus_previous", "Other answer", show=False),
        Binding("right,down", "app.focus_next", "Other answer", show=False),
    ]

    def __init__(
        self, title: str, body: str = "", *, yes: str = "Yes", no: str = "No", default: bool = True
    ) -> None:
        super().__init__()
        self.question, self.body = title, body
        self.yes, self.no, self.default = yes, no, default

    def compose(self) -> ComposeResult:
        """Lays out the question and its two answers."""
        with Dialog() as dialog:
            dialog.border_title = Content(plain(self.question))
            if self.body:
                with Scrolling():
                    yield Static(f"{self.body}\n", markup=False)
            with Horizontal(classes="buttons"):
                for id, words, key in (("yes", self.yes, "y"), ("no", self.no, "n")):
                    usual = (id == "yes") is self.default
                    button = DialogButton(button_label(words, key), id=id, compact=True)
                    button.variant = "primary" if usual else "default"
                    yield button

    def on_mount(self) -> None:
        """Puts the focus on the usual answer."""
        # None where the app is left just now.
        for button in self.query("#yes" if self.default else "#no"):
            button.focus()

    @on(Button.Pressed)
    def _press(self, message: Button.Pressed) -> None:
        message.stop()
        self.action_answer(message.button.id == "yes")

    def action_answer(self, answer: bool) -> None:
        """Closes with the answer."""
        self.dismiss(answer)

    def action_back(self) -> None:
        """Closes without an answer, which is a no."""
        self.dismiss(False)


class Leave(Question):
    """Asks before a half-filled form closes: `y` keeps what was typed, `n` discards it.

    Its answer is None where one types on after all.
    """

    def __init__(self, *, is_kept: bool) -> None:
        """`is_kept` says that what was typed can wait for another time."""
        super().__init__(
            "Keep what you typed?",
            "It is there when you open this form again." if is_kept else "It is not saved yet.",
            yes="Keep it" if is_kept else "Keep typing",
            no="Discard it",
        )

    def action_back(self) -> None:
        """Goes back to typing."""
        self.dismiss(None)
