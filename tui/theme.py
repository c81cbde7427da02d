"""The two themes of the app. Every colour on a screen comes from here, through Textual's names."""

from typing import Any

from textual.app import App
from textual.theme import Theme

DARK = Theme(
    name="accord-dark",
    primary="#6fb3c8",
    secondary="#8aa0b8",
    accent="#8fc7a6",
    success="#86c49a",
    warning="#d9b36c",
    error="#e5786d",
    foreground="#d9dee4",
    background="#14181d",
    surface="#1a1f26",
    panel="#232a33",
    dark=True,
)

LIGHT = Theme(
    name="accord-light",
    primary="#1f6f8b",
    secondary="#51697f",
    accent="#2d7a52",
    success="#2b7d4f",
    warning="#8a5a00",
    error="#b3261e",
    foreground="#1f262d",
    background="#f7f6f2",
    surface="#ffffff",
    panel="#e9e7e0",
    dark=False,
)

THEMES = (DARK, LIGHT)


def begin(app: App[Any], name: str) -> None:
    """Have a theme from the first, as if it were Textual's own.

    To change to it, as `app.theme` does, parses every style again before anything is painted.
    """
    app.set_reactive(App.theme, name)
    is_dark = app.current_theme.dark
    app.set_class(is_dark, "-dark-mode", update=False)
    app.set_class(not is_dark, "-light-mode", update=False)
    app.set_class(True, f"-theme-{name}", update=False)
    app._refresh_truecolor_filter(app.ansi_theme)
    app.stylesheet.set_variables(app.get_css_variables())
