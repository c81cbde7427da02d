"""The calendar feed: it follows the ledger, and what goes wrong with it stops nothing."""

import asyncio
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import pytest

from store.exchange import calendar_feed
from store.ledger import payments
from store.records.database import Ledger
from tests import make
from tests.tui import opening
from tests.tui.opening import TODAY, press
from tui import feed
from tui.app import AccordApp
from tui.feed import Feed, refused
from tui.settings import Configuration, Settings


@dataclass
class App:
    """What a feed asks of the app, and what it said there."""

    ledger: Ledger | None
    settings: Settings
    is_demo: bool = False
    today = TODAY
    locale = "en_GB"
    said: list[str] = field(default_factory=list)
    workers: list[asyncio.Task[None]] = field(default_factory=list)

    def notify(self, message: str, **_: Any) -> None:
        self.said.append(message)

    def run_worker(self, work: Coroutine[Any, Any, None], **_: Any) -> None:
        self.workers.append(asyncio.create_task(work))

    async def renewed(self, kept: Feed, times: int = 1) -> None:
        """Ask so many times for it to be written, and wait until it is."""
        for _ in range(times):
            kept.renew()
        await asyncio.gather(*self.workers)


@pytest.fixture(autouse=True)
def no_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "PAUSE", 0)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = make.loaded(tmp_path / "ledger.db", make.document(agreements=[make.promise()]))
    yield opened
    opened.close()


def feeding(ledger: Ledger, path: Path, **options: Any) -> tuple[App, Feed]:
    app = App(ledger, Settings(calendar_feed=str(path)), **options)
    return app, Feed(cast(AccordApp, app))


async def test_a_file_of_its_owner_s_is_written_whole(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "accord.ics"
    app, kept = feeding(ledger, path)
    await app.renewed(kept)
    with ledger.reading() as session:
        assert path.read_bytes() == calendar_feed.calendar(session, TODAY)
    assert path.stat().st_mode & 0o777 == 0o600
    assert sorted(each.name for each in tmp_path.glob("*.ics*")) == ["accord.ics"]


async def test_changes_in_quick_succession_come_to_one_more_writing(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app, kept = feeding(ledger, tmp_path / "accord.ics")
    written: list[int] = []
    calendar = calendar_feed.calendar

    def counted(*given: Any) -> bytes:
        if not written:
            # Meanwhile more is recorded.
            for _ in range(9):
                kept.renew()
        written.append(len(app.workers))
        return calendar(*given)

    monkeypatch.setattr(calendar_feed, "calendar", counted)
    await app.renewed(kept, times=9)
    assert written == [1, 1]


async def test_what_cannot_be_written_is_said_once_until_it_can(
    ledger: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / "gone" / "accord.ics"
    app, kept = feeding(ledger, path)
    for _ in range(2):
        await app.renewed(kept)
    (said,) = app.said
    assert said.startswith(f"The calendar feed was not written: {path} cannot be written: there")
    path.parent.mkdir()
    await app.renewed(kept)
    assert path.exists()
    path.unlink()
    path.parent.rmdir()
    await app.renewed(kept)
    assert len(app.said) == 2


async def test_what_nobody_thought_of_is_said_too(
    ledger: Ledger, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: Any) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(calendar_feed, "calendar", broken)
    app, kept = feeding(ledger, tmp_path / "accord.ics")
    await app.renewed(kept)
    (said,) = app.said
    assert said.startswith("The calendar feed was not written: ")
    assert "ZeroDivisionError" not in said


async def test_without_a_path_and_in_the_demo_nothing_is_written(
    ledger: Ledger, tmp_path: Path
) -> None:
    demo, kept = feeding(ledger, tmp_path / "accord.ics", is_demo=True)
    await demo.renewed(kept)
    none = App(ledger, Settings())
    await none.renewed(Feed(cast(AccordApp, none)))
    assert demo.workers == none.workers == []
    assert not (tmp_path / "accord.ics").exists()


async def test_what_still_waits_is_written_before_the_app_closes(
    ledger: Ledger, tmp_path: Path
) -> None:
    app, kept = feeding(ledger, tmp_path / "accord.ics")
    kept.renew()
    app.workers[0].cancel()
    kept.finish()
    assert (tmp_path / "accord.ics").exists()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("new.ics", None),
        ("feed.ics", None),
        ("none/a.ics", "must be in a folder that there is"),
        ("folder.ics", "is a folder; name a file in it"),
        ("mine.ics", "is there already, and is no calendar; give another name"),
    ],
)
def test_a_feed_goes_where_nothing_or_a_calendar_is(
    tmp_path: Path, name: str, said: str | None
) -> None:
    (tmp_path / "feed.ics").write_text("BEGIN:VCALENDAR\r\n")
    (tmp_path / "mine.ics").write_text("my own words")
    (tmp_path / "folder.ics").mkdir()
    assert refused(tmp_path / name) == said


async def test_the_app_writes_it_when_it_opens_and_after_each_change(
    ledger: Ledger, tmp_path: Path
) -> None:
    path = tmp_path / "accord.ics"
    configuration = Configuration(Settings(calendar_feed=str(path)))
    app = opening.app_on(ledger.path, configuration=configuration)
    async with opening.running(app) as pilot:
        assert path.read_text().count("✓") == 0
        payments.record(ledger, debt_id=1, amount=10_000, paid_on=make.on("02-01"), today=TODAY)
        await opening.until(pilot, lambda: path.read_text().count("✓") == 1)
        await press(pilot, "u", "enter")
        assert path.read_text().count("✓") == 0
