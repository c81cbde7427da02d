"""A locked ledger: one field and nothing else on the screen; afterwards one is where one was."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import Static

from store.ledger import drafts
from store.records import encryption, passphrases
from store.records.database import Ledger, open_ledger
from tests import make
from tests.tui import opening
from tests.tui.opening import press, said, screen_name, shown, write
from tui import locking
from tui.app import AccordApp
from tui.dialogs.contact import ContactForm
from tui.dialogs.help import Help
from tui.dialogs.passphrase import PassphraseForm
from tui.dialogs.unlock import Unlock
from tui.messages import LedgerChanged

pytest.importorskip("sqlcipher3")

SECRET = "correct horse battery"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys are made in a moment, and a wrong one is refused at once."""
    monkeypatch.setattr(encryption, "_ROUNDS", 1_000)
    monkeypatch.setattr(encryption, "_sleep", lambda _: None)


def app_on(path: Path) -> AccordApp:
    """The app on a ledger that may have a passphrase."""

    def unlock(passphrase: str) -> Ledger:
        return open_ledger(path, make.Clock(), passphrase=lambda _: passphrase)

    return AccordApp(lambda: make.ledger(path), opening.TODAY, unlock=unlock)


async def test_it_is_unlocked_locked_by_key_and_when_nobody_is_there(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = make.ledger(household)
    passphrases.give(plain, SECRET)
    plain.close()
    app = app_on(household)
    async with app.run_test(size=opening.WIDE) as pilot:
        await opening.until(pilot, lambda: isinstance(app.screen, Unlock))
        await press(pilot, "ctrl+p", "f9", "3")
        await write(pilot, "correct horse batterz")
        await press(pilot, "enter")
        assert "✗ That passphrase does not open it." in shown(pilot)
        assert app.ledger is None
        await pilot.press(*("space" if each == " " else each for each in SECRET))
        await press(pilot, "enter")
        await opening.ready(pilot)
        assert "Northbank" in shown(pilot)

        await press(pilot, "3", "c")
        form = app.screen
        assert isinstance(form, ContactForm)
        await press(pilot, *"Qxq")
        ledger = app.ledger
        # The last key is younger than what is kept in a while.
        await pilot.press("w", "f5")
        await opening.until(pilot, lambda: isinstance(app.screen, Unlock))
        await opening.until(pilot, lambda: ledger is not None and ledger.is_locked)
        assert not {"Qxqw", "Northbank"} & set(shown(pilot).split())
        assert SECRET not in shown(pilot)
        assert app.ledger is None
        assert ledger is not None
        assert ledger.is_locked
        # What a thread had ready when it was locked stays unseen, too.
        app.post_message(LedgerChanged("Paid Northbank"))
        app.push_screen(Help("today", {}))
        await opening.settled(pilot)
        assert isinstance(app.screen, Unlock)
        assert said(pilot) == []
        await write(pilot, SECRET)
        await press(pilot, "enter")
        assert app.screen is form
        assert app.ledger is ledger
        assert "Qxqw" in shown(pilot)
        assert "Qxqw" in drafts.find(ledger, form.draft_name).values()

        later = locking.time() + 60 * locking.MINUTES + 1
        await pilot.press("x")
        monkeypatch.setattr(locking, "time", lambda: later)
        await opening.until(pilot, lambda: isinstance(app.screen, Unlock), idle=False)
        await press(pilot, "escape")
    ledger.unlock(SECRET)
    assert "Qxqwx" in drafts.find(ledger, form.draft_name).values()
    ledger.close()
    assert (app.return_code, app.return_value) == (0, None)


async def test_a_passphrase_is_given_changed_and_removed(household: Path) -> None:
    async with opening.running(app_on(household)) as pilot:
        await press(pilot, "f5")
        assert "f4 gives the ledger one" in said(pilot)[-1]
        await press(pilot, "f4")
        form = pilot.app.screen
        assert isinstance(form, PassphraseForm)
        assert "At least 8 characters" in shown(pilot)
        form.field("passphrase").text = SECRET
        form.field("again").text = SECRET[1:]
        await press(pilot, "enter")
        assert form.field("again").error == "It is not the same as above"
        form.field("again").text = SECRET
        await press(pilot, "enter")
        assert encryption.is_encrypted(household)
        assert "from now on" in said(pilot)[-1]
        assert screen_name(pilot) == "today"

        await press(pilot, "f4")
        form = pilot.app.screen
        assert isinstance(form, PassphraseForm)
        form.field("does").text = "remove it"
        form.field("current").text = "something else"
        await opening.settled(pilot)
        await press(pilot, "ctrl+s")
        assert "does not open it" in form.field("current").error
        form.field("current").text = SECRET
        await press(pilot, "ctrl+s")
        assert not encryption.is_encrypted(household)
        assert "Northbank" in shown(pilot)


async def test_the_feed_that_stays_plain_is_named(household: Path, tmp_path: Path) -> None:
    app = app_on(household)
    feed = str(tmp_path / "accord.ics")
    async with opening.running(app) as pilot:
        app.follow(replace(app.settings, calendar_feed=feed))
        await press(pilot, "f4")
        (means,) = app.screen.query(".preview Static").results(Static)
        assert f"So does the calendar feed, {feed} (f9 turns it off)." in str(means.content)
