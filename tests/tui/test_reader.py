"""The process beside the app: what it reads is what the app would, and nothing hangs on it."""

import os
import pickle
import shutil
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from alembic import command
from sqlalchemy import create_engine

from store.ledger import creditors, payments
from store.ledger.creditors import Details
from store.ledger.plan_views import Stress
from store.records import backups, encryption, migrations
from store.records.database import APPLICATION_ID, Ledger, open_ledger
from store.rules.errors import LedgerError
from tests import make
from tests.tui import opening
from tests.tui.opening import press, said, screen_name, shown, write
from tui import reader, views
from tui.app import AccordApp
from tui.dialogs.contact import ContactForm
from tui.reader import Reader, Unread, see

ON = opening.TODAY
WHERE: dict[str, Any] = {"country": "GB", "locale": "en_GB"}
NO_DAY: Any = "no day"


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """A process that reads a ledger, and is gone afterwards."""
    beside = Reader(path)
    try:
        beside.is_ready()
        yield beside
    finally:
        beside.end()


def kill(beside: Reader) -> None:
    """End its process as if it had crashed: nobody told the app."""
    running = beside._running()
    assert running is not None
    running._process.kill()
    running._process.wait()


EVERYTHING: dict[str, Callable[..., Any]] = {
    "today": partial(views.today, on=ON, **WHERE),
    "creditors": partial(views.creditors, on=ON, chosen_id=2),
    "events": partial(views.events, on=ON, creditor_id=1),
    "promise": partial(views.next_promise, on=ON, debts=frozenset({1, 2, 3})),
    "contacts": partial(views.contacts, on=ON, words="phone"),
    "contact": partial(views.contact, contact_id=1),
    "agreements": partial(views.agreements, on=ON, chosen_id=1),
    "agreement": partial(views.agreement, on=ON, agreement_id=1),
    "month": partial(views.calendar, on=ON, day=ON, is_year=False, country="GB", first_weekday=0),
    "year": partial(views.calendar, on=ON, day=ON, is_year=True, country="??", first_weekday=6),
    "plan": partial(views.plan, on=ON, wanted="GBP", usual="EUR", stress=Stress(cut=10), **WHERE),
    "credibility": partial(
        views.credibility, on=ON, since=None, until=make.on("12-01"), creditor_id=None
    ),
    "badge": partial(views.badge, on=ON),
    "cautions": partial(views.cautions, on=ON, **WHERE),
    "payable": partial(views.payable, on=ON, **WHERE),
    "choices": views.choices,
    "sheet": partial(views.call_sheet, on=ON, creditor_id=1, **WHERE),
    "places": partial(views.places, on=ON),
    "payday": partial(views.next_payday, on=ON, currency="GBP"),
}


def test_what_it_reads_is_what_the_app_would(household: Path) -> None:
    with closing(make.ledger(household)) as ledger, reading(household) as beside:
        assert beside.is_ready()
        for name, read in EVERYTHING.items():
            own = see(ledger, read)
            assert own.newest
            assert own.view is not None, name
            assert beside.see(read) == own, name
        book = partial(views.book, on=ON, debt_id=1, editing=None)
        found, own_book = beside.see(book).view, see(ledger, book).view
        assert found.propose(10_000, ON) == own_book.propose(10_000, ON) != []


@dataclass(frozen=True, slots=True)
class Plain:
    """A record like most."""

    name: str
    parts: tuple["Plain", ...] = ()


@dataclass(frozen=True)
class More:
    """A record that is more than what it is made with."""

    name: str
    length: int = field(init=False, default=0)

    def lengthen(self) -> "More":
        """The same with another length."""
        object.__setattr__(self, "length", 7)
        return self


@dataclass
class Checked:
    """A record that does something when it is made."""

    count: int

    def __post_init__(self) -> None:
        self.count += 1


@pytest.mark.parametrize(
    "value", [Plain("a", (Plain("b"), Plain("c"))), More("a").lengthen(), Checked(1), {"a": ON}]
)
def test_what_is_sent_is_what_comes(value: object) -> None:
    assert pickle.loads(reader.pickled(value)) == value


def test_what_is_in_two_places_stays_one() -> None:
    one = Plain("one")
    first, second = pickle.loads(reader.pickled((one, [one])))
    assert first is second[0]


def test_it_sees_what_was_written_since(household: Path) -> None:
    names = partial(views.creditors, on=ON, chosen_id=None)
    with closing(make.ledger(household)) as ledger, reading(household) as beside:
        before = beside.see(names)
        creditors.add(ledger, Details("Brand New Bank", "GBP"))
        after = beside.see(names)
        assert after.newest != before.newest
        assert len(after.view.creditors.creditors) == len(before.view.creditors.creditors) + 1


