"""Contacts: the timeline, finding by words, the form and its call sheet, what is to be done."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from textual.widgets import Static, TextArea

from store.ledger import contact_queries, contacts, drafts
from store.ledger.contact_views import ContactLine
from tests import make
from tests.tui import opening
from tests.tui.opening import press, record_list, rows, said, screen_name, shown, write
from tui.dialogs.contact import ContactForm
from tui.dialogs.details import Details
from tui.dialogs.dialog import Question
from tui.dialogs.follow_up import FollowUp
from tui.dialogs.form import KEEP_AFTER
from tui.dialogs.undertaking import UndertakingForm
from tui.widgets.call_sheet import CallSheetPane


def form_of(pilot: opening.Accord) -> ContactForm:
    """The contact form, which is on top."""
    screen = pilot.app.screen
    assert isinstance(screen, ContactForm)
    return screen


def newest(pilot: opening.Accord) -> ContactLine:
    """The newest contact."""
    with opening.ledger_of(pilot).reading() as session:
        return contact_queries.contacts(session)[0]


def found(pilot: opening.Accord) -> list[str]:
    """The creditors of the timeline, from the top."""
    return [row[3] for row in rows(pilot, "timeline")]


async def say(pilot: opening.Accord, text: str) -> None:
    """Type what was said."""
    form_of(pilot).query_one(TextArea).text = text
    await opening.settled(pilot)


async def test_the_timeline_says_when_with_whom_how_and_what(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "3")
        assert rows(pilot, "timeline")[0][:4] == ["←", "✉", "Thu 12 Nov", "Northbank"]
        text = shown(pilot)
        assert "Northbank · Thu 12 Nov 09:30" in text
        assert "although frozen until January." in text
        assert "Write to have the October" in text
        assert [row[1] for row in rows(pilot, "open")] == ["← Hillview Council", "Northbank"]


async def test_words_find_as_they_are_typed_and_escape_shows_all(household: Path) -> None:
    async with opening.opened(household, opening.NARROW) as pilot:
        await press(pilot, "3")
        everybody = found(pilot)
        await press(pilot, "slash", "b", "o", "i")
        await opening.until(pilot, lambda: found(pilot) == ["Kestrel Finance"])
        assert "1 of 9" in shown(pilot)
        await write(pilot, "zebra")
        assert "No contact has “zebra”" in shown(pilot)
        await write(pilot, "north in")
        assert found(pilot) == ["Northbank", "Northbank"]
        await press(pilot, "enter")
        assert pilot.app.focused is record_list(pilot, "timeline")
        await press(pilot, "slash", "escape")
        assert found(pilot) == everybody


async def test_c_logs_a_call_with_the_sheet_beside_it_and_offers_to_follow_up(
    household: Path,
) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "c")
        form = form_of(pilot)
        await opening.until(pilot, lambda: form.field("creditor").text == "Hillview Council")
        assert isinstance(pilot.app.focused, TextArea)
        sheet = form.query_one(CallSheetPane)
        assert sheet.display
        assert "£70.00 owed" in shown(pilot)
        await say(pilot, "They wait until Saturday 🙂 [red]x[/y]")
        form.field("person").text = "Ms Okafor"
        form.field("at").text = "yesterday 15:30"
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, FollowUp)
        assert "Follow up on Mon 30 Nov?" in shown(pilot)
        await press(pilot, "enter")
        assert screen_name(pilot) == "today"
        line = newest(pilot)
        assert (line.creditor, line.debt, line.person) == ("hillview", "hillview-tax", "Ms Okafor")
        assert line.summary == "They wait until Saturday 🙂 [red]x[/y]"
        assert f"{line.at:%d %H:%M}" == "22 15:30"
        assert [(each.by, each.text) for each in line.undertakings] == [
            ("me", "Ask Hillview Council again")
        ]
        await press(pilot, "3")
        assert "[red]x[/y]" in shown(pilot)


async def test_a_call_that_has_a_day_to_come_back_to_is_not_asked_about(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "c")
        await say(pilot, "They wait")
        form_of(pilot).field("me_text").text = "Call"
        form_of(pilot).field("me_due").text = "fri"
        await press(pilot, "ctrl+s")
        assert screen_name(pilot) == "today"
        assert said(pilot)[-1].endswith("1 to be done · u takes it back")
        await press(pilot, "u", "enter")
        assert newest(pilot).creditor == "northbank"


async def test_what_is_wrong_is_said_at_its_field_and_nothing_is_lost(household: Path) -> None:
    async with opening.opened(household, opening.NARROW) as pilot:
        await press(pilot, "c", "ctrl+s")
        form = form_of(pilot)
        assert "needed" in form.field("summary").error
        await say(pilot, "x" * 100_000)
        form.field("at").text = "tomorrow 9:00"
        form.field("me_due").text = "fri"
        await press(pilot, "ctrl+s")
        assert "Say what is to be done by then" in form.field("me_text").error
        form.field("me_due").text = ""
        await press(pilot, "ctrl+s")
        assert "still to come" in form.field("at").error
        form.field("at").text = "now"
        await press(pilot, "ctrl+s")
        assert isinstance(pilot.app.screen, FollowUp)
        assert len(newest(pilot).summary) == contact_queries.SUMMARY
        with opening.ledger_of(pilot).reading() as session:
            whole = contact_queries.contact(session, newest(pilot).contact_id)
        assert whole is not None
        assert len(whole.summary) == 100_000


async def test_a_long_contact_is_read_and_corrected_whole(household: Path) -> None:
    text = "word " * 2_000 + "end"
    ledger = make.ledger(household)
    contacts.log(
        ledger,
        creditor_id=1,
        at=datetime(2026, 11, 20, tzinfo=UTC),
        channel="carrier pigeon",
        direction="in",
        summary=text,
    )
    ledger.close()
    async with opening.opened(household) as pilot:
        await press(pilot, "3", "e")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, ContactForm))
        assert form_of(pilot).field("summary").text == text
        assert form_of(pilot).field("channel").text == "carrier pigeon"
        form_of(pilot).field("reference").text = "R 1"
        await press(pilot, "ctrl+s")
        assert newest(pilot).reference == "R 1"
        with opening.ledger_of(pilot).reading() as session:
            whole = contact_queries.contact(session, newest(pilot).contact_id)
        assert whole is not None
        assert whole.summary == text


async def test_undertakings_are_done_added_corrected_and_deleted(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "3", "n")
        assert isinstance(pilot.app.screen, UndertakingForm)
        await write(pilot, "Refund it")
        pilot.app.screen.field("by").text = "they"
        await press(pilot, "enter")
        assert [row[2] for row in rows(pilot, "open")][-1] == "Refund it"
        record_list(pilot, "open").focus()
        await press(pilot, "end", "x")
        assert rows(pilot, "open")[-1][:3] == ["●", "← Northbank", "Refund it"]
        assert said(pilot)[-1] == "Done: Refund it · u takes it back"
        # Done by mistake: the same key opens it again.
        await press(pilot, "end", "x")
        assert rows(pilot, "open")[-1][0] == "○"
        await press(pilot, "end", "x")
        await press(pilot, "home", "enter")
        # Its contact is chosen.
        assert pilot.app.focused is record_list(pilot, "timeline")
        assert "Hillview Council · Fri 9 Jan" in shown(pilot)
        record_list(pilot, "open").focus()
        await press(pilot, "home", "d")
        assert isinstance(pilot.app.screen, Question)
        await press(pilot, "y")
        assert [row[1] for row in rows(pilot, "open")] == ["Northbank", "← Northbank"]


async def test_deleting_a_contact_names_what_goes_with_it(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "3", "d")
        assert "With it go: Write to have the October" in " ".join(
            shown(pilot).replace("│", " ").split()
        )
        await press(pilot, "y")
        assert found(pilot)[0] == "Marlow Collections"
        await press(pilot, "u", "enter")
        assert found(pilot)[0] == "Northbank"


async def test_where_there_is_no_room_the_call_sheet_is_behind_a_key(household: Path) -> None:
    async with opening.opened(household, opening.NARROW) as pilot:
        await press(pilot, "c")
        form = form_of(pilot)
        assert not form.query_one(CallSheetPane).display
        assert "f3 call sheet" in shown(pilot)
        await opening.until(pilot, lambda: bool(form.query_one(CallSheetPane).lines))
        await press(pilot, "f3")
        assert "£70.00 owed" in shown(pilot)
        await press(pilot, "escape")
        assert pilot.app.screen is form


async def test_c_goes_on_with_the_chosen_creditor_and_a_with_anybody(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "3", "c")
        form = form_of(pilot)
        await opening.until(pilot, lambda: form.field("creditor").text == "Northbank")
        await press(pilot, "escape", "a")
        assert form_of(pilot).field("creditor").text == ""


async def test_correcting_leaves_alone_what_was_not_touched(household: Path) -> None:
    ledger = make.ledger(household)
    person = "Zoë ❤️ \u200fשלום"
    at = datetime(2026, 11, 22, 10, 30, 45, tzinfo=timezone(timedelta(hours=5)))
    contacts.log(
        ledger, creditor_id=1, at=at, channel="phone", direction="in", summary="x", person=person
    )
    ledger.close()
    async with opening.opened(household) as pilot:
        await press(pilot, "3", "e")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, ContactForm))
        await say(pilot, "y")
        await press(pilot, "ctrl+s")
        line = newest(pilot)
        assert (line.summary, line.person, line.at, line.at.utcoffset()) == (
            "y",
            person,
            at,
            at.utcoffset(),
        )


async def test_a_long_note_opens_at_once(household: Path) -> None:
    ledger = make.ledger(household)
    contacts.log(
        ledger,
        creditor_id=1,
        at=datetime(2026, 11, 22, tzinfo=UTC),
        channel="phone",
        direction="in",
        summary="a\n" * 50_000,
    )
    ledger.close()
    async with opening.opened(household) as pilot:
        await press(pilot, "3", "enter")
        await opening.until(pilot, lambda: isinstance(pilot.app.screen, Details))
        assert len(pilot.app.screen.query(Static)) < 10
        await press(pilot, "end")
        assert "│ a " in shown(pilot)
        await press(pilot, "escape")


async def test_a_ledger_that_is_gone_is_said_and_ends_nothing(household: Path) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "3")
        household.rename(household.with_name("moved.db"))
        await press(pilot, "enter")
        assert any("was moved or removed" in each for each in said(pilot))
        assert pilot.app.is_running


@pytest.mark.parametrize("size", [opening.WIDE, opening.NARROW])
async def test_before_a_letter_starts_the_time_again_an_adviser_is_named(
    tmp_path: Path, size: opening.Size
) -> None:
    old = make.debt(last_paid_on="2021-03-01")
    make.loaded(tmp_path / "old.db", make.document(debts=[old])).close()
    async with opening.opened(tmp_path / "old.db", size) as pilot:
        pilot.app.push_screen(ContactForm(pilot.app, creditor_id=1))  # type: ignore[arg-type]
        await opening.settled(pilot)
        # Once: beside the form, or in it.
        caution = "! Card: ask an adviser before you pay"
        await opening.until(pilot, lambda: shown(pilot).count(caution) == 1)


async def test_whoever_types_without_a_pause_is_kept_too(
    household: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with opening.opened(household) as pilot:
        await press(pilot, "c")
        form, timers = form_of(pilot), list[Callable[[], None]]()
        real = pilot.app.set_timer

        def set_timer(delay: float, callback: Callable[[], None], **options: Any) -> Any:
            if delay != KEEP_AFTER:
                return real(delay, callback, **options)
            timers.append(callback)
            return real(opening.PATIENCE, callback)

        monkeypatch.setattr(pilot.app, "set_timer", set_timer)
        await say(pilot, "They will")
        await say(pilot, "They will freeze interest")
        assert len(timers) == 1
        timers.pop()()
        await opening.settled(pilot)
        kept = drafts.find(opening.ledger_of(pilot), form.draft_name)
        assert "They will freeze interest" in kept.values()
        await say(pilot, "They will freeze interest until May")
        assert len(timers) == 1
