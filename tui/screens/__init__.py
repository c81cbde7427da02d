"""One screen a file, each beside its style; none is imported before it is shown."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tui.screens.ledger_screen import LedgerScreen


def screen_class(name: str) -> "type[LedgerScreen[Any]]":
    """The class of the screen of that name: `CalendarScreen` for `calendar`."""
    found: type[LedgerScreen[Any]] = getattr(
        import_module(f"{__name__}.{name}"), f"{name.capitalize()}Screen"
    )
    return found
