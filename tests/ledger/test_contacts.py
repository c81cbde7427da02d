"""Contacts and undertakings: what can be logged, what is refused, and what is found."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from store.exchange import portable
from store.ledger import contact_queries, contacts
from store.ledger.contact_views import ContactLine
from store.ledger.contacts import Said
from store.ledger.limitation_queries import Where
from store.records import checking, revisions, tables
from store.records.database import Ledger
from store.rules.errors import BadInput, NotFound, Stale
from tests import make
from tui.widgets.call_sheet import CallSheetPane

AT = datetime(2026, 11, 20, 15, 30, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """Two creditors, each with a debt."""
    document = make.document()
    document["creditors"].append({"key": "energy", "name": "Énergie de l'Est"})
    document["debts"].append(make.debt("power", creditor="energy"))
    opened = make.loaded(tmp_path / "my.accord", document)
    yield opened
    with opened.reading() as session:
        assert list(checking.damage(session)) == []
    opened.close()


def creditor_id(ledger: Ledger, key: str = "bank") -> int:
    with ledger.reading() as session:
        found = select(tables.Creditor.id).where(tables.Creditor.key == key)
        return session.exec(found).one() or 0


def log(ledger: Ledger, summary: str = "They freeze interest", **given: Any) -> contacts.Logged:
    said: dict[str, Any] = {
        "creditor_id": creditor_id(ledger),
        "at": AT,
        "channel": "phone",
        "direction": "out",
        **given,
    }
    return contacts.log(ledger, summary=summary, **said)


def found(ledger: Ledger, words: str = "") -> list[str]:
    with ledger.reading() as session:
        return [each.key for each in contact_queries.contacts(session, words=words)]


def whole(ledger: Ledger, contact_id: int) -> ContactLine:
    with ledger.reading() as session:
        line = contact_queries.contact(session, contact_id)
    assert line is not None
    return line


# --- logging ---------------------------------------------------------------------------------


def test_a_contact_keeps_the_time_of_its_place_and_what_each_side_will_do(ledger: Ledger) -> None:
    logged = log(
        ledger,
        debt_id=make.debt_id(ledger),
        person="Ann",
        undertakings=[
            Said("creditor", "Send a letter", date(2026, 11, 27)),
            Said("me", "Call again"),
        ],
    )
    line = whole(ledger, logged.contact_id)
    assert (line.key, line.at, line.at.utcoffset()) == ("bank-2026-11-20", AT, timedelta(hours=1))
    assert (line.creditor_name, line.debt_name, line.person) == ("Bank", "Card", "Ann")
    said = [(each.by, each.text, each.state(date(2026, 11, 28))) for each in line.undertakings]
    assert said == [("creditor", "Send a letter", "overdue"), ("me", "Call again", "open")]
    # One use case: undoing takes all of it back.
    assert revisions.undo(ledger).use_case == "contacts.log"
    with ledger.reading() as session:
        assert session.exec(select(tables.Undertaking)).all() == []


def test_two_contacts_of_one_day_have_keys_of_their_own(ledger: Ledger) -> None:
    assert [log(ledger).key, log(ledger).key] == ["bank-2026-11-20", "bank-2026-11-20-2"]


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"at": make.NOW + timedelta(days=1)}, "at"),
        ({"summary": " \n "}, "summary"),
        ({"channel": " "}, "channel"),
        ({"debt_id": 2}, "debt"),
        ({"debt_id": 99}, "debt"),
        ({"undertakings": [Said("me", " ")]}, "text"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    ledger: Ledger, given: dict[str, Any], field: str
) -> None:
    before = portable.dump(ledger)
    with pytest.raises(BadInput) as error:
        log(ledger, **given)
    assert error.value.field == field
    assert portable.dump(ledger) == before


def test_a_creditor_that_was_deleted_meanwhile_is_named(ledger: Ledger) -> None:
    with pytest.raises(NotFound) as error:
        log(ledger, creditor_id=99)
    assert error.value.field == "creditor"


def test_a_debt_may_be_spoken_of_with_who_held_it_once(tmp_path: Path) -> None:
    document = make.document(transfers=[{"debt": "card", "to": "coll", "on": "2026-05-01"}])
    document["creditors"].append({"key": "coll", "name": "Collector"})
    ledger = make.loaded(tmp_path / "moved.accord", document)
    for key in ("bank", "coll"):
        logged = log(ledger, creditor_id=creditor_id(ledger, key), debt_id=make.debt_id(ledger))
        assert whole(ledger, logged.contact_id).debt == "card"
    ledger.close()


@pytest.mark.parametrize("text", ["🙂 اَلْعَرَبِيَّةُ", "x" * 100_000, "[red]no[/x] \x1b[2J"])
def test_any_text_is_kept_as_it_is(ledger: Ledger, text: str) -> None:
    logged = log(ledger, summary=text, person=text[:50])
    assert whole(ledger, logged.contact_id).summary == text
    again = portable.dump(ledger)
    assert text[:20].replace("\x1b", "\\u001b") in again


# --- correcting and deleting -----------------------------------------------------------------


def edit(ledger: Ledger, line: ContactLine, **given: Any) -> None:
    said: dict[str, Any] = {
        "version": line.version,
        "creditor_id": line.creditor_id,
        "at": line.at,
        "channel": line.channel,
        "direction": "out",
        "summary": line.summary,
        **given,
    }
    contacts.edit(ledger, line.contact_id, **said)


def test_a_corrected_contact_takes_its_undertakings_to_its_creditor(ledger: Ledger) -> None:
    line = whole(ledger, log(ledger, undertakings=[Said("me", "Call")]).contact_id)
    edit(ledger, line, creditor_id=creditor_id(ledger, "energy"), summary="Other")
    again = whole(ledger, line.contact_id)
    assert (again.creditor, again.summary) == ("energy", "Other")
    assert again.undertakings[0].creditor == "energy"
    with pytest.raises(Stale):
        edit(ledger, line)
    revisions.undo(ledger)
    assert whole(ledger, line.contact_id).creditor == "bank"


def test_deleting_a_contact_names_and_takes_its_undertakings(ledger: Ledger) -> None:
    logged = log(ledger, undertakings=[Said("me", "Call"), Said("creditor", "Write")])
    with ledger.reading() as session:
        assert contacts.goes_with(session, logged.contact_id).undertakings == ("Call", "Write")
    contacts.delete(ledger, logged.contact_id)
    assert found(ledger) == []
    revisions.undo(ledger)
    assert len(whole(ledger, logged.contact_id).undertakings) == 2


def test_a_contact_in_which_something_was_agreed_stays(tmp_path: Path) -> None:
    contact = {
        "key": "c1", "creditor": "bank", "at": "2026-01-05T10:00:00+00:00",
        "channel": "phone", "direction": "out", "summary": "Agreed",
    }  # fmt: skip
    document = make.document(contacts=[contact], agreements=[make.promise(contact="c1")])
    ledger = make.loaded(tmp_path / "agreed.accord", document)
    with pytest.raises(BadInput, match="agreement a1 was made in it"):
        contacts.delete(ledger, 1)
    ledger.close()


# --- undertakings ----------------------------------------------------------------------------


def test_an_undertaking_is_added_done_reopened_corrected_and_deleted(ledger: Ledger) -> None:
    def now() -> Any:
        with ledger.reading() as session:
            return contact_queries.undertaking(session, id_)

    id_ = contacts.add_undertaking(
        ledger, Said("creditor", "Write", date(2026, 11, 25)), creditor_id=creditor_id(ledger)
    )
    contacts.keep_undertaking(ledger, id_, done_on=date(2026, 11, 26))
    assert now().state(date(2026, 12, 1)) == "done late"
    contacts.keep_undertaking(ledger, id_, done_on=date(2026, 11, 25))
    assert now().state(date(2026, 12, 1)) == "done"
    contacts.keep_undertaking(ledger, id_, done_on=None)
    assert now().state(date(2026, 11, 25)) == "open"
    version = now().version
    contacts.edit_undertaking(ledger, id_, Said("me", "Ask", None), version=version)
    assert (now().by, now().text, now().due_on) == ("me", "Ask", None)
    with pytest.raises(Stale):
        contacts.edit_undertaking(ledger, id_, Said("me", "Ask", None), version=version)
    contacts.delete_undertaking(ledger, id_)
    assert now() is None
    with pytest.raises(NotFound):
        contacts.keep_undertaking(ledger, id_, done_on=None)
    for _ in range(6):
        revisions.undo(ledger)
    assert now() is None


# --- finding ---------------------------------------------------------------------------------


@pytest.fixture
def three(ledger: Ledger) -> Ledger:
    """Three contacts, the newest first: a letter, a call, a visit."""
    energy = creditor_id(ledger, "energy")
    log(ledger, "Sent the budget", at=AT - timedelta(days=3), channel="visit")
    log(
        ledger,
        "They agreed to a freeze of intérêts",
        at=AT - timedelta(days=2),
        direction="in",
        undertakings=[Said("creditor", "Put it in writing")],
    )
    log(ledger, "A reminder", creditor_id=energy, channel="letter", direction="in", person="Zoë")
    return ledger


@pytest.mark.parametrize(
    ("words", "keys"),
    [
        ("", ["energy-2026-11-20", "bank-2026-11-18", "bank-2026-11-17"]),
        ("budg", ["bank-2026-11-17"]),
        ("FREEZE", ["bank-2026-11-18"]),
        ("interets", ["bank-2026-11-18"]),
        ("writing", ["bank-2026-11-18"]),
        ("zoe", ["energy-2026-11-20"]),
        ("energie", ["energy-2026-11-20"]),
        ("bank", ["bank-2026-11-18", "bank-2026-11-17"]),
        ("bank out", ["bank-2026-11-17"]),
        ("in", ["energy-2026-11-20", "bank-2026-11-18"]),
        ("letter", ["energy-2026-11-20"]),
        ("bank writing freeze", ["bank-2026-11-18"]),
        ("bank reminder", []),
        ('"', []),
        ("nothing*", []),
    ],
)
def test_contacts_are_found_by_words_channels_and_directions(
    three: Ledger, words: str, keys: list[str]
) -> None:
    assert found(three, words) == keys


def test_what_is_corrected_or_deleted_is_found_by_its_new_words_only(three: Ledger) -> None:
    with three.reading() as session:
        line = contact_queries.contacts(session, words="budget")[0]
    edit(three, line, summary="Sent the forms")
    assert found(three, "budget") == []
    assert found(three, "forms") == [line.key]
    contacts.delete(three, line.contact_id)
    assert found(three, "forms") == []
    revisions.undo(three)
    assert found(three, "forms") == [line.key]


def test_the_timeline_counts_all_and_lists_what_is_to_be_done_by_day(three: Ledger) -> None:
    bank = creditor_id(three)
    contacts.add_undertaking(three, Said("me", "Later", date(2026, 12, 24)), creditor_id=bank)
    contacts.add_undertaking(three, Said("me", "Soon", date(2026, 11, 24)), creditor_id=bank)
    with three.reading() as session:
        view = contact_queries.timeline(session, "freeze")
    assert (len(view.contacts), view.of) == (1, 3)
    assert [each.text for each in view.open] == ["Soon", "Later", "Put it in writing"]


def test_the_timeline_lists_the_newest_and_words_find_the_others(three: Ledger) -> None:
    with three.reading() as session:
        newest = contact_queries.timeline(session, limit=2)
        older = contact_queries.timeline(session, "budget", limit=2)
    assert ([each.key for each in newest.contacts], newest.of) == (
        ["energy-2026-11-20", "bank-2026-11-18"],
        3,
    )
    assert [each.key for each in older.contacts] == ["bank-2026-11-17"]


def test_a_contact_of_another_summer_has_its_own_offset(ledger: Ledger) -> None:
    at = datetime(2026, 7, 1, 9, 0, tzinfo=UTC).astimezone(timezone(timedelta(hours=5, minutes=30)))
    line = whole(ledger, log(ledger, at=at).contact_id)
    assert f"{line.at:%H:%M}" == "14:30"


def test_the_call_sheet_warns_before_a_letter_starts_the_time_again(tmp_path: Path) -> None:
    debts = [make.debt(last_paid_on="2021-03-01"), make.debt("loan", last_paid_on="2026-01-01")]
    made = make.loaded(tmp_path / "old.db", make.document(debts=debts))
    with made.reading() as session:
        sheet = contact_queries.call_sheet(session, 1, date(2026, 6, 10), Where())
    made.close()
    assert sheet is not None
    card, loan = sheet.debts
    assert card.caution is not None
    assert card.caution.startswith("Card: ask an adviser before you pay or write")
    assert card.caution.endswith("that time may end on 1 March 2027.")
    assert loan.caution is None


def test_the_call_sheet_has_what_one_needs_with_the_telephone_in_hand(household: Path) -> None:
    ledger = make.ledger(household)
    with ledger.reading() as session:
        sheet = contact_queries.call_sheet(
            session, creditor_id(ledger, "northbank"), date(2026, 11, 23), Where()
        )
    assert sheet is not None
    (debt,) = sheet.debts
    assert (sheet.name, debt.balance, sheet.currency) == ("Northbank", 137_140, "GBP")
    assert debt.terms[0].amount == 5_000
    assert [whose for whose, _, _ in debt.offers] == ["creditor"]
    assert debt.reasons == (
        ("countered", date(2026, 1, 14), "Their minimum is 50 for a balance over 1,500"),
    )
    assert (debt.can_offer, debt.share) == (81_38, 59_48)
    assert any("October interest" in each.text for each in sheet.undertakings)
    assert sheet.situation is not None
    assert sheet.last is not None
    ledger.close()


def test_the_name_of_a_channel_finds_what_is_said_of_it_too(ledger: Ledger) -> None:
    log(ledger, "They will send a letter about the visit")
    assert found(ledger, "letter") == found(ledger, "visit") == ["bank-2026-11-20"]


def test_a_contact_in_which_something_was_agreed_stays_with_its_creditor(tmp_path: Path) -> None:
    contact = {
        "key": "c1", "creditor": "bank", "at": "2026-01-05T10:00:00+00:00",
        "channel": "phone", "direction": "out", "summary": "Agreed",
    }  # fmt: skip
    document = make.document(contacts=[contact], agreements=[make.promise(contact="c1")])
    document["creditors"].append({"key": "other", "name": "Other"})
    ledger = make.loaded(tmp_path / "agreed.accord", document)
    with pytest.raises(BadInput) as error:
        edit(ledger, whole(ledger, 1), creditor_id=creditor_id(ledger, "other"))
    assert error.value.field == "creditor"
    ledger.close()


def test_the_call_sheet_has_no_figure_while_a_priority_debt_is_uncovered(tmp_path: Path) -> None:
    wages = {"kind": "income", "name": "Wages", "amount": "500.00", "every": "month",
             "next_on": "2026-01-15"}  # fmt: skip
    debts = [make.debt(), make.debt("tax", priority=True)]
    made = make.loaded(tmp_path / "own.db", make.document(debts=debts, budget=[wages]))
    with made.reading() as session:
        sheet = contact_queries.call_sheet(session, 1, date(2026, 6, 10), Where())
    made.close()
    assert sheet is not None
    assert {each.name: each.uncovered for each in sheet.debts} == {"Card": ("Tax",), "Tax": ()}
    said = [each.plain for each in CallSheetPane(date(2026, 6, 10), "en_GB").lines_of(sheet)]
    assert "! First cover Tax: a priority debt that nothing covers." in said
    assert [each for each in said if "I can offer" in each] == [
        "I can offer up to £500.00 a month."
    ]
