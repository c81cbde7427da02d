"""The person's settings and keys: two small files in the platform's folder for configuration.

`settings.toml` is written by the settings dialog; `keys.toml` is the person's own:

    "payment.record" = "P"

What cannot be understood in either is reported and left out; nothing there can stop the app.
"""

import json
import os
import re
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path

WEEKDAYS = {"monday": 0, "saturday": 5, "sunday": 6}
DENSITIES = ("roomy", "compact")


@dataclass(frozen=True, slots=True)
class Settings:
    """What the person chose; an empty text leaves it to the system."""

    locale: str = ""
    """How amounts and dates are written: `en_GB`."""
    first_weekday: str = ""
    """One of `WEEKDAYS`."""
    theme: str = ""
    density: str = ""
    """One of `DENSITIES`."""
    currency: str = ""
    """What a new creditor is owed in: `GBP`."""
    country: str = ""
    """Whose public holidays count: `GB`."""
    calendar_feed: str = ""
    """The file that follows the ledger for calendars; empty for none."""
    lock_after: str = ""
    """Minutes without a key after which a ledger with a passphrase is locked; 0 for never."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Settings, keys by the id of their command, and a sentence for each thing that was wrong."""

    settings: Settings = Settings()
    keys: Mapping[str, str] = field(default_factory=dict)
    complaints: tuple[str, ...] = ()


def folder() -> Path:
    """Where the two files are (ACCORD_CONFIG, else the platform's folder)."""
    given = os.environ.get("ACCORD_CONFIG")
    if given:
        return Path(given).expanduser()
    from platformdirs import user_config_path

    return user_config_path("accord", appauthor=False)


def read(commands: Collection[str]) -> Configuration:
    """Both files, as far as they can be understood; `commands` are the ids that keys may have."""
    complaints: list[str] = []
    chosen: dict[str, str] = {}
    known = {each.name for each in fields(Settings)}
    for name, value in _table(folder() / "settings.toml", complaints).items():
        if name not in known:
            complaints.append(f"settings.toml: there is no setting “{name}”.")
        elif (said := wrong(name, value)) is not None:
            complaints.append(f"settings.toml: {name} {said}.")
        else:
            chosen[name] = str(value)
    keys: dict[str, str] = {}
    for name, value in _table(folder() / "keys.toml", complaints).items():
        if name not in commands:
            complaints.append(f"keys.toml: there is no command “{name}”.")
        elif not isinstance(value, str) or not re.fullmatch(r"[^\s,]+(,[^\s,]+)*", value):
            complaints.append(f'keys.toml: the key of {name} must be a text like "ctrl+l".')
        else:
            keys[name] = value
    return Configuration(Settings(**chosen), keys, tuple(complaints))


def write(settings: Settings) -> None:
    """Keep the settings; raises `LedgerError` where the file cannot be written."""
    from store.records.database import said_plainly, write_privately

    path = folder() / "settings.toml"
    with said_plainly(path.parent):
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    lines = [
        # A JSON text is one of TOML too.
        f"{name} = {json.dumps(value, ensure_ascii=False)}\n"
        for name, value in asdict(settings).items()
        if value
    ]
    write_privately(path, "".join(lines).encode())


def people_locale(environ: Mapping[str, str] = os.environ) -> str:
    """The person's locale for amounts and dates: as set, else by the environment, else British."""
    chosen = read(()).settings.locale
    if chosen:
        return chosen
    for name in ("LC_ALL", "LC_MONETARY", "LANG"):
        found = re.match(r"[a-z]{2,3}_[A-Z]{2}", environ.get(name, ""))
        if found and is_locale(found[0]):
            return found[0]
    return "en_GB"


def is_locale(name: str) -> bool:
    """Whether amounts and dates can be written as this locale has them."""
    from babel.localedata import exists

    return bool(re.fullmatch(r"[a-z]{2,3}_[A-Z]{2}", name)) and exists(name)


def currency_of(locale: str) -> str:
    """The currency of the country that a locale is at home in."""
    from babel.numbers import get_territory_currencies

    found = get_territory_currencies(locale.partition("_")[2])
    return found[0] if found else "GBP"


def _table(path: Path, complaints: list[str]) -> dict[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
        # Most have written none.
        import tomllib

        return tomllib.loads(text)
    except FileNotFoundError:
        return {}
    except (OSError, ValueError) as error:
        complaints.append(f"{path.name} cannot be read: {error}.")
        return {}


def wrong(name: str, value: object) -> str | None:
    """What is wrong with a setting, to be read after its name; None for nothing."""
    if not isinstance(value, str):
        return "must be a text"
    allowed = {"first_weekday": tuple(WEEKDAYS), "density": DENSITIES}.get(name)
    if value and allowed and value not in allowed:
        return f"must be one of {', '.join(allowed)}"
    if value and name == "locale" and not is_locale(value):
        return "must be a locale such as en_GB"
    if value and name == "currency":
        from store.rules.money import is_currency

        return None if is_currency(value) else "must be a currency such as GBP"
    if value and name == "country" and not re.fullmatch(r"[A-Z]{2}", value):
        return "must be a country of two letters such as GB"
    if value and name == "lock_after" and not re.fullmatch(r"\d{1,4}", value):
        return "must be a number of minutes such as 10, or 0 for never"
    if value and name == "calendar_feed" and not re.fullmatch(r"(~?/|\w:[\\/]).*\.ics", value):
        return "must be the whole path of a file that ends in .ics, such as ~/accord.ics"
    return None
