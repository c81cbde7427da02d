"""A command, and the screens that commands belong to."""

from dataclasses import dataclass

from textual.binding import Binding

TODAY = "today"
CREDITORS = "creditors"
CONTACTS = "contacts"
AGREEMENTS = "agreements"
CALENDAR = "calendar"
PLAN = "plan"
CREDIBILITY = "credibility"

SCREENS = (
    (TODAY, "1", "Today"),
    (CREDITORS, "2", "Creditors"),
    (CONTACTS, "3", "Contacts"),
    (AGREEMENTS, "4", "Agreements"),
    (CALENDAR, "5", "Calendar"),
    (PLAN, "6", "Plan"),
    (CREDIBILITY, "7", "Credibility"),
)
"""Each screen's name, its key, and its title. The numbers are fixed."""

ALL = tuple(name for name, _, _ in SCREENS)


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
    always: bool = False
    """Whether its key works in dialogs too."""
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
            priority=self.always,
            id=self.id,
        )
