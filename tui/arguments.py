"""What an argument or the environment names: the ledger's file, and a day."""

import os
from datetime import date
from pathlib import Path

from store.rules.errors import BadInput


def day(text: str, today: date, *, past: bool = False) -> date:
    """The day that a person typed, seen from today."""
    from store.rules import dates
    from tui.settings import people_locale

    return dates.parse(text, today, people_locale(), past=past)


def ledger_path(given: str | None) -> Path:
    """Where the ledger is: as given, else ACCORD_LEDGER, else the platform's folder for data."""
    text = given or os.environ.get("ACCORD_LEDGER")
    if text:
        try:
            return Path(text).expanduser().absolute()
        except RuntimeError:
            raise BadInput(f"{text} cannot be found: there is no such user.") from None
    from platformdirs import user_data_path

    return user_data_path("accord", appauthor=False) / "ledger.db"
