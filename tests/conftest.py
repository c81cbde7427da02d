"""What every test runs under: one locale, one terminal, no settings of whoever runs it."""

import gc
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

# Every app that is opened leaves a web of widgets: to look through it so often takes half the time.
gc.set_threshold(200_000, 20, 20)

UNSET = (
    *("NO_COLOR", "TEXTUAL_THEME", "TEXTUAL", "ACCORD_LEDGER", "ACCORD_TODAY", "_ARGCOMPLETE"),
    "ACCORD_PASSPHRASE_COMMAND",
    *("LC_ALL", "LC_MONETARY", "LC_NUMERIC", "LC_TIME", "COLUMNS", "LINES"),
    *("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR"),
)
FIXED = {
    "LANG": "en_GB.UTF-8",
    "TERM": "xterm-256color",
    "COLORTERM": "truecolor",
    "TZ": "UTC",
    # What moves bit by bit is somewhere on its way when a test looks.
    "TEXTUAL_ANIMATIONS": "none",
}

# Textual reads some of these when it is imported, which is before any fixture.
for name in UNSET:
    os.environ.pop(name, None)
os.environ.update(FIXED)
time.tzset()

from hypothesis import settings  # noqa: E402
from sqlalchemy import Engine, create_engine  # noqa: E402
from textual import _wait  # noqa: E402
from textual.css.model import RuleSet  # noqa: E402
from textual.css.stylesheet import Stylesheet  # noqa: E402
from textual.css.types import CSSLocation  # noqa: E402
from textual.widgets import Input, TextArea  # noqa: E402

from store.records import backups, database  # noqa: E402
from tests import make  # noqa: E402

_parse_rules = Stylesheet._parse_rules
_PARSED: dict[object, list[RuleSet]] = {}


def parsed_once(
    sheet: Stylesheet,
    css: str,
    read_from: CSSLocation,
    is_default_rules: bool = False,
    tie_breaker: int = 0,
    scope: str = "",
) -> list[RuleSet]:
    """The rules of a style sheet, parsed for the first of all the apps that are opened."""
    colours = frozenset(sheet._variables.items())
    key = (css, read_from, is_default_rules, tie_breaker, scope, colours)
    if key not in _PARSED:
        _PARSED[key] = _parse_rules(sheet, css, read_from, is_default_rules, tie_breaker, scope)
    return _PARSED[key]


Stylesheet._parse_rules = parsed_once  # type: ignore[method-assign, assignment]

_ENGINES: dict[object, Engine] = {}


def compiled_once(*given: Any, **options: Any) -> Engine:
    """An engine that knows every statement that one before it compiled."""
    engine = create_engine(*given, query_cache_size=5_000, **options)
    first = _ENGINES.setdefault(options["module"], engine)
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    return engine


database.create_engine = compiled_once  # type: ignore[attr-defined]

settings.register_profile("accord", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "accord")


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: one waits now and then, for a pause or for the disk."""
    return (os.cpu_count() or 1) + 1


@pytest.fixture(autouse=True)
def surroundings(
    monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """The same environment for every test, no home to write to, and a cursor that is still."""
    for name in UNSET:
        monkeypatch.delenv(name, raising=False)
    for name, value in FIXED.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("ACCORD_CONFIG", str(tmp_path_factory.getbasetemp() / "no-configuration"))
    monkeypatch.setenv("ACCORD_STATE", str(tmp_path_factory.getbasetemp() / "state"))
    home = tmp_path_factory.getbasetemp() / "no-home"
    monkeypatch.setenv("HOME", str(home))
    # Every day of the tests is past, whenever they run.
    monkeypatch.setattr(backups, "_present", lambda: datetime(9000, 1, 1, tzinfo=UTC))
    for widget in (Input, TextArea):
        monkeypatch.setattr(widget.cursor_blink, "_default", False)
    # How often a pilot looks whether all is still: four times as often as it would.
    monkeypatch.setattr(_wait, "SLEEP_GRANULARITY", 1 / 200)
    yield
    assert not home.exists(), "a test that writes to a home makes one of its own"


@pytest.fixture(scope="session")
def loaded_household(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample household, loaded once; tests take a copy of it by `household`."""
    path = tmp_path_factory.mktemp("household") / "ledger.db"
    made = make.loaded(path, make.household())
    made.close()
    assert not path.with_name("ledger.db-wal").exists()
    return path


@pytest.fixture
def household(loaded_household: Path, tmp_path: Path) -> Path:
    """A ledger of one's own with the sample household in it."""
    path = tmp_path / "ledger.db"
    path.write_bytes(loaded_household.read_bytes())
    path.chmod(0o600)
    return path
