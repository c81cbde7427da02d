"""A text of any length: wrapped to the width it has; only the lines that are seen are drawn."""

from collections.abc import Sequence
from typing import Any

from rich.cells import cell_len
from rich.segment import Segment
from textual import events
from textual.content import Content
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.selection import Selection
from textual.strip import Strip

from tui.widgets.cells import plain


class LongText(ScrollView, can_focus=True):
    """Lines of text that the usual keys scroll, and the mouse selects."""

    DEFAULT_CSS = """
    LongText {
        height: auto;
        overflow-x: hidden;
        scrollbar-gutter: stable; scrollbar-size: 0 1;
    }
    """

    def __init__(self, lines: Sequence[str]) -> None:
        """`lines` are shown as they are; a long one takes several rows."""
        super().__init__()
        self._lines = [plain(each) for each in lines]
        self._rows: list[str] = []
        self._width = 0

    def rows(self, width: int) -> Sequence[str]:
        """What stands in each row, where it is so many cells wide."""
        if width != self._width:
            self._width = width
            # One cell stays free before the scroll bar.
            room = max(1, width - 1)
            self._rows = [row for line in self._lines for row in _wrapped(line, room)]
        return self._rows

    def get_content_width(self, container: Size, viewport: Size) -> int:
        """All there is."""
        return container.width

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many lines as it has rows."""
        return len(self.rows(width - self.scrollbar_size_vertical))

    def on_resize(self, event: events.Resize) -> None:
        """Wrap it anew."""
        width = self.scrollable_content_region.width
        self.virtual_size = Size(width, len(self.rows(width)))

    def scroll_to(
        self, x: float | None = None, y: float | None = None, *, animate: bool = True, **given: Any
    ) -> None:
        """Go there at once: who reads does not wait."""
        super().scroll_to(x, y, animate=False, **given)

    def scroll_end(self, *, animate: bool = True, **given: Any) -> None:
        """Go there at once."""
        super().scroll_end(animate=False, **given)

    def render_line(self, y: int) -> Strip:
        """Draw one visible row."""
        width = self.scrollable_content_region.width
        rows, place = self.rows(width), y + self.scroll_offset.y
        text = rows[place] if place < len(rows) else ""
        strip = Strip(self._parts(text, place)).adjust_cell_length(width, self.rich_style)
        return strip.apply_offsets(0, place)

    def _parts(self, text: str, place: int) -> list[Segment]:
        selection = self.text_selection
        span = None if selection is None else selection.get_span(place)
        if span is None:
            return [Segment(text, self.rich_style)]
        start, end = span[0], len(text) if span[1] == -1 else span[1]
        chosen = self.rich_style + self.screen.get_component_rich_style("screen--selection")
        return [
            Segment(text[:start], self.rich_style),
            Segment(text[start:end], chosen),
            Segment(text[end:], self.rich_style),
        ]

    def get_selection(self, selection: Selection) -> tuple[str, str] | None:
        """What the mouse has selected."""
        return selection.extract("\n".join(self._rows)), "\n"

    def selection_updated(self, selection: Selection | None) -> None:
        """Draw it anew."""
        self.refresh()


def _wrapped(line: str, width: int) -> list[str]:
    if cell_len(line) <= width:
        return [line]
    return [each.plain for each in Content(line).wrap(width)]
