"""Makes an SVG of every screen from the demo ledger at a fixed date; a test compares them.

python screenshots/make.py
"""

import asyncio
import os
import sys
import tempfile
import time as time_zone
from contextlib import suppress
from datetime import UTC, date, datetime, time
from functools import cache
from itertools import count
from pathlib import Path
from unittest.mock import patch

FOLDER = Path(__file__).parent
sys.path.insert(0, str(FOLDER.parent))

TODAY = date(2026, 11, 23)
NOW = datetime.combine(TODAY, time(18, 30), UTC)

SHOTS: dict[str, tuple[tuple[int, int], tuple[str, ...]]] = {
    "today": ((120, 36), ()),
    "today-80x24": ((80, 24), ()),
    "today-light": ((120, 36), ("f2",)),
    "payment": ((120, 36), ("p",)),
    "statement": ((120, 36), ("B", "enter", "enter")),
    "statement-80x24": ((80, 24), ("B", "enter", "enter")),
    "statement-columns": ((120, 36), ("B", "enter")),
    "creditors": ((120, 36), ("2", "down")),
    "creditors-80x24": ((80, 24), ("2", "down")),
    "letter": ((120, 36), ("a",)),
    "letter-out": ((120, 36), ("2", *["down"] * 3, "l", "enter")),
    "letter-out-80x24": ((80, 24), ("2", *["down"] * 3, "l", "enter")),
    "evidence": ((120, 36), ("2", *["down"] * 3, "E")),
    "contacts": ((120, 36), ("3",)),
    "contact": ((120, 36), ("c",)),
    "agreements": ((120, 36), ("4",)),
    "agreements-80x24": ((80, 24), ("4",)),
    "agreement": ((120, 36), ("4", "a")),
    "files": ((120, 36), ("4", *["down"] * 6, "F")),
    "writing": ((120, 36), ("4", "w", "tab", "tab", *["space"] * 3)),
    "writing-80x24": ((80, 24), ("4", "w", "tab", "tab", *["space"] * 3)),
    "history": ((120, 36), ("4", "h")),
    "calendar": ((120, 36), ("5",)),
    "calendar-80x24": ((80, 24), ("5",)),
    "agenda": ((120, 36), ("5", "l")),
    "year": ((120, 36), ("5", "y")),
    "compare": ((120, 36), ("4", *["down"] * 5, "v", "down")),
    "plan": ((120, 36), ("6", "tab")),
    "plan-80x24": ((80, 24), ("6",)),
    "plan-shares-80x24": ((80, 24), ("6", "v")),
    "credibility": ((120, 36), ("7",)),
    "credibility-light": ((120, 36), ("f2", "7")),
    "credibility-80x24": ((80, 24), ("7",)),
    "credibility-beside-80x24": ((80, 24), ("7", "o")),
    "help": ((120, 36), ("question_mark",)),
}
"""Each screen's size, and the keys that lead to it."""


@cache
def _demo() -> dict[str, bytes]:
    """The files of the demo, made once: most of a screenshot's time would go into them."""
    from store.demo import open_demo

    with tempfile.TemporaryDirectory() as folder:
        # A version is any number; here the same one each time, since the hashes are shown.
        numbers = count(2)
        with patch("secrets.randbits", side_effect=lambda _: next(numbers)):
            open_demo(Path(folder) / "demo.db", TODAY, lambda: NOW).close()
        return {each.name: each.read_bytes() for each in Path(folder).iterdir()}


async def shot(folder: Path, size: tuple[int, int], keys: tuple[str, ...]) -> str:
    """One screen as SVG; `folder` is where its demo ledger may be."""
    from textual.worker import WorkerCancelled

    from store.records.database import open_ledger
    from tui.app import AccordApp

    for name, content in _demo().items():
        (folder / name).write_bytes(content)
    app = AccordApp(lambda: open_ledger(folder / "demo.db", lambda: NOW), TODAY)
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        while app.ledger is None:
            await pilot.pause()
        for key in ("", *keys):
            if key:
                await pilot.press(key)
            quiet = 0
            # What one read finds may ask for another.
            while quiet < 2:
                for worker in list(app.workers):
                    # A read that a newer one replaces is cancelled.
                    with suppress(WorkerCancelled):
                        await worker.wait()
                await pilot.pause()
                is_quiet = all(each.is_finished for each in app.workers)
                quiet = quiet + 1 if is_quiet else 0
        svg, before = app.export_screenshot(title="Accord", simplify=True), ""
        while svg != before:
            # What scrolls to the field that has the focus does so after a frame or two.
            for _ in range(3):
                await pilot.pause()
            svg, before = app.export_screenshot(title="Accord", simplify=True), svg
    # Editors and git agree on lines that end without spaces.
    return "\n".join(line.rstrip() for line in svg.splitlines()) + "\n"


def main() -> None:
    """Make every screenshot."""
    from textual.widgets import Input, TextArea

    for widget in (Input, TextArea):
        # A cursor that blinks is there or not.
        widget.cursor_blink._default = False
    os.environ.pop("NO_COLOR", None)
    os.environ.pop("TEXTUAL_THEME", None)
    # Without it a terminal that is no terminal would get fewer colours.
    os.environ["COLORTERM"] = "truecolor"
    # A contact form says what time it is.
    os.environ["TZ"] = "UTC"
    time_zone.tzset()
    for name, (size, keys) in SHOTS.items():
        with tempfile.TemporaryDirectory() as folder:
            # A file that stands in the home already would give another its number.
            os.environ["HOME"] = folder
            svg = asyncio.run(shot(Path(folder), size, keys))
        (FOLDER / f"{name}.svg").write_text(svg, encoding="utf-8")


if __name__ == "__main__":
    main()
