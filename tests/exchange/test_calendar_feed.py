"""The calendar: what an event says, that it stays the same event, and that it tells of changes."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from sqlmodel import select

from store.exchange import calendar_feed, portable
from store.ledger import agreements, contacts, creditors, debts, offers, payments
from store.records import revisions, tables
from store.records.database import Ledger
from store.rules.cadence import parse
from store.rules.terms import Terms
from tests import make

TODAY = make.on("04-10")
Events = Mapping[str, Any]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """100.00 on the 1st of February to May for the card, the first two paid; an offer; a letter."""
    opened = make.loaded(
        tmp_path / "ledger.db",
        make.document(
            creditors=[{"key": "bank", "name": "Bank"}, {"key": "hunter", "name": "Hunter"}],
            debts=[make.debt(), make.debt("loan", answer_by="2026-04-20", stage="claim")],
            agreements=[make.promise()],
            payments=[make.paid("02-01"), make.paid("03-01")],
            undertakings=[
                {"creditor": "bank", "by": "me", "text": "Send; payslips", "due_on": "2026-04-15"},
                {"creditor": "hunter", "by": "creditor", "text": "Write", "due_on": "2026-04-16"},
            ],
            offers=[
                {
                    "key": "o1",
                    "debt": "loan",
                    "by": "creditor",
                    "on": "2026-04-01",
                    "valid_until": "2026-04-30",
                    "terms": {"amount": "10.00", "every": "month", "first_due": "2026-05-01"},
                }
            ],
        ),
    )
    yield opened
    opened.close()


def exported(ledger: Ledger, today: date = TODAY, creditor_id: int | None = None) -> bytes:
    with ledger.reading() as session:
        return calendar_feed.calendar(session, today, "en_GB", creditor_id)


def events(ledger: Ledger, today: date = TODAY, creditor_id: int | None = None) -> Events:
    """The events of an export by their UIDs, as another program reads them."""
    read = Calendar.from_ical(exported(ledger, today, creditor_id))
    found = {str(each["UID"]): each for each in read.walk("VEVENT")}
    assert len(found) == len(read.walk("VEVENT"))
    return found


def called(found: Events, part: str) -> Any:
    """The one event with these words in its summary."""
    (event,) = [each for each in found.values() if part in each["SUMMARY"]]
    return event


def said(event: Any) -> bytes:
    """All that an event says but for when it was changed."""
    copied = event.copy()
    for name in ("SEQUENCE", "LAST-MODIFIED", "DTSTAMP"):
        copied.pop(name)
    text: bytes = copied.to_ical() + b"".join(each.to_ical() for each in event.subcomponents)
    return text


def risen(before: Events, after: Events) -> set[str]:
    """The UIDs of the events with a higher SEQUENCE; one that says something else must have it."""
    found = set()
    for uid, event in after.items():
        if uid in before:
            was, now = before[uid]["SEQUENCE"], event["SEQUENCE"]
            assert now >= was, event["SUMMARY"]
            if said(event) != said(before[uid]):
                assert now > was, event["SUMMARY"]
            if now > was:
                found.add(uid)
                assert event["LAST-MODIFIED"].dt >= before[uid]["LAST-MODIFIED"].dt
    return found


def pay(ledger: Ledger, amount: int = 10_000) -> int:
    logged = payments.record(
        ledger, debt_id=make.debt_id(ledger), amount=amount, paid_on=TODAY, today=TODAY
    )
    return logged.payment_id


def agreement_id(ledger: Ledger) -> int:
    with ledger.reading() as session:
        return session.exec(select(tables.Agreement)).one().id or 0


def test_what_falls_due_is_told_by_day(ledger: Ledger) -> None:
    found = sorted(events(ledger).values(), key=lambda each: each["DTSTART"].dt)
    assert [(str(each["DTSTART"].dt)[5:], str(each["SUMMARY"])) for each in found] == [
        ("02-01", "✓ Paid £100.00: Bank, Card"),
        ("03-01", "✓ Paid £100.00: Bank, Card"),
        ("04-01", "Pay £100.00: Bank, Card"),
        ("04-15", "To do for Bank: Send; payslips"),
        ("04-16", "Expected from Hunter: Write"),
        ("04-20", "§ Answer the claim: Bank, Loan"),
        ("04-30", "Their offer lapses: Bank, Loan"),
        ("05-01", "Pay £100.00: Bank, Card"),
    ]
    assert all(each["DTEND"].dt - each["DTSTART"].dt == timedelta(days=1) for each in found)
    assert {str(each["TRANSP"]) for each in found} == {"TRANSPARENT"}


def test_what_is_mine_rings_three_days_before_and_in_the_morning(ledger: Ledger) -> None:
    found = events(ledger)

    def rings(part: str) -> list[timedelta]:
        return [each["TRIGGER"].dt for each in called(found, part).walk("VALARM")]

    morning = timedelta(hours=9)
    assert rings("To do for Bank") == rings("§") == [morning - timedelta(days=3), morning]
    assert rings("Expected from Hunter") == [morning]
    paid = [each for each in found.values() if each["SUMMARY"].startswith("✓")]
    assert [each.walk("VALARM") for each in paid] == [[], []]


def test_the_file_is_one_that_calendars_subscribe_to(ledger: Ledger) -> None:
    content = exported(ledger)
    head = content.decode().partition("BEGIN:VEVENT")[0].split("\r\n")
    for line in (
        "VERSION:2.0",
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Accord",
        "REFRESH-INTERVAL;VALUE=DURATION:PT12H",
        "X-PUBLISHED-TTL:PT12H",
    ):
        assert line in head
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))
    assert b"Send\\; payslips" in content
    assert content == exported(ledger)


def test_a_payment_changes_its_own_event_only_and_taking_it_back_does_too(ledger: Ledger) -> None:
    before = events(ledger)
    pay(ledger)
    paid = events(ledger)
    assert paid.keys() == before.keys()
    (uid,) = risen(before, paid)
    assert paid[uid]["SUMMARY"] == "✓ Paid £100.00: Bank, Card"
    assert before[uid]["SUMMARY"] == "Pay £100.00: Bank, Card"
    assert (str(paid[uid]["STATUS"]), paid[uid].walk("VALARM")) == ("CONFIRMED", [])
    revisions.undo(ledger)
    undone = events(ledger)
    assert risen(paid, undone) == {uid}
    assert said(undone[uid]) == said(before[uid])


def test_part_of_a_payment_leaves_the_rest_to_pay(ledger: Ledger) -> None:
    pay(ledger, 2_500)
    event = called(events(ledger), "£75.00")
    assert event["SUMMARY"] == "Pay £75.00: Bank, Card"
    assert "£25.00 of £100.00 is paid." in event["DESCRIPTION"]


def test_what_was_renegotiated_is_cancelled_and_new_terms_are_new_events(ledger: Ledger) -> None:
    before = events(ledger)
    terms = Terms(5_000, parse("month"), make.on("05-01"), 8)
    agreements.renegotiate(ledger, agreement_id(ledger), made_on=TODAY, terms=terms, today=TODAY)
    after = events(ledger)
    risen(before, after)
    assert len(after.keys() - before.keys()) == 8
    old = [after[uid] for uid in before if "no longer due" in after[uid]["SUMMARY"]]
    assert [str(each["DTSTART"].dt) for each in old] == ["2026-04-01", "2026-05-01"]
    assert {str(each["STATUS"]) for each in old} == {"CANCELLED"}
    assert not any(each.walk("VALARM") for each in old)
    revisions.undo(ledger)
    undone = events(ledger)
    assert undone.keys() == before.keys()
    assert risen(after, undone) >= {str(each["UID"]) for each in old}


def test_whatever_happens_an_event_that_says_something_else_has_a_higher_sequence(
    ledger: Ledger,
) -> None:
    card, loan, promised = make.debt_id(ledger), make.debt_id(ledger, "loan"), agreement_id(ledger)
    with ledger.reading() as session:
        bank, hunter = session.exec(select(tables.Creditor)).all()
        offer = session.exec(select(tables.Offer)).one().id or 0
        mine = session.exec(select(tables.Undertaking)).all()[0].id or 0
        paid = make.payments(session)[1].id or 0
        version = session.get_one(tables.Debt, loan).version
    court = debts.Details("Car", answer_by=make.on("04-20"), stage="judgment")
    named = creditors.Details("Bank plc", "GBP")
    on: Any = {"on": make.on("03-20"), "today": TODAY}
    answered: Any = {"status": "declined", "answered_on": TODAY, "today": TODAY}
    ended: Any = {"ended_on": TODAY, "ended_how": "broken", "today": TODAY}
    deeds: list[tuple[int, Callable[[], object]]] = [
        (1, lambda: payments.mark_returned(ledger, paid, make.on("03-05"), TODAY)),
        (1, lambda: payments.mark_returned(ledger, paid, None, TODAY)),
        (1, lambda: payments.delete(ledger, paid, TODAY)),
        (1, lambda: contacts.keep_undertaking(ledger, mine, done_on=TODAY)),
        (1, lambda: offers.answer(ledger, offer, **answered)),
        (2, lambda: debts.edit(ledger, loan, court, version=version)),
        (7, lambda: creditors.edit(ledger, bank.id or 0, named, version=bank.version)),
        (4, lambda: debts.pause(ledger, card, starts_on=make.on("04-01"))),
        (4, lambda: debts.transfer(ledger, card, to_creditor_id=hunter.id or 0, **on)),
        (4, lambda: revisions.undo(ledger)),
        (4, lambda: revisions.undo(ledger)),
        (4, lambda: agreements.end(ledger, promised, **ended)),
    ]
    before = events(ledger)
    for count, do in deeds:
        do()
        after = events(ledger)
        assert after.keys() == before.keys()
        assert len(risen(before, after)) == count
        assert any(said(after[uid]) != said(before[uid]) for uid in after)
        before = after
    # What no event speaks of changes none.
    debts.charge(ledger, card, kind="fee", amount=5, on=TODAY, today=TODAY)
    assert risen(before, events(ledger)) == set()


def test_a_day_that_changes_an_event_by_itself_raises_its_sequence(ledger: Ledger) -> None:
    debts.pause(ledger, make.debt_id(ledger), starts_on=make.on("04-20"))
    before, after = events(ledger), events(ledger, make.on("04-20"))
    assert called(after, "no longer due")["UID"] in risen(before, after)
    assert risen(after, events(ledger, make.on("04-25"))) == set()


def test_the_clock_may_go_back_but_the_sequence_does_not(ledger: Ledger) -> None:
    before = events(ledger)
    earlier = make.ledger(ledger.path, make.Clock(make.NOW - timedelta(days=99)))
    pay(earlier)
    assert len(risen(before, events(earlier))) == 1
    earlier.close()


def test_a_ledger_that_was_dumped_and_loaded_has_the_same_events(
    ledger: Ledger, tmp_path: Path
) -> None:
    before = events(ledger)
    copy = make.empty(tmp_path / "copy.db", make.Clock(make.NOW + timedelta(days=1)))
    portable.load(copy, portable.dump(ledger))
    after = events(copy)
    assert after.keys() == before.keys()
    assert all(said(after[uid]) == said(before[uid]) for uid in after)
    risen(before, after)
    copy.close()


def test_the_calendar_of_one_creditor_has_only_what_it_holds_on_the_day(ledger: Ledger) -> None:
    with ledger.reading() as session:
        _, hunter = session.exec(select(tables.Creditor)).all()
    debts.transfer(
        ledger,
        make.debt_id(ledger),
        to_creditor_id=hunter.id or 0,
        on=make.on("03-20"),
        today=TODAY,
    )
    found = events(ledger, creditor_id=hunter.id)
    assert sorted(str(each["SUMMARY"]) for each in found.values()) == [
        "Expected from Hunter: Write",
        "Pay £100.00: Hunter, Card",
        "Pay £100.00: Hunter, Card",
    ]
    assert b"X-WR-CALNAME:Accord: Hunter" in exported(ledger, creditor_id=hunter.id)


def test_what_is_older_than_a_year_is_left_out(ledger: Ledger) -> None:
    dues = [each["DTSTART"].dt for each in events(ledger, date(2027, 3, 1)).values()]
    assert min(dues) == make.on("03-01")


def test_no_word_of_a_person_breaks_out_of_its_line_and_nothing_private_is_told(
    tmp_path: Path,
) -> None:
    text = "One\r\nEND:VEVENT\x1b[2J\x00\u2028two; three, four\\n"
    made = make.loaded(
        tmp_path / "ledger.db",
        make.document(
            creditors=[{"key": "bank", "name": "B\nBEGIN:VALARM", "notes": "secret"}],
            situations=[{"key": "s", "on": "2026-01-01", "text": "secret", "private": True}],
            undertakings=[{"creditor": "bank", "by": "me", "text": text, "due_on": "2026-04-15"}],
        ),
    )
    (event,) = events(made).values()
    assert event["SUMMARY"] == ("To do for B BEGIN:VALARM: One END:VEVENT [2J two; three, four\\n")
    assert b"secret" not in exported(made)
    made.close()


def test_an_empty_ledger_gives_an_empty_calendar(tmp_path: Path) -> None:
    made = make.empty(tmp_path / "ledger.db")
    assert events(made) == {}
    made.close()
