"""A text that depends on how wide it may be: drawn anew whenever that changes."""

from collections.abc import Callable

from textual.content import Content
from textual.widgets import Static


class Drawn(Static):
    """Gives its drawing the width that there is; empty, it is not shown."""

    def __init__(self, id: str) -> None:
        super().__init__("", markup=False, id=id, classes="card")
        self._draw: Callable[[int], Content] | None = None

    def show(self, draw: Callable[[int], Content]) -> None:
        """Show what `draw` makes of a width in cells."""
        self._draw = draw
        self._redraw()

    def on_resize(self) -> None:
        """Draw it as wide as it is now."""
        self._redraw()

    def _redraw(self) -> None:
        if self._draw is not None:
            drawn = self._draw(self.content_size.width or 50)
            self.update(drawn)
            self.display = bool(drawn.plain)
