"""Asks how the app is to look and write; what is left empty follows the system."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.widgets import Static

from store.rules.errors import BadInput
from tui import feed, settings
from tui.dialogs.form import Form
from tui.settings import DENSITIES, WEEKDAYS, Settings
from tui.widgets.choice_field import ChoiceField
from tui.widgets.fields import TextField
from tui.widgets.path_field import PathField

if TYPE_CHECKING:
    from tui.app import AccordApp


def begin(app: "AccordApp") -> None:
    """Ask, and let the app follow at once."""

    def chosen(found: Settings | None) -> None:
        if found is not None:
            app.follow(found)

    app.push_screen(SettingsForm(app.settings, app.locale, sorted(app.available_themes)), chosen)


class SettingsForm(Form[Settings]):
    """Each setting; gives them once they are written."""

    TITLE = "Settings"

    def __init__(self, now: Settings, locale: str, themes: list[str]) -> None:
        """`now` fills it in; `locale` is the one in use, named where none is set."""
        super().__init__()
        self.now, self.locale, self.themes = now, locale, themes

    def compose_fields(self) -> ComposeResult:
        """A field for each."""
        yield TextField(
            "locale",
            "Locale",
            value=self.now.locale,
            hint=f"Writes amounts and dates: en_GB, de_DE …; empty: {self.locale}",
        )
        days, usual = tuple(WEEKDAYS), "as the locale has it"
        yield _choice("first_weekday", "A week begins on", days, self.now.first_weekday, usual)
        yield _choice("theme", "Theme", self.themes, self.now.theme, "accord-dark")
        yield _choice("density", "Density", DENSITIES, self.now.density, "roomy")
        yield TextField(
            "currency",
            "Currency of new creditors",
            value=self.now.currency,
            hint="GBP, EUR, USD …; empty: that of the locale's country",
        )
        yield TextField(
            "country",
            "Country for public holidays",
            value=self.now.country,
            hint="GB, IE, US, DE …; empty: the locale's country",
        )
        yield PathField(
            "calendar_feed",
            "Calendar feed",
            value=self.now.calendar_feed,
            hint="~/accord.ics …, written after each change; empty: none",
        )

        yield TextField(
            "lock_after",
            "Lock after",
            value=self.now.lock_after,
            hint="Minutes without a key, where the ledger has a passphrase; 0: never; empty: 10",
        )

    def compose_preview(self) -> ComposeResult:
        """Where keys are changed."""
        yield Static(
            f"Keys are changed in {settings.folder() / 'keys.toml'}; the README says how.",
            markup=False,
        )

    def save(self, values: Mapping[str, Any]) -> Settings:
        """Check them, write them, give them."""
        typed = {name: _text(name, values.get(name)) for name in asdict(self.now)}
        for name, value in typed.items():
            said = settings.wrong(name, value)
            if said is not None:
                raise BadInput(f"It {said}", field=name)
        if (path := typed["calendar_feed"]) and (said := feed.refused(Path(path))):
            raise BadInput(f"It {said}", field="calendar_feed")
        found = Settings(**typed)
        settings.write(found)
        return found


def _choice(name: str, label: str, words: Sequence[str], now: str, usual: str) -> ChoiceField:
    field = ChoiceField(name, label, [(each, each) for each in words], hint=f"empty: {usual}")
    if now in words:
        field.choose(now)
    return field


def _text(name: str, value: object) -> str:
    text = str(value or "")
    if name in ("currency", "country"):
        return text.upper()
    return text.replace("-", "_") if name == "locale" else text
