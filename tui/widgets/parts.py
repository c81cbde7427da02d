"""The styles of a drawn widget's parts, each looked up once: drawing asks for them cell by cell."""

from typing import ClassVar

from rich.style import Style
from textual.widget import Widget


class Parts(Widget):
    """A widget that draws itself; the style of its part `x` is that of the class `PREFIX--x`."""

    PREFIX: ClassVar[str]

    _styles: dict[tuple[str, ...], Style] | None = None

    def part(self, *names: str) -> Style:
        """The style of a part, or of several over each other; empty names say nothing."""
        if self._styles is None:
            self._styles = {}
        style = self._styles.get(names)
        if style is None:
            found = self.get_visual_style(*(f"{self.PREFIX}--{name}" for name in names if name))
            style = self._styles[names] = found.rich_style
        return style

    def notify_style_update(self) -> None:
        """Forget them when the theme changes, or the focus comes or goes."""
        self._styles = None
        super().notify_style_update()
