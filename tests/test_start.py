"""How Accord starts: what is loaded before something is on the screen, and what is not."""

import subprocess
import sys
import threading
from pathlib import Path

from store.records.database import Ledger
from tests import make
from tests.tui import opening
from tui.app import AccordApp
from tui.dialogs.payment import PaymentForm

ROOT = Path(__file__).parents[1]

SLOW = (
    *("sqlmodel", "sqlalchemy", "pydantic", "alembic", "sqlite3"),
    *("babel", "holidays", "dateutil", "argcomplete"),
)
"""What is not needed for a first frame."""


def loaded_by(code: str) -> set[str]:
    """The top-level packages that a new interpreter has loaded after some code."""
    said = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules, sep='\\n')"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return {name.split(".")[0] for name in said.stdout.split()}


def test_the_store_is_whole_without_textual() -> None:
    modules = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in (ROOT / "store").rglob("*.py")
        # Alembic runs these itself.
        if path.name != "env.py" and "versions" not in path.parts
    ]
    assert "store.rules.outcome" in modules
    loaded = loaded_by(f"import importlib\nfor name in {modules}: importlib.import_module(name)")
    assert "sqlmodel" in loaded
    assert not {"textual", "rich", "tui"} & loaded


def test_the_rules_need_neither_a_database_nor_a_validation_library() -> None:
    modules = [f"store.rules.{path.stem}" for path in (ROOT / "store" / "rules").glob("[!_]*.py")]
    loaded = loaded_by(f"import importlib\nfor name in {modules}: importlib.import_module(name)")
    assert not {"sqlmodel", "sqlalchemy", "pydantic", "sqlite3", "textual"} & loaded


def test_the_app_is_imported_without_anything_slow() -> None:
    loaded = loaded_by("import tui.app")
    assert "textual" in loaded
    assert not set(SLOW) & loaded


def test_today_is_shown_without_the_classes_of_records(household: Path) -> None:
    """To define them takes as long as to read all that Today says."""
    run = f"""
from pathlib import Path
from tui.__main__ import main
import sys
sys.argv = ["accord", "--ledger", {str(household)!r}, "--today", "2026-11-23", "today"]
try:
    main()
except SystemExit:
    pass
"""
    loaded = loaded_by(run)
    assert "sqlalchemy" in loaded
    assert not {"sqlmodel", "pydantic", "alembic", "holidays"} & loaded


def test_a_start_without_arguments_parses_none() -> None:
    run = """
import sys
from tui import cli
cli.main.__globals__["_open_app"] = lambda path, today: print(
    "argparse" in sys.modules, "textual" in sys.modules
) or 0
assert cli.main([]) == 0
"""
    said = subprocess.run(
        [sys.executable, "-c", run], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert said.stdout == "False False\n"


async def test_the_first_frame_is_there_before_the_ledger_is_opened(household: Path) -> None:
    begun, may_open = threading.Event(), threading.Event()

    def open_slowly() -> Ledger:
        begun.set()
        assert may_open.wait(20)
        return make.ledger(household)

    app = AccordApp(open_slowly, opening.TODAY)
    try:
        async with app.run_test(size=opening.WIDE) as pilot:
            await opening.until(pilot, begun.is_set, idle=False)
            text = opening.shown(pilot)
            assert "Opening your ledger" in text
            assert "1 Today" in text
            assert "Mon 23 Nov 2026" in text
            assert app.ledger is None

            # What cannot be done yet waits, and what can be done works.
            app.action_show_screen("calendar")
            await pilot.pause()
            assert opening.screen_name(pilot) == "calendar"
            app.action_show_screen("today")
            await pilot.pause()
            assert opening.screen_name(pilot) == "today"
            await pilot.press("p")

            may_open.set()
            await opening.until(pilot, lambda: isinstance(app.screen, PaymentForm))
            assert "Hillview Council" in opening.shown(pilot)
    finally:
        may_open.set()


async def test_one_may_leave_before_the_ledger_is_open(household: Path) -> None:
    may_open = threading.Event()

    def open_slowly() -> Ledger:
        assert may_open.wait(20)
        return make.ledger(household)

    app = AccordApp(open_slowly, opening.TODAY)
    async with app.run_test() as pilot:
        await pilot.press("ctrl+q")
        may_open.set()
    assert app.return_code == 0
