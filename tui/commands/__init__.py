"""Every command of the app, once: keys, footer, help and palette all come from this list.

A command's `action` is run by the screen it belongs to, or by the app where `where` is empty.
"""

from textual.binding import Binding, BindingType

from tui.commands import agreements, calendar, contacts, credibility, creditors, plan, shared, today
from tui.commands.command import (
    AGREEMENTS,
    ALL,
    CALENDAR,
    CONTACTS,
    CREDIBILITY,
    CREDITORS,
    PLAN,
    SCREENS,
    TODAY,
    Command,
)

__all__ = [
    "AGREEMENTS",
    "ALL",
    "CALENDAR",
    "COMMANDS",
    "CONTACTS",
    "CREDIBILITY",
    "CREDITORS",
    "FURTHER_IDS",
    "PLAN",
    "SCREENS",
    "TODAY",
    "Command",
    "bindings",
    "elsewhere",
    "everywhere",
    "of_screen",
]

COMMANDS: tuple[Command, ...] = (
    *(each for each in shared.COMMANDS if each.where),
    *today.COMMANDS,
    *creditors.COMMANDS,
    *contacts.COMMANDS,
    *agreements.COMMANDS,
    *calendar.COMMANDS,
    *plan.COMMANDS,
    *credibility.COMMANDS,
    *(each for each in shared.COMMANDS if not each.where),
)
"""In the order of the footer: what belongs to the screen first."""


FURTHER_IDS: tuple[str, ...] = (
    *(f"screen.{name}" for name in ALL),
    *("form.save", "form.cancel", "question.yes", "question.no", "question.back"),
    *("list.up", "list.down", "list.page-up", "list.page-down"),
    *("list.first", "list.last", "list.open"),
)
"""What else can have another key: switching screens, and what dialogs and lists do."""


def of_screen(name: str) -> list[Command]:
    """The commands that belong to one screen."""
    return [each for each in COMMANDS if name in each.where]


def elsewhere(name: str) -> list[Command]:
    """The commands that belong to other screens only."""
    return [each for each in COMMANDS if each.where and name not in each.where]


def everywhere() -> list[Command]:
    """The commands that work on every screen."""
    return [each for each in COMMANDS if not each.where]


def bindings(name: str | None = None) -> list[BindingType]:
    """The bindings of a screen, or (None) those of the app, screen switches among them."""
    if name is not None:
        return [each.binding() for each in of_screen(name)]
    switches: list[BindingType] = [
        Binding(key, f"show_screen('{screen}')", title, show=False, id=f"screen.{screen}")
        for screen, key, title in SCREENS
    ]
    return [*switches, *(each.binding() for each in everywhere())]
