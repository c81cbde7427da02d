"""Every command of the app, once: keys, footer, help and palette all come from this list.

A command's `action` is run by the screen it belongs to, or by the app where `where` is empty.
"""

from dataclasses import dataclass

from textual.binding import Binding, BindingType

TODAY = "today"
CALENDAR = "calendar"

SCREENS = ((TODAY, "1", "Today"), (CALENDAR, "5", "Calendar"))
"""Each screen's name, its key, and its title. The numbers are fixed, so some are still free."""


@dataclass(frozen=True, slots=True)
class Command:
    """One thing that can be done: by a key, from the palette, or by a click in the footer."""

    id: str
    """Its name for remapping keys, as noun.verb."""
    action: str
    keys: str
    title: str
    help: str
    where: tuple[str, ...] = ()
    """The screens it belongs to; empty: everywhere."""
    in_footer: bool = True
    shown_key: str | None = None
    """How the key is written, where its name would not be understood."""

    @property
    def key_text(self) -> str:
        """Its first key as a person reads it."""
        return self.shown_key or self.keys.split(",")[0].replace("pageup", "pgup")

    def binding(self) -> Binding:
        """The binding of its keys."""
        return Binding(
            self.keys,
            self.action,
            self.title,
            show=self.in_footer,
            key_display=self.shown_key,
            tooltip=self.help,
            id=self.id,
        )


COMMANDS = (
    Command(
        "payment.record",
        "record_payment",
        "p",
        "Pay",
        "Log a payment; on a promise the form is already filled in, and enter saves it.",
        (TODAY, CALENDAR),
    ),
    Command(
        "line.open",
        "open",
        "enter",
        "Open",
        "See the chosen line whole; a promise opens on its day in the calendar.",
        (TODAY,),
        in_footer=False,
    ),
    Command(
        "pane.toggle",
        "toggle_pane",
        "o",
        "What I owe",
        "Show or hide what I owe, where the window is too narrow for both.",
        (TODAY,),
    ),
    Command(
        "calendar.day",
        "enter_day",
        "enter",
        "Open day",
        "Go into the chosen day: its promises and payments.",
        (CALENDAR,),
        in_footer=False,
    ),
    Command(
        "payment.edit",
        "edit_payment",
        "e",
        "Edit",
        "Correct the chosen payment, or say what it was for.",
        (CALENDAR,),
    ),
    Command(
        "payment.return",
        "return_payment",
        "b",
        "Bounced",
        "Say that the chosen payment came back, or that it did not after all.",
        (CALENDAR,),
    ),
    Command(
        "payment.delete",
        "delete_payment",
        "d",
        "Delete",
        "Delete the chosen payment, after asking once.",
        (CALENDAR,),
    ),
    Command(
        "calendar.previous",
        "month(-1)",
        "pageup",
        "Month before",
        "Show the month before.",
        (CALENDAR,),
        in_footer=False,
    ),
    Command(
        "calendar.next",
        "month(1)",
        "pagedown",
        "Month after",
        "Show the month after.",
        (CALENDAR,),
        in_footer=False,
        shown_key="pgdn",
    ),
    Command(
        "calendar.today", "go_today", "t", "To today", "Choose today.", (CALENDAR,), in_footer=True
    ),
    Command("calendar.go", "go_to", "g", "Go to", "Go to a date that you type.", (CALENDAR,)),
    Command(
        "calendar.agenda",
        "agenda",
        "l",
        "List",
        "Show the month as a list, or as a month again.",
        (CALENDAR,),
    ),
    Command(
        "change.undo",
        "undo",
        "u",
        "Undo",
        "Take back the last thing that was recorded, after naming it.",
    ),
    Command(
        "change.redo",
        "redo",
        "U",
        "Redo",
        "Do again what was taken back.",
        in_footer=False,
        shown_key="U",
    ),
    Command(
        "file.load",
        "load_file",
        "ctrl+o",
        "Load a file",
        "Enter what an Accord JSON file says; nothing is added twice.",
        in_footer=False,
    ),
    Command(
        "app.demo",
        "demo",
        "f6",
        "Look around in a demo",
        "Open a made-up household; your own ledger is left alone.",
        in_footer=False,
    ),
    Command(
        "app.theme",
        "toggle_dark",
        "f2",
        "Dark or light",
        "Switch between the dark and the light theme.",
        in_footer=False,
    ),
    Command("app.help", "help", "question_mark,f1", "Help", "Show this help.", shown_key="?"),
    Command("app.quit", "quit", "q", "Quit", "Close Accord; everything is saved already."),
)
"""In the order of the footer: what belongs to the screen first."""


def of_screen(name: str) -> list[Command]:
    """The commands that belong to one screen."""
    return [each for each in COMMANDS if name in each.where]


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
