"""The made-up household: a valid Accord JSON document, whatever day today is."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from store.demo import household
from store.rules import cadence, outcome
from store.rules.allotment import Allotter
from store.rules.outcome import Agreement, Instalment, Outcome, Payment, Standing
from store.rules.workdays import WeekendRule

TODAY = date(2026, 11, 23)
AWKWARD = [
    date(2024, 2, 29),
    date(2026, 1, 1),
    date(2026, 2, 28),
    date(2026, 3, 31),
    date(2027, 3, 1),
    date(2028, 2, 29),
    date(2026, 12, 31),
]
EVERY_DAY = [TODAY + timedelta(days=n) for n in range(400)]
SEEDED = [(7, [*EVERY_DAY, *AWKWARD]), (1, AWKWARD), (42, AWKWARD)]
FACTS = {"on", "made_on", "paid_on", "returned_on", "answered_on", "written_on", "done_on"}
FACTS |= {"ended_on", "closed_on", "balance_on", "starts_on"}
"""Fields that say when something happened; the other days may lie ahead."""

LISTS = {"creditors", "debts", "transfers", "situations", "contacts", "undertakings", "offers"}
LISTS |= {"agreements", "payments", "charges", "balances", "budget", "cash", "documents"}


def test_the_same_day_and_seed_give_the_same_household() -> None:
    assert json.dumps(household(TODAY, 11)) == json.dumps(household(TODAY, 11))


def test_another_seed_moves_payments_but_not_the_promises() -> None:
    one, other = household(TODAY, 1), household(TODAY, 2)
    assert one["payments"] != other["payments"]
    assert one["agreements"] == other["agreements"]


@pytest.mark.parametrize("today", AWKWARD)
def test_it_is_accord_json_on_awkward_days(today: date) -> None:
    document = household(today)
    assert json.loads(json.dumps(document)) == document
    assert document["accord"] == 1
    assert set(document) == LISTS | {"accord", "currency", "me"}


def test_six_creditors_hold_six_debts_in_several_states() -> None:
    document = household(TODAY)
    assert len(document["creditors"]) == len(document["debts"]) == 6
    assert {each["kind"] for each in document["creditors"]} >= {"bank", "utility", "authority"}
    assert {each["writing"] for each in document["agreements"]} == {
        *("unwritten", "requested", "received", "signed"),
    }
    statuses = {each["status"] for each in document["offers"]}
    assert statuses == {"open", "accepted", "declined", "countered", "lapsed"}
    assert [each["ended_how"] for each in document["agreements"] if "ended_how" in each] == [
        "completed"
    ]
    assert len(document["transfers"]) == 1
    assert [each["key"] for each in document["situations"] if each.get("private")]


def test_it_is_a_full_life_and_not_a_sample() -> None:
    document = household(TODAY)
    assert 100 <= len(document["payments"]) <= 130
    assert 25 <= len(document["contacts"]) <= 30
    assert {each["channel"] for each in document["contacts"]} == {
        *("phone", "email", "letter", "chat", "visit"),
    }
    summaries = [each["summary"] for each in document["contacts"]]
    assert len(set(summaries)) == len(summaries)
    assert all(20 < len(summary) < 300 for summary in summaries)
    assert [each["amount"] for each in document["budget"] if each["name"] == "Wages"] == [
        *("1475.00", "965.00", "1225.00"),
    ]


@pytest.mark.parametrize("today", [TODAY, *AWKWARD])
def test_it_spans_two_years(today: date) -> None:
    document = household(today)
    first = min(datetime.fromisoformat(each["at"]).date() for each in document["contacts"])
    assert 729 <= (today - first).days <= 734
    assert all((today - _day(each["paid_on"])).days < 731 for each in document["payments"])


@pytest.mark.parametrize("today", [TODAY, *AWKWARD])
def test_all_references_resolve(today: date) -> None:
    document = household(today)
    keys = {
        name: {each["key"] for each in document[f"{name}s"]}
        for name in ("creditor", "debt", "contact", "situation", "offer", "agreement", "document")
    }
    keyed = [each["key"] for name in LISTS for each in document[name] if "key" in each]
    assert len(keyed) == len(set(keyed))
    fields = {"creditor", "debt", "contact", "situation", "offer"}
    kinds = dict.fromkeys(fields) | {"to": "creditor", "supersedes": "agreement"}
    kinds |= {"countered_by": "offer"}
    for record in (each for name in LISTS for each in document[name]):
        for field, kind in kinds.items():
            assert field not in record or record[field] in keys[kind or field]
        for kind, key in record.get("of", {}).items():
            assert key in keys[kind]


def test_what_was_said_is_linked_to_the_contact_in_which_it_was_said() -> None:
    document = household(TODAY)
    contacts = {each["key"]: each for each in document["contacts"]}
    linked = [each for name in ("offers", "agreements") for each in document[name]]
    for each in (each for each in linked if "contact" in each):
        contact = contacts[each["contact"]]
        assert contact["debt"] == each["debt"]
        assert contact["at"].startswith(each.get("on") or each["made_on"])
    assert sum("contact" in each for each in document["agreements"]) == 8


def test_documents_are_small_texts() -> None:
    for each in household(TODAY)["documents"]:
        text = base64.b64decode(each["content"], validate=True).decode()
        assert each["media_type"] == "text/plain"
        assert 60 < len(text) < 600


def test_every_contact_before_the_sale_is_with_the_seller_and_after_it_with_the_collector() -> None:
    document = household(TODAY)
    sold = document["transfers"][0]
    talks = [each for each in document["contacts"] if each["debt"] == sold["debt"]]
    holders = {(each["creditor"], each["at"][:10] >= sold["on"]) for each in talks}
    assert holders == {("fernley", False), ("pellmoor", True)}


@pytest.mark.parametrize(("seed", "days"), SEEDED)
def test_nothing_happens_after_today_on_400_days_in_a_row(seed: int, days: list[date]) -> None:
    for today in days:
        noon = datetime(today.year, today.month, today.day, 12, tzinfo=UTC)
        document = household(today, seed)
        for field, value in _fields(document):
            if field == "at":
                assert datetime.fromisoformat(value) <= noon
            elif field in FACTS:
                assert _day(value) <= today, (today, field, value)


@pytest.mark.parametrize(("seed", "days"), SEEDED)
def test_promises_stand_as_told_on_400_days_in_a_row(seed: int, days: list[date]) -> None:
    for today in days:
        document = household(today, seed)
        standings = [(debt, each) for debt in _debts(document) for each in _stand(document, debt)]
        counts = Counter(each.outcome for _, each in standings)
        assert counts[Outcome.KEPT] > 70, today
        assert 4 <= counts[Outcome.LATE] <= 8, (today, counts)
        assert counts[Outcome.MISSED] == 2, (today, counts)
        assert counts[Outcome.PARTIAL] == 0
        assert counts[Outcome.DUE] == 1, (today, counts)
        assert counts[Outcome.RENEGOTIATED] == 13
        assert counts[Outcome.RENEGOTIATED_LATE] == 2
        open_now = {
            debt: each.instalment.due_on for debt, each in standings if each.outcome.is_open
        }
        assert set(open_now) == {debt for debt in _debts(document) if debt != "fernley-card"}
        month = today + timedelta(days=30)
        soon = [each for _, each in standings if today < each.instalment.due_on <= month]
        assert len(soon) >= 4, (today, soon)
        late = {debt: each.days_late for debt, each in standings if each.outcome.is_overdue}
        assert set(late) == {"wexley-tax", "fernley-loan"}
        assert 14 <= late["wexley-tax"] <= 26
        assert 8 <= late["fernley-loan"] <= 13


@pytest.mark.parametrize("seed", range(12))
def test_every_payment_pays_a_promised_instalment(seed: int) -> None:
    document = household(TODAY, seed)
    for debt in _debts(document):
        for payment, parts in _allotted(document, debt):
            assert sum(part.amount for part in parts) == payment.amount, (debt, payment)
            assert len(parts) == 1


def test_balances_in_letters_agree_with_the_payments_and_charges() -> None:
    document = household(TODAY)
    paid = sum(_pence(each["amount"]) for each in _of(document["payments"], "fernley-card"))
    assert paid == _pence(document["debts"][3]["balance"]) == 38600
    last = _of(document["balances"], "larkfield-card")[-1]
    settlement = next(each for each in document["offers"] if each["status"] == "open")
    since = [
        each for each in _of(document["payments"], "larkfield-card") if each["paid_on"] > last["on"]
    ]
    owed = _pence(last["amount"]) - sum(_pence(each["amount"]) for each in since)
    terms = settlement["terms"]
    assert _pence(terms["upfront"]) + _pence(terms["written_off"]) == owed


def test_the_schedules_add_up_to_what_was_owed() -> None:
    for today in [TODAY, *AWKWARD]:
        document = household(today)
        promised: Counter[str] = Counter()
        for each in document["agreements"]:
            promised[each["key"]] = sum(amount for _, amount in _schedule(each))
        assert promised["wexley-plan"] == 161200
        assert promised["beacontide-plan"] == 71640
        assert promised["catalogue-plan"] == 38600
        assert promised["danny-dates"] == 50000
        assert promised["larkfield-plan"] == 284000


def test_the_newest_cash_is_two_days_old_and_pays_what_falls_due_today() -> None:
    newest = max(household(TODAY)["cash"], key=lambda each: each["on"])
    assert _day(newest["on"]) == TODAY - timedelta(days=2)
    assert _pence(newest["amount"]) > 2400


# --- reading the document --------------------------------------------------------------------


def _day(text: str) -> date:
    return date.fromisoformat(text)


def _pence(text: str) -> int:
    return int(text.replace(".", ""))


def _fields(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, each in value.items():
            yield from _fields(each, key)
    elif isinstance(value, list):
        for each in value:
            yield from _fields(each, name)
    else:
        yield name, value


def _of(records: list[dict[str, Any]], debt: str) -> list[dict[str, Any]]:
    return [each for each in records if each["debt"] == debt]


def _debts(document: dict[str, Any]) -> list[str]:
    return [each["key"] for each in document["debts"]]


def _schedule(agreement: dict[str, Any]) -> list[tuple[date, int]]:
    """The instalments of an agreement, in pence."""
    if "instalments" in agreement:
        return [(_day(each["due_on"]), _pence(each["amount"])) for each in agreement["instalments"]]
    terms = agreement["terms"]
    days = cadence.due_dates(
        cadence.parse(terms["every"]),
        _day(terms["first_due"]),
        count=terms["count"],
        weekend=WeekendRule(terms.get("weekend", "none")),
    )
    amounts = [_pence(terms["amount"])] * len(days)
    amounts[-1] = _pence(terms.get("last_amount", terms["amount"]))
    return list(zip(days, amounts, strict=True))


def _promised(document: dict[str, Any], debt: str) -> tuple[list[Agreement], list[Instalment]]:
    agreements: list[Agreement] = []
    instalments: list[Instalment] = []
    records = _of(document["agreements"], debt)
    replaced = {each.get("supersedes"): _day(each["made_on"]) for each in records}
    for n, each in enumerate(records):
        ended = each.get("ended_on")
        agreements.append(
            Agreement(
                id=n,
                made_on=_day(each["made_on"]),
                grace_days=each.get("terms", {}).get("grace_days", 0),
                replaced_on=replaced.get(each["key"]),
                ended_on=_day(ended) if ended else None,
                ended_how=outcome.EndedHow(each["ended_how"]) if ended else None,
            )
        )
        for due_on, amount in _schedule(each):
            instalments.append(Instalment(len(instalments), n, due_on, amount))
    return agreements, instalments


def _allotted(document: dict[str, Any], debt: str) -> list[tuple[Payment, list[outcome.Allotment]]]:
    """The payments on a debt with what the rule of DESIGN section 3 says that they were for."""
    agreements, instalments = _promised(document, debt)
    allotter = Allotter(agreements, instalments)
    records = _of(document["payments"], debt)
    records.sort(key=lambda each: (each["paid_on"], "for" not in each, -_pence(each["amount"])))
    found = []
    for n, each in enumerate(records):
        back = each.get("returned_on")
        payment = Payment(
            n, _day(each["paid_on"]), _pence(each["amount"]), _day(back) if back else None
        )
        named = [one.id for one in instalments if one.due_on.isoformat() == each.get("for")]
        found.append((payment, allotter.allot(payment, named)))
    return found


def _stand(document: dict[str, Any], debt: str) -> list[Standing]:
    agreements, instalments = _promised(document, debt)
    allotted = _allotted(document, debt)
    today = _day(max(document["cash"], key=lambda each: each["on"])["on"]) + timedelta(days=2)
    allotments = [part for _, parts in allotted for part in parts]
    payments = [payment for payment, _ in allotted]
    return outcome.standings(agreements, instalments, payments, allotments, [], today)
