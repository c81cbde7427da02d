"""The clocks as warnings of Today: what runs out, ends, or is due for a look."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from store.ledger import reminders, today_queries
from store.ledger.views import Warning
from tests import make
from tests.make import on

TODAY = on("06-10")
Warned = Callable[..., list[Warning]]


@pytest.fixture
def warned(tmp_path: Path) -> Warned:
    def warned(country: str = "GB", today: date = TODAY, **lists: Any) -> list[Warning]:
        path = tmp_path / f"{len(list(tmp_path.glob('*.db')))}.db"
        ledger = make.loaded(path, make.document(**lists))
        with ledger.reading() as session:
            found = list(today_queries.today(session, today, 30, country).warnings)
        ledger.close()
        return found

    return warned


def old(**said: Any) -> dict[str, Any]:
    return make.debt(last_paid_on="2021-03-01", **said)


def test_a_debt_without_a_word_for_long_is_warned_of_before_anything_restarts_it(
    warned: Warned,
) -> None:
    (found,) = warned(debts=[old()])
    assert (found.kind, found.on) == ("limitation", date(2027, 3, 1))
    assert found.text == (
        "Card: ask an adviser before you pay or write: either can start the time to claim it in "
        "court again. No payment or acknowledgement is on record since 1 March 2021; that time may "
        "end"
    )
    (past,) = warned(debts=[old()], today=date(2027, 3, 1))
    assert past.text.endswith("that time may have ended")


def test_a_payment_or_an_acknowledgement_starts_it_again(warned: Warned) -> None:
    assert warned(debts=[old()], payments=[make.paid("2026-01-05", "1.00")]) == []
    assert warned(debts=[old(acknowledged_on="2025-01-01")]) == []
    bounced = make.paid("2026-01-05", "1.00", returned_on="2026-01-07")
    assert len(warned(debts=[old()], payments=[bounced])) == 1


def test_only_what_was_known_by_that_day_starts_it_again(warned: Warned) -> None:
    later = [make.paid("2020-05-01", "1.00"), make.paid("2026-07-01", "1.00")]
    (found,) = warned(debts=[make.debt()], payments=later)
    assert found.on == date(2026, 5, 1)
    returned = make.paid("2026-01-05", "1.00", returned_on="2026-06-11")
    assert warned(debts=[old()], payments=[returned]) == []


WROTE = {"key": "c", "creditor": "bank", "at": "2026-05-05T10:00:00+01:00", "channel": "letter",
         "direction": "out", "summary": "I cannot pay it all."}  # fmt: skip
OFFER = {"key": "o", "debt": "card", "by": "me", "on": "2026-05-05",
         "terms": {"amount": "5.00", "every": "month", "first_due": "2026-06-01", "count": 6},
         }  # fmt: skip


@pytest.mark.parametrize(
    ("lists", "counts"),
    [
        ({"contacts": [WROTE]}, True),
        ({"contacts": [{**WROTE, "debt": "card"}]}, True),
        ({"contacts": [{**WROTE, "debt": "loan"}]}, False),
        ({"contacts": [{**WROTE, "channel": "phone"}]}, False),
        ({"contacts": [{**WROTE, "direction": "in"}]}, False),
        ({"offers": [OFFER]}, True),
        ({"offers": [{**OFFER, "by": "creditor"}]}, False),
        (
            {
                "contacts": [{**WROTE, "channel": "phone"}],
                "offers": [{**OFFER, "contact": "c"}],
            },
            False,
        ),
        ({"agreements": [make.promise(made_on="2026-05-05", count=12)]}, True),
    ],
)
def test_what_i_wrote_or_agreed_since_may_have_started_it_again(
    warned: Warned, lists: dict[str, Any], counts: bool
) -> None:
    debts = [old(), make.debt("loan")]
    (found,) = [each for each in warned(debts=debts, **lists) if each.kind == "limitation"]
    said = "though what was written or agreed on 5 May 2026 may count as one" in found.text
    assert said is counts


def test_a_debt_that_was_overpaid_has_nothing_left_to_claim(warned: Warned) -> None:
    assert warned(debts=[old(balance="-5.00")]) == []


def test_periods_differ_by_country_and_end_in_court(warned: Warned) -> None:
    assert warned("US", debts=[make.debt(last_paid_on="2024-01-01")])
    assert not warned("GB", debts=[make.debt(last_paid_on="2024-01-01")])
    assert not warned(debts=[old(judgment_on="2022-01-01")])
    assert not warned(debts=[old(closed_on="2026-01-01")])


def test_a_token_payment_is_looked_at_after_half_a_year(warned: Warned) -> None:
    token = make.promise(amount="1.00", count=12)
    (found,) = warned(agreements=[token])
    assert (found.kind, found.on) == ("review", on("07-10"))
    assert warned(agreements=[token], today=on("05-10")) == []
    (late,) = warned(agreements=[token], today=on("08-20"))
    assert (late.kind, late.on) == ("review", on("07-10"))
    spoken = {"creditor": "bank", "channel": "phone", "direction": "out", "summary": "It stays."}
    for at, is_done in (("2026-07-09", False), ("2026-07-10", True)):
        contact = {"key": "c", "at": f"{at}T10:00:00+01:00", **spoken}
        left = warned(agreements=[token], contacts=[contact], today=on("08-20"))
        assert (left == []) is is_done
    renewed = make.promise("a2", amount="1.00", count=12, made_on="2026-07-20", supersedes="a1")
    assert warned(agreements=[token, renewed], today=on("08-20")) == []
    assert warned(agreements=[make.promise(count=12)]) == []


def test_a_freeze_that_ends_wants_to_be_asked_for_again(warned: Warned) -> None:
    frozen = make.promise(count=12)
    frozen["terms"] |= {"apr": "0", "apr_until": "2026-08-09"}
    (found,) = warned(agreements=[frozen])
    assert (found.kind, found.on) == ("freeze", on("08-09"))
    assert found.text == "The freeze of interest on Card ends: ask for it again"
    assert warned(agreements=[frozen], today=on("06-09")) == []


def test_a_moratorium_counts_down(warned: Warned) -> None:
    held = make.debt(moratoriums=[{"from": "2026-06-01", "to": "2026-07-30"}])
    (found,) = warned(debts=[held])
    assert (found.kind, found.on) == ("moratorium", on("07-30"))
    assert "for 51 days more" in found.text
    assert warned(debts=[held], today=on("07-31")) == []


def test_a_clock_can_be_put_off_without_its_agreement(tmp_path: Path) -> None:
    token = make.promise(amount="1.00", count=12)
    ledger = make.loaded(tmp_path / "one.db", make.document(agreements=[token]))
    reminders.put_off(ledger, "review", 1, until=on("06-20"), today=TODAY, name="a review")
    with ledger.reading() as session:
        view = today_queries.today(session, TODAY, 30, "GB")
    assert [view.is_put_off(each.record) for each in view.warnings] == [True]
    assert [view.is_put_off(each.record) for each in view.papers] == [False]
    ledger.close()