def test_what_is_asked_ahead_is_there_for_the_one_that_asks_the_same(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    word = partial(views.badge, on=ON)
    with closing(make.ledger(household)) as ledger, reading(household) as beside:
        beside.ask_ahead(word)
        running = beside._running()
        assert running is not None
        with monkeypatch.context() as patched:
            patched.setattr(running, "ask", pytest.fail)
            before = beside.see(partial(views.badge, on=ON))
        assert before == see(ledger, word)
        creditors.add(ledger, Details("Brand New Bank", "GBP"))
        # It is given once, and not to one that asks for something else.
        assert beside.see(word).newest != before.newest
        beside.ask_ahead(word)
        assert beside.see(partial(views.badge, on=make.on("10-01"))).view != before.view


def begin_anew_as_before(path: Path) -> None:
    """Put a ledger in a file's place that an older program began."""
    path.unlink()
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(migrations.config(connection), "0003")
        connection.exec_driver_sql(f"PRAGMA application_id = {APPLICATION_ID}")
    engine.dispose()


@pytest.mark.parametrize(
    "change", [Path.unlink, begin_anew_as_before, lambda path: path.write_bytes(b"x" * 4096)]
)
def test_it_opens_no_file_that_the_app_would_have_to_change(
    household: Path, change: Callable[[Path], None]
) -> None:
    change(household)
    was = household.read_bytes() if household.exists() else None
    with reading(household) as beside:
        assert not beside.is_ready()
        with pytest.raises(Unread):
            beside.see(partial(views.badge, on=ON))
    assert (household.read_bytes() if household.exists() else None) == was
    assert not list(household.parent.glob("*.db-*"))


def test_after_a_crash_the_next_one_reads(household: Path) -> None:
    word = partial(views.badge, on=ON)
    with closing(make.ledger(household)) as ledger, reading(household) as beside:
        assert beside.is_ready()
        kill(beside)
        with pytest.raises(Unread):
            beside.see(word)
        assert beside.is_ready()
        assert beside.see(word) == see(ledger, word)


def test_a_view_that_it_cannot_read_is_the_apps_to_say(household: Path) -> None:
    # The app finds out what is wrong by reading itself.
    wrong = partial(views.badge, on=NO_DAY)
    with reading(household) as beside:
        for _ in range(reader.TRIES):
            assert beside.is_ready()
            with pytest.raises(Unread):
                beside.see(wrong)
        # Something is wrong with it, and it is not begun again.
        assert beside._running() is None
        assert not beside.is_ready()


def test_what_fails_with_one_process_is_one_failure(household: Path) -> None:
    with reading(household) as beside:
        running = beside._running()
        assert running is not None
        kill(beside)
        with ThreadPoolExecutor() as pool:
            found = [pool.submit(beside.see, partial(views.badge, on=ON)) for _ in range(5)]
            assert all(isinstance(each.exception(), Unread) for each in found)
        assert beside._failures == 1
        # One that fails late does not end the process that came after it.
        assert beside.is_ready()
        beside._fail(running)
        assert beside.see(partial(views.badge, on=ON)).newest


def test_one_that_hangs_is_given_up_and_one_that_takes_its_time_is_not(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    slow: Future[str] = Future()
    with reading(household) as beside:
        running = beside._running()
        assert running is not None
        monkeypatch.setattr(reader, "PATIENCE", 1.0)
        asked = []
        ask = running.ask

        def noted(wanted: bytes) -> Future[Any]:
            asked.append(pickle.loads(wanted))
            found = ask(wanted)
            if len(asked) == 2:
                slow.set_result("at last")
            return found

        monkeypatch.setattr(running, "ask", noted)
        assert running.wait(slow) == "at last"
        assert asked == [reader._nothing] * 2
        os.kill(running._process.pid, signal.SIGSTOP)
        with pytest.raises(Unread):
            beside.see(partial(views.badge, on=ON))
        assert running._process.returncode is not None


def test_an_answer_that_never_comes_is_not_waited_for_for_ever(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    never: Future[str] = Future()
    with reading(household) as beside:
        running = beside._running()
        assert running is not None
        monkeypatch.setattr(reader, "LONGEST", 0.1)
        monkeypatch.setattr(reader, "PATIENCE", 0.2)
        monkeypatch.setattr(running, "ask", lambda _: answered)
        answered: Future[None] = Future()
        answered.set_result(None)
        with pytest.raises(Unread):
            running.wait(never)


def test_one_that_could_be_read_in_between_is_no_reason_to_give_up(household: Path) -> None:
    wrong = partial(views.badge, on=NO_DAY)
    with reading(household) as beside:
        for _ in range(reader.TRIES + 1):
            with pytest.raises(Unread):
                beside.see(wrong)
            assert beside.is_ready()
            assert beside.see(partial(views.badge, on=ON)).newest


def test_in_the_block_nobody_else_has_the_file_open(household: Path) -> None:
    word = partial(views.badge, on=ON)
    with reading(household) as beside:
        assert beside.see(word).newest
        with beside.held_off():
            with pytest.raises(Unread):
                beside.see(word)
            assert not beside.is_ready()
        assert beside.is_ready()
        assert beside.see(word).newest


def test_a_file_that_takes_its_place_is_read_anew(household: Path, tmp_path: Path) -> None:
    word = partial(views.badge, on=ON)
    other = tmp_path / "other.db"
    make.ledger(other).close()
    with reading(household) as beside:
        assert beside.see(word).newest
        shutil.move(other, household)
        with pytest.raises(Unread):
            beside.see(word)
        assert beside.is_ready()
        assert beside.see(word).newest == ""


def test_where_no_process_can_be_begun_the_app_reads(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.executable", "/nowhere/python")
    with reading(household) as beside:
        assert not beside.is_ready()
        with pytest.raises(Unread):
            beside.see(partial(views.badge, on=ON))


@pytest.fixture
def hung(monkeypatch: pytest.MonkeyPatch) -> None:
    """Processes that never get to open anything."""
    monkeypatch.setattr(reader, "_BEGIN", "import sys; sys.stdin.read()")
    monkeypatch.setattr(reader, "PATIENCE", 0.05)


@pytest.mark.usefixtures("hung")
def test_nothing_is_waited_for_while_the_process_only_begins(household: Path) -> None:
    beside = Reader(household)
    with pytest.raises(Unread):
        beside.see(partial(views.badge, on=ON))
    assert beside._failures == 0
    beside.end()


def test_where_there_is_one_processor_it_begins_once_it_is_asked(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "_processors", lambda: 1)
    word = partial(views.badge, on=ON)
    beside = Reader(household)
    assert beside._beside is None
    beside.ask_ahead(word)
    assert beside.see(word).newest
    beside.end()


# --- in the app -----------------------------------------------------------------------------


@pytest.mark.usefixtures("hung")
async def test_the_app_does_not_wait_for_a_process_that_hangs(household: Path) -> None:
    with reading(household) as beside:
        async with opening.running(app_beside(household, beside)) as pilot:
            assert "Riverside" in shown(pilot)
            await press(pilot, "2")
            assert "Northbank" in shown(pilot)


def app_beside(path: Path, beside: Reader, **options: Any) -> AccordApp:
    """The app on a ledger, with a process that reads it."""
    return opening.app_on(path, reader=beside, **options)


async def test_the_first_view_is_there_before_the_ledger_is_open_and_keys_wait_for_that(
    household: Path,
) -> None:
    may_open = Event()

    def open_late() -> Ledger:
        assert may_open.wait(opening.PATIENCE)
        return make.ledger(household)

    with reading(household) as beside:
        app = AccordApp(open_late, ON, reader=beside)
        async with app.run_test(size=opening.WIDE) as pilot:
            await opening.until(pilot, lambda: "Riverside" in shown(pilot), idle=False)
            assert app.ledger is None
            await pilot.press("c")
            assert screen_name(pilot) == "today"
            may_open.set()
            await opening.until(pilot, lambda: isinstance(app.screen, ContactForm))


async def test_what_is_written_shows_on_every_screen(household: Path) -> None:
    with reading(household) as beside:
        async with opening.running(app_beside(household, beside)) as pilot:
            before = shown(pilot)
            await press(pilot, "p", "enter")
            assert "Paid £70.00" in said(pilot)[-1]
            assert shown(pilot) != before
            for key, has in (
                *(("2", "Riverside"), ("3", "Contacts"), ("4", "Offers and agreements")),
                *(
                    ("5", "November 2026"),
                    ("6", "Rent"),
                    ("7", "What moved it"),
                    ("1", "Needs"),
                ),
            ):
                await press(pilot, key)
                assert has in shown(pilot), key
            assert beside._failures == 0
    with closing(make.ledger(household)) as ledger, ledger.reading() as session:
        assert payments.book(session, 1, ON).facts.payments


@pytest.mark.parametrize("when", ["before", "after"])
async def test_the_app_reads_for_itself_where_the_process_has_ended(
    household: Path, when: str
) -> None:
    with reading(household) as beside:
        if when == "before":
            kill(beside)
        async with opening.running(app_beside(household, beside)) as pilot:
            assert "Riverside" in shown(pilot)
            if when == "after":
                kill(beside)
            await press(pilot, "2")
            assert "Northbank" in shown(pilot)
            assert not said(pilot)


async def test_a_first_view_that_cannot_be_read_beside_it_is_read_once_the_ledger_is_open(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with reading(household) as beside:
        assert beside.is_ready()

        def fails(_: object) -> None:
            raise Unread

        monkeypatch.setattr(beside, "see", fails)
        async with opening.running(app_beside(household, beside)) as pilot:
            assert "Riverside" in shown(pilot)
            await press(pilot, "c")
            assert isinstance(pilot.app.screen, ContactForm)


async def test_what_was_written_while_it_was_opened_is_shown(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Nobody looks by the clock.
    monkeypatch.setattr("tui.app.LOOK_EVERY", 3_600.0)

    def open_late() -> Ledger:
        found = make.ledger(household)
        payments.record(found, debt_id=3, amount=7_000, paid_on=ON, today=ON)
        return found

    with reading(household) as beside:
        app = AccordApp(open_late, ON, reader=beside)
        async with opening.running(app) as pilot:
            await opening.until(pilot, lambda: "One payment is open" in shown(pilot))
            assert app.ledger is not None


async def test_a_new_ledger_is_made_by_the_app(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    with reading(path) as beside:
        async with opening.running(app_beside(path, beside)) as pilot:
            assert path.exists()
            await press(pilot, "2")
            assert screen_name(pilot) == "creditors"


async def test_what_was_shown_first_is_not_read_again_once_the_ledger_is_open(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[object] = []
    with reading(household) as beside:
        see_it = beside.see

        def noted(read: Any) -> Any:
            asked.append(read.func)
            return see_it(read)

        monkeypatch.setattr(beside, "see", noted)
        app = app_beside(household, beside)
        async with opening.running(app) as pilot:
            await opening.until(pilot, lambda: app.ledger is not None)
            await press(pilot, "2")
            assert asked == [views.today, views.creditors]


async def test_a_ledger_whose_file_was_replaced_is_not_shown_as_another(
    household: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other.db"
    make.ledger(other).close()
    with reading(household) as beside:
        async with opening.running(app_beside(household, beside)) as pilot:
            shutil.move(other, household)
            for key in ("2", "3", "4"):
                await press(pilot, key)
                assert "was moved or removed" in said(pilot)[-1]


async def test_one_may_leave_before_the_ledger_is_open(household: Path) -> None:
    with reading(household) as beside:
        app = app_beside(household, beside)
        async with app.run_test(size=opening.WIDE):
            pass
        assert not beside.is_ready()
        assert beside._beside is None
    assert not list(household.parent.glob("*.db-*"))


async def test_the_app_that_comes_after_an_error_has_it_again(household: Path) -> None:
    with reading(household) as beside:
        for _ in range(2):
            async with opening.running(app_beside(household, beside)) as pilot:
                await press(pilot, "2")
                assert beside._beside is not None


async def test_it_is_gone_when_the_app_is(household: Path) -> None:
    with reading(household) as beside:
        async with opening.running(app_beside(household, beside)):
            running = beside._running()
            assert running is not None
        assert running._process.returncode is not None
        # Whoever has the file open last takes away what SQLite keeps beside it.
        assert not list(household.parent.glob("*.db-*"))


async def test_it_does_not_stand_in_the_way_of_a_copy_that_is_put_back(household: Path) -> None:
    with closing(make.ledger(household)) as ledger:
        backups.make(ledger, "by hand")
    with reading(household) as beside:
        async with opening.running(app_beside(household, beside)) as pilot:
            await press(pilot, "p", "enter")
            assert "One payment is open" in shown(pilot)
            await press(pilot, "f7", "enter", "left", "enter", "escape")
            assert "Two payments are open" in shown(pilot)


async def test_it_reads_no_ledger_that_has_a_passphrase(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("sqlcipher3")
    monkeypatch.setattr(encryption, "_ROUNDS", 1_000)
    secret = "correct horse battery"
    with reading(household) as beside:
        async with opening.running(app_beside(household, beside)) as pilot:
            running = beside._running()
            await press(pilot, "f4")
            await write(pilot, secret)
            await press(pilot, "tab")
            await write(pilot, secret)
            await press(pilot, "enter")
            assert "this passphrase from now on" in said(pilot)[-1]
            assert running is not None
            assert running._process.returncode is not None
            await press(pilot, "2", "3", "1")
            assert "Riverside" in shown(pilot)
            assert beside._beside is None
            assert beside._failures == 0
        with pytest.raises(LedgerError):
            open_ledger(household, make.Clock())
