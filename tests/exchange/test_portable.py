"""Accord JSON in and out: nothing twice, nothing lost, nothing half, in any order."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from copy import deepcopy
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from store.exchange import portable
from store.ledger import balances, facts, payments
from store.records import checking, revisions
from store.records.database import Ledger
from store.rules.errors import BadInput
from tests import make
from tests.make import Json

TODAY = date(2026, 11, 23)
ANY = settings(max_examples=15, deadline=None, phases=[Phase.explicit, Phase.generate])


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger on a clock that stands still."""
    opened = make.empty(tmp_path / "my.accord", lambda: make.NOW)
    yield opened
    opened.close()


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Ledger]:
    """Another of these."""
    opened = make.empty(tmp_path / "other.accord", lambda: make.NOW)
    yield opened
    opened.close()


def load(ledger: Ledger, document: Json) -> portable.Report:
    return portable.load(ledger, json.dumps(document))


def dumped(ledger: Ledger) -> Json:
    found: Json = json.loads(portable.dump(ledger))
    return found


def bare(document: Json) -> Json:
    """A dump without when its records were entered."""
    return {
        name: [{k: v for k, v in each.items() if k != "recorded_at"} for each in records]
        for name, records in document.items()
        if isinstance(records, list)
    }


def shuffled(document: Json, random: Random) -> Json:
    return {
        name: random.sample(value, len(value)) if isinstance(value, list) else value
        for name, value in document.items()
    }


def outcomes(ledger: Ledger, as_of: date) -> list[tuple[str, int, str]]:
    """Every instalment's outcome and days late, with its due date."""
    with ledger.reading() as session:
        return sorted(
            (str(each.outcome), each.days_late, each.instalment.due_on.isoformat())
            for debt in facts.of_all(session).values()
            for each in debt.standings(as_of)
        )


# --- the household --------------------------------------------------------------------------


def test_the_household_has_the_outcomes_that_its_story_tells(ledger: Ledger) -> None:
    report = load(ledger, make.household())
    found = outcomes(ledger, TODAY)
    assert Counter(said for said, _, _ in found) == {
        "kept": 36,
        "late": 3,
        "missed": 2,
        "renegotiated": 37,
        "due": 1,
        "upcoming": 73,
    }
    assert sorted(days for said, days, _ in found if said == "late") == [3, 6, 12]
    assert sorted(on for said, _, on in found if said == "missed") == ["2026-10-31", "2026-11-10"]
    assert report.added["payments"] == 42
    assert str(report).startswith("6 creditors, 5 debts, 1 transfer, ")


def test_loading_the_household_again_adds_nothing_and_finds_no_difference(ledger: Ledger) -> None:
    load(ledger, make.household())
    before = portable.dump(ledger)
    report = load(ledger, make.household())
    assert (report.added, report.differences, str(report)) == (Counter(), [], "nothing new")
    assert portable.dump(ledger) == before


def test_the_household_may_be_in_any_order(ledger: Ledger, other: Ledger) -> None:
    load(ledger, make.household())
    load(other, shuffled(make.household(), Random(4)))
    assert portable.dump(ledger) == portable.dump(other)


def test_what_is_dumped_loads_back_to_an_equal_ledger(ledger: Ledger, other: Ledger) -> None:
    load(ledger, make.household())
    portable.load(other, portable.dump(ledger))
    assert portable.dump(other) == portable.dump(ledger)
    assert outcomes(other, TODAY) == outcomes(ledger, TODAY)


def test_when_something_was_entered_survives_a_dump(ledger: Ledger, tmp_path: Path) -> None:
    load(ledger, make.document(payments=[make.paid("02-01")]))
    later = make.empty(tmp_path / "later.accord")
    portable.load(later, portable.dump(ledger))
    assert portable.dump(later) == portable.dump(ledger)
    moment = "2026-02-01T12:00:00+02:00"
    load(later, make.document(payments=[make.paid("02-02", recorded_at=moment)]))
    assert "2026-02-01T10:00:00+00:00" in portable.dump(later)


# --- nothing twice --------------------------------------------------------------------------


def test_two_equal_payments_are_two(ledger: Ledger) -> None:
    twice = make.document(payments=[make.paid("02-01"), make.paid("02-01")])
    assert load(ledger, make.document(payments=[make.paid("02-01")])).added["payments"] == 1
    assert load(ledger, twice).added["payments"] == 1
    assert load(ledger, twice).added == Counter()
    assert len(dumped(ledger)["payments"]) == 2


@pytest.mark.parametrize("what", ["edited", "deleted"])
def test_a_loaded_payment_is_still_known_after_it_was_changed(ledger: Ledger, what: str) -> None:
    document = make.document(
        agreements=[make.promise()], payments=[make.paid("02-01"), make.paid("03-01")]
    )
    load(ledger, document)
    with ledger.reading() as session:
        payment = make.payments(session)[0]
    if what == "deleted":
        payments.delete(ledger, payment.id or 0, TODAY)
    else:
        payments.edit(
            ledger,
            payment.id or 0,
            version=payment.version,
            amount=1,
            paid_on=TODAY,
            today=TODAY,
        )
    before = portable.dump(ledger)
    assert load(ledger, document).added == Counter()
    assert portable.dump(ledger) == before


def test_after_undo_of_the_load_it_all_comes_again(ledger: Ledger) -> None:
    first = load(ledger, make.household())
    before = portable.dump(ledger)
    revisions.undo(ledger)
    assert dumped(ledger) == {"accord": 1}
    assert load(ledger, make.household()).added == first.added
    assert portable.dump(ledger) == before


def test_a_payment_that_was_typed_is_known_when_a_file_says_the_same(ledger: Ledger) -> None:
    load(ledger, make.document(agreements=[make.promise()]))
    payments.record(
        ledger,
        debt_id=make.debt_id(ledger),
        amount=10_000,
        paid_on=make.on("02-01"),
        today=TODAY,
    )
    for said in ({}, {"for": "2026-02-01"}, {"for": [{"due_on": "2026-02-01", "amount": "100"}]}):
        assert load(ledger, make.document(payments=[make.paid("02-01", **said)])).added == Counter()


def test_an_amount_says_the_same_with_fewer_decimals(ledger: Ledger) -> None:
    load(ledger, make.document(payments=[make.paid("02-01", "5.50")]))
    report = load(ledger, make.document(payments=[make.paid("02-01", "5.5")]))
    assert report.added == Counter()


def test_the_order_of_parts_makes_no_difference_to_an_existing_record(ledger: Ledger) -> None:
    document = make.document(
        debts=[make.debt(moratoriums=[{"from": "2026-05-01"}, {"from": "2026-03-01"}])],
        agreements=[
            make.promise(
                terms=None,
                instalments=[
                    {"due_on": "2026-03-01", "amount": "5"},
                    {"due_on": "2026-02-01", "amount": "5.00"},
                ],
            )
        ],
        budget=[
            {"name": "Pay", "kind": "income", "amount": "1", "every": "month", "days": [15, 1]}
        ],
    )
    load(ledger, document)
    report = load(ledger, document)
    assert (report.added, report.differences) == (Counter(), [])


def test_terms_without_a_count_make_no_difference_to_themselves(ledger: Ledger) -> None:
    terms = {"amount": "300.00", "every": "month", "first_due": "2026-02-01"}
    document = make.document(agreements=[make.promise(terms=terms)])
    load(ledger, document)
    assert [each[2] for each in outcomes(ledger, date(2026, 1, 15))] == [
        *("2026-02-01", "2026-03-01", "2026-04-01", "2026-05-01")
    ]
    assert load(ledger, document).differences == []


def test_differences_of_an_existing_key_are_reported_and_it_is_left_alone(ledger: Ledger) -> None:
    load(ledger, make.document())
    before = portable.dump(ledger)
    document = make.document(debts=[make.debt(name="Other", apr="5.0", balance="1000")])
    report = load(ledger, document)
    assert [(d.record, d.key, d.field, d.ledger, d.file) for d in report.differences] == [
        ("debt", "card", "apr", None, "5"),
        ("debt", "card", "name", "Card", "Other"),
    ]
    assert portable.dump(ledger) == before


# --- what payments were for -----------------------------------------------------------------


def parts(ledger: Ledger) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (each["paid_on"], [(part["due_on"], part["amount"]) for part in each["for"]])
        for each in dumped(ledger)["payments"]
    ]


def test_payments_are_entered_by_day_named_ones_first_then_larger_first(ledger: Ledger) -> None:
    document = make.document(
        agreements=[make.promise()],
        payments=[
            make.paid("06-01", "60.00"),
            make.paid("06-01", "70.00"),
            make.paid("06-01", "50.00", was_for="2026-02-01"),
            make.paid("05-30", "30.00"),
        ],
    )
    load(ledger, document)
    assert sorted(parts(ledger)) == [
        ("2026-05-30", [("2026-02-01", "30.00")]),
        ("2026-06-01", [("2026-02-01", "20.00"), ("2026-03-01", "50.00")]),
        ("2026-06-01", [("2026-02-01", "50.00")]),
        ("2026-06-01", [("2026-03-01", "50.00"), ("2026-04-01", "10.00")]),
    ]


def test_a_list_of_what_it_was_for_is_taken_as_it_is(ledger: Ledger) -> None:
    said = [{"due_on": "2026-04-01", "amount": "10"}, {"due_on": "2026-02-01", "amount": "5"}]
    load(
        ledger,
        make.document(agreements=[make.promise()], payments=[make.paid("02-01", was_for=said)]),
    )
    assert parts(ledger) == [("2026-02-01", [("2026-02-01", "5.00"), ("2026-04-01", "10.00")])]


def test_a_payment_may_be_for_nothing(ledger: Ledger, other: Ledger) -> None:
    document = make.document(agreements=[make.promise()], payments=[make.paid("02-01", was_for=[])])
    load(ledger, document)
    assert parts(ledger) == [("2026-02-01", [])]
    portable.load(other, portable.dump(ledger))
    assert parts(other) == parts(ledger)


def test_two_agreements_with_one_due_date_are_told_apart_in_any_order(
    ledger: Ledger, other: Ledger
) -> None:
    document = make.document(
        agreements=[make.promise("a1"), make.promise("a2", amount="70.00")],
        payments=[make.paid("02-01", "120.00")],
    )
    load(ledger, document)
    document["agreements"].reverse()
    load(other, document)
    assert portable.dump(other) == portable.dump(ledger)


def test_two_balances_of_one_day_give_one_balance_after_a_dump_too(
    ledger: Ledger, other: Ledger
) -> None:
    document = make.document(
        balances=[
            {"debt": "card", "on": "2026-03-01", "amount": "900.00"},
            {"debt": "card", "on": "2026-03-01", "amount": "1200.00"},
        ]
    )
    load(ledger, document)
    portable.load(other, portable.dump(ledger))
    found = []
    for each in (ledger, other):
        with each.reading() as session:
            found.append(balances.of_debts(session, TODAY)[make.debt_id(each)])
    assert found[0] == found[1]


# --- any document ---------------------------------------------------------------------------

NAMES = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=8)
TEXTS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
DAYS = st.integers(0, 300).map(lambda n: (date(2026, 1, 1) + timedelta(days=n)).isoformat())
DECIMALS = {"GBP": 2, "EUR": 2, "JPY": 0, "KWD": 3}
RATES = st.sampled_from(["0", "12.50", "24.9", "1e1"])


def maybe(fields: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Json]:
    """Any of these fields, or none."""
    return st.fixed_dictionaries({}, optional=fields)


def amounts(currency: str, least: int = 1) -> st.SearchStrategy[str]:
    places = DECIMALS[currency]

    def text(minor: int) -> str:
        sign, digits = "-" if minor < 0 else "", f"{abs(minor):0{places + 1}}"
        return f"{sign}{digits[:-places]}.{digits[-places:]}" if places else f"{sign}{digits}"

    return st.integers(least, 90_000).map(text)


@st.composite
def terms(draw: st.DrawFn, currency: str) -> Json:
    """Terms that promise something."""
    first, money = draw(DAYS), amounts(currency)
    every = draw(
        st.sampled_from(
            [{}, {"every": "2 weeks"}, {"every": "3 months"}, {"every": "year"}, {"every": "MONTH"}]
        )
    )
    return {
        "amount": draw(money),
        "first_due": first,
        **every,
        **({"count": draw(st.integers(1, 5))} if every else {}),
        **draw(
            maybe(
                {
                    "last_amount": money,
                    "upfront": money,
                    "upfront_on": DAYS,
                    "interest_accrues": st.booleans(),
                    "apr": RATES,
                    "apr_from": DAYS,
                    "apr_until": st.just("2027-11-30"),
                    "fees_waived": money,
                    "written_off": money,
                    "weekend": st.sampled_from(
                        ["none", "following", "preceding", "modified following"]
                    ),
                    "holidays": st.just("GB"),
                    "grace_days": st.integers(0, 9),
                    "paid_by": st.sampled_from(["me", "standing order", "provider"]),
                }
            )
        ),
        **draw(st.sampled_from([{}, {"defer_until": "2026-03-03", "deferral": "extend term"}])),
    }


@st.composite
def documents(draw: st.DrawFn) -> Json:
    """An Accord JSON file with every list and every field of the format, each there or not."""
    sides, moments = (
        st.sampled_from(["me", "creditor"]),
        st.sampled_from(
            [
                "2026-03-01T10:00:00+00:00",
                "2026-07-01T23:30:00.5+05:30",
                "2026-01-01T00:10:00-03:00",
            ]
        ),
    )
    entered = {"recorded_at": moments}
    said: Json = {name: [] for name in portable_lists()}
    names = draw(st.lists(NAMES, min_size=1, max_size=3, unique=True))
    for key in names:
        said["creditors"].append(
            {
                "key": key,
                "name": draw(TEXTS),
                "currency": draw(st.sampled_from(list(DECIMALS))),
                **draw(
                    maybe(
                        {
                            **dict.fromkeys(
                                ("kind", "phone", "email", "address", "website", "notes"), TEXTS
                            ),
                            "my_account_here": st.booleans(),
                            **entered,
                        }
                    )
                ),
            }
        )
    currency_of = {each["key"]: each["currency"] for each in said["creditors"]}
    for n, key in enumerate(draw(st.lists(st.sampled_from(names), max_size=3))):
        debt, currency = f"{key}-{n}", currency_of[key]
        money, signed = amounts(currency), amounts(currency, -500)
        moratorium = st.fixed_dictionaries(
            {"from": DAYS}, optional={"to": st.just("2027-01-01"), "note": TEXTS}
        )
        said["debts"].append(
            {
                "key": debt,
                "creditor": key,
                "name": draw(TEXTS),
                **draw(
                    maybe(
                        {
                            "reference": TEXTS,
                            "apr": RATES,
                            "priority": st.booleans(),
                            "consequence": TEXTS,
                            "contractual_payment": money,
                            "others_liable": TEXTS,
                            "stage": st.sampled_from(["none", "notice", "claim", "judgment"]),
                            **dict.fromkeys(("answer_by", "last_paid_on", "acknowledged_on"), DAYS),
                            **dict.fromkeys(("judgment_on", "closed_on"), DAYS),
                            "moratoriums": st.lists(moratorium, max_size=2),
                            **entered,
                        }
                    )
                ),
                **draw(
                    st.just({}) | st.fixed_dictionaries({"balance": signed, "balance_on": DAYS})
                ),
            }
        )
        same = [each for each in names if currency_of[each] == currency]
        for on in draw(st.lists(DAYS, max_size=2, unique=True)):
            said["transfers"].append(
                {"debt": debt, "to": draw(st.sampled_from(same)), "on": on,
                 **draw(maybe({"note": TEXTS, **entered}))}
            )  # fmt: skip
        for name, kinds in (
            ("charges", {"kind": st.sampled_from(["interest", "fee", "refund", "waiver"])}),
            ("balances", {}),
        ):
            one = st.fixed_dictionaries(
                {"debt": st.just(debt), "on": DAYS, "amount": money, **kinds},
                optional={"note" if kinds else "source": TEXTS, **entered},
            )
            said[name] += draw(st.lists(one, max_size=2))
        offers = [f"o{m}-{debt}" for m in range(draw(st.integers(0, 2)))]
        for m, offer in enumerate(offers):
            said["offers"].append(
                {
                    "key": offer,
                    "debt": debt,
                    "by": draw(sides),
                    "on": draw(DAYS),
                    "terms": draw(terms(currency)),
                    **draw(
                        maybe(
                            {
                                "status": st.sampled_from(["open", "accepted", "lapsed"]),
                                "answered_on": DAYS,
                                "answer_note": TEXTS,
                                "valid_until": DAYS,
                                **entered,
                            }
                        )
                    ),
                    **({"countered_by": offers[m + 1]} if offers[m + 1 :] else {}),
                }
            )
        said_agreements(draw, said, debt, currency, offers)
        said_payments(draw, said, debt, currency)
    said_around(draw, said, names, sides, moments)
    return {"accord": 1, "currency": "GBP", **{k: v for k, v in said.items() if v}}


def portable_lists() -> list[str]:
    return [
        *("creditors", "debts", "transfers", "situations", "contacts", "undertakings", "offers"),
        *("agreements", "payments", "left_out", "payees", "charges", "balances", "budget"),
        *("cash", "documents"),
    ]


def said_agreements(
    draw: st.DrawFn, said: Json, debt: str, currency: str, offers: list[str]
) -> None:
    """A chain of agreements on a debt, or two beside each other."""
    for m, made_on in enumerate(sorted(draw(st.lists(DAYS, max_size=3)))):
        instalment = st.fixed_dictionaries({"due_on": DAYS, "amount": amounts(currency)})
        outright = st.fixed_dictionaries(
            {"instalments": st.lists(instalment, min_size=1, max_size=4)}
        )
        by_terms = st.fixed_dictionaries({"terms": terms(currency)})
        ended = st.fixed_dictionaries(
            {
                "ended_on": DAYS.map(partial(max, made_on)),
                "ended_how": st.sampled_from(["completed", "advice", "broken"]),
            }
        )
        either: st.SearchStrategy[Json] = st.just({}) | ended
        optional: dict[str, st.SearchStrategy[Any]] = {
            "capacity": amounts(currency),
            "writing": st.sampled_from(["unwritten", "requested", "received", "signed"]),
            "written_on": DAYS,
            "checklist": st.dictionaries(NAMES, st.booleans() | TEXTS, max_size=2),
        }
        if offers:
            optional["offer"] = st.sampled_from(offers)
        if m:
            optional["supersedes"] = st.just(f"a{m - 1}-{debt}")
        said["agreements"].append(
            {
                "key": f"a{m}-{debt}",
                "debt": debt,
                "made_on": made_on,
                **draw(by_terms | outright),
                **draw(either),
                **draw(maybe(optional)),
            }
        )


def said_payments(draw: st.DrawFn, said: Json, debt: str, currency: str) -> None:
    """Payments on a debt: for what the rule says, for a day, for a list, for nothing."""
    due = [
        each["due_on"]
        for agreement in said["agreements"]
        if agreement["debt"] == debt
        for each in agreement.get("instalments", ())
    ]
    least = {"GBP": "0.01", "EUR": "0.01", "JPY": "1", "KWD": "0.001"}[currency]
    for m in range(draw(st.integers(0, 4))):
        was_for: st.SearchStrategy[Any] = st.just([])
        if due:
            one = st.sampled_from(due)
            listed = one.map(lambda day: [{"due_on": day, "amount": least}])
            was_for |= one | listed
        paid_on = draw(DAYS)
        optional = {
            "key": st.just(f"p{m}-{debt}"),
            "method": TEXTS,
            "reference": TEXTS,
            "note": TEXTS,
            "returned_on": st.just("2026-12-01"),
            "for": was_for,
            "statement": st.lists(
                st.fixed_dictionaries(
                    {"booked_on": DAYS, "amount": amounts(currency, -500)},
                    optional=dict.fromkeys(("account", "payee", "memo", "id"), TEXTS),
                ),
                max_size=2,
            ),
            "recorded_at": st.just("2026-12-02T10:00:00+00:00"),
        }
        amount = draw(amounts(currency))
        said["payments"].append(
            {"debt": debt, "paid_on": paid_on, "amount": amount, **draw(maybe(optional))}
        )
    line = st.fixed_dictionaries(
        {"booked_on": DAYS, "amount": amounts(currency, -500), "currency": st.just(currency)},
        optional=dict.fromkeys(("account", "payee", "memo", "id"), TEXTS),
    )
    said["left_out"] += draw(st.lists(line, max_size=1))
    for key in draw(st.lists(NAMES, max_size=1)):
        said["payees"].append({"key": f"{key} {debt}", **draw(maybe({"debt": st.just(debt)}))})


def said_around(
    draw: st.DrawFn,
    said: Json,
    names: list[str],
    sides: st.SearchStrategy[str],
    moments: st.SearchStrategy[str],
) -> None:
    """Situations, contacts, undertakings, the budget, cash and documents."""
    debts = [each["key"] for each in said["debts"]]
    for key in draw(st.lists(NAMES, max_size=2, unique=True)):
        more = draw(maybe({"until": DAYS, "private": st.booleans()}))
        said["situations"].append({"key": key, "on": draw(DAYS), "text": draw(TEXTS), **more})
    situations = [each["key"] for each in said["situations"]]
    for key in draw(st.lists(NAMES, max_size=2, unique=True)):
        optional = dict.fromkeys(("person", "reference", "hardship"), TEXTS)
        if debts:
            optional["debt"] = st.sampled_from(debts)
        if situations:
            optional["situation"] = st.sampled_from(situations)
        said["contacts"].append(
            {
                "key": key,
                "creditor": draw(st.sampled_from(names)),
                "at": draw(moments),
                "channel": draw(TEXTS),
                "direction": draw(st.sampled_from(["out", "in"])),
                "summary": draw(TEXTS),
                **draw(maybe(optional)),
            }
        )
        owner = draw(st.sampled_from([("contact", key), ("creditor", names[0])]))
        more = draw(maybe({"due_on": DAYS, "done_on": DAYS}))
        said["undertakings"].append(
            {owner[0]: owner[1], "by": draw(sides), "text": draw(TEXTS), **more}
        )
    every: st.SearchStrategy[Json] = st.sampled_from(
        [{}, {"every": "week"}, {"every": "month", "days": [15, 1]}]
    )
    for currency in draw(st.lists(st.sampled_from(list(DECIMALS)), max_size=2)):
        own = draw(st.sampled_from([{"currency": currency}, {}]))
        money = amounts(own.get("currency", "GBP"))
        line = {"name": draw(TEXTS), "amount": draw(money), **own, **draw(every)}
        kind = draw(st.sampled_from(["income", "essential", "saving"]))
        more = draw(
            maybe(
                {
                    **dict.fromkeys(("next_on", "starts_on", "ends_on"), DAYS),
                    "weekend": st.sampled_from(["none", "preceding"]),
                }
            )
        )
        if "days" in line and "next_on" in more:
            more["next_on"] = f"{more['next_on'][:8]}15"
        if {"starts_on", "ends_on"} <= more.keys():
            more["starts_on"], more["ends_on"] = sorted((more["starts_on"], more["ends_on"]))
        said["budget"].append({**line, "kind": kind, **more})
        said["cash"] += [{"on": draw(DAYS), "amount": draw(money), **own}] * 2
    owners: list[tuple[str, list[str]]] = [
        ("creditor", names),
        ("debt", debts),
        ("contact", [each["key"] for each in said["contacts"]]),
        ("agreement", [each["key"] for each in said["agreements"]]),
        ("payment", [each["key"] for each in said["payments"] if "key" in each]),
    ]
    for n, (owner_name, keys) in enumerate(owners):
        wanted = draw(st.booleans())
        if keys and wanted:
            content = base64.b64encode(draw(st.binary(min_size=1, max_size=20))).decode()
            said["documents"].append(
                {
                    "key": f"d{n}",
                    "name": draw(TEXTS),
                    "media_type": "application/pdf",
                    "content": content,
                    "of": {owner_name: draw(st.sampled_from(keys))},
                }
            )


@ANY
@given(documents(), st.randoms(use_true_random=False))
def test_any_document_survives_dumping_loading_and_shuffling(
    tmp_path_factory: pytest.TempPathFactory, document: Json, random: Random
) -> None:
    folder = tmp_path_factory.mktemp("any")
    ledgers = [make.empty(folder / f"{n}.accord", lambda: make.NOW) for n in range(3)]
    first, again, mixed = ledgers
    load(first, document)
    said = portable.dump(first)
    assert portable.dump(first) == said
    counts = {name: len(records) for name, records in document.items() if name in portable_lists()}
    assert {
        name: len(each) for name, each in json.loads(said).items() if name != "accord"
    } == counts

    report = load(first, document)
    assert (report.added, report.differences) == (Counter(), [])
    report = portable.load(first, said)
    assert (report.added, report.differences) == (Counter(), [])

    portable.load(again, said)
    assert portable.dump(again) == said
    load(mixed, shuffled(document, random))
    assert portable.dump(mixed) == said

    for as_of in (date(2026, 6, 1), date(2027, 6, 1)):
        assert outcomes(again, as_of) == outcomes(first, as_of) == outcomes(mixed, as_of)
    with first.reading() as session:
        assert list(checking.damage(session)) == []
    for each in ledgers:
        each.close()


def test_equal_ledgers_dump_equal_text_whatever_came_first(ledger: Ledger, other: Ledger) -> None:
    one = make.document(payments=[make.paid("02-01"), make.paid("03-01", "5.00")])
    load(ledger, one)
    load(other, make.document(payments=[make.paid("03-01", "5.00")]))
    load(other, one)
    assert portable.dump(other) == portable.dump(ledger)


# --- what cannot be -------------------------------------------------------------------------


def wrong(change: Any, *place: Any) -> Json:
    """A good file but for the value at a place; `...` takes it out."""
    document = make.document(
        contacts=[
            {"key": "c1", "creditor": "bank", "at": "2026-01-05T10:00:00+00:00",
             "channel": "phone", "direction": "out", "summary": "Told them"}
        ],
        agreements=[make.promise(), make.promise("a2", made_on="2026-03-01")],
        payments=[make.paid("02-01"), make.paid("03-01", key="p2")],
        documents=[
            {"key": "d1", "name": "n", "media_type": "text/plain", "content": "aGk=",
             "of": {"debt": "card"}}
        ],
    )  # fmt: skip
    document["debts"].append(make.debt("loan"))
    document["agreements"].append(make.promise("a3", debt="loan"))
    found: Any = document
    for step in place[:-1]:
        found = found[step]
    if change is ...:
        del found[place[-1]]
    else:
        found[place[-1]] = deepcopy(change)
    return document


def test_the_file_that_is_spoilt_below_is_good(ledger: Ledger) -> None:
    assert load(ledger, wrong("Bank", "creditors", 0, "name")).added["agreements"] == 3


FOR = "for"
REFUSED = [
    # What is wrong, where, and what must be named: the record and the field.
    ("x", ("debts", 0, "colour"), "debt card", "colour"),
    ("x", ("agreements", 0, "terms", "colour"), "agreement a1", "terms.colour"),
    ("x", ("colour",), "", "colour"),
    (..., ("debts", 0, "name"), "debt card", "name"),
    (..., ("payments", 0, "paid_on"), "payment no. 1", "paid_on"),
    (12, ("creditors", 0, "name"), "creditor bank", "name"),
    ("yes", ("debts", 0, "priority"), "debt card", "priority"),
    ("4", ("agreements", 0, "terms", "count"), "agreement a1", "terms.count"),
    ({}, ("payments",), "", "payments"),
    ([1], ("payments",), "payment no. 1", ""),
    (50.0, ("payments", 0, "amount"), "payment no. 1", "amount"),
    (50, ("payments", 1, "amount"), "payment p2", "amount"),
    ("-1.00", ("payments", 0, "amount"), "payment no. 1", "amount"),
    ("0.00", ("payments", 0, "amount"), "payment no. 1", "amount"),
    ("1.005", ("payments", 0, "amount"), "payment no. 1", "amount"),
    ("1,00", ("payments", 0, "amount"), "payment no. 1", "amount"),
    ("0", ("agreements", 0, "terms", "amount"), "agreement a1", "terms.amount"),
    ("-5", ("agreements", 0, "capacity"), "agreement a1", "capacity"),
    ("loam", ("payments", 0, "debt"), "payment no. 1", "debt"),
    ("bang", ("debts", 0, "creditor"), "debt card", "creditor"),
    ("bang", ("contacts", 0, "creditor"), "contact c1", "creditor"),
    ("c9", ("agreements", 0, "contact"), "agreement a1", "contact"),
    ("o9", ("agreements", 0, "offer"), "agreement a1", "offer"),
    ("a9", ("agreements", 0, "supersedes"), "agreement a1", "supersedes"),
    ("2026-02-30", ("payments", 0, "paid_on"), "payment no. 1", "paid_on"),
    ("1 Feb", ("payments", 0, "paid_on"), "payment no. 1", "paid_on"),
    ("2026-01-05T10:00:00", ("contacts", 0, "at"), "contact c1", "at"),
    ("a3", ("agreements", 1, "supersedes"), "agreement a2", "supersedes"),
    ("a1", ("agreements", 0, "supersedes"), "a1", "supersedes"),
    ("a2", ("agreements", 0, "supersedes"), "agreement a1", "made_on"),
    ("a1", ("agreements", 1, "key"), "agreement a1", "key"),
    ("2026-01-31", ("payments", 0, "returned_on"), "payment no. 1", "returned_on"),
    ([{"due_on": "2026-02-01", "amount": "100.01"}], ("payments", 0, FOR), "payment no. 1", FOR),
    ("2026-02-02", ("payments", 0, FOR), "payment no. 1", FOR),
    ([{"due_on": "2026-02-02", "amount": "1"}], ("payments", 0, FOR), "payment no. 1", FOR),
    ([{"due_on": "2026-02-01", "amount": "0"}], ("payments", 0, FOR), "payment no. 1", FOR),
    ("aGk", ("documents", 0, "content"), "document d1", "content"),
    ("h*llo===", ("documents", 0, "content"), "document d1", "content"),
    ("", ("documents", 0, "content"), "document d1", "content"),
    ({"debt": "loam"}, ("documents", 0, "of"), "document d1", "of"),
    ({"debt": "card", "payment": "p2"}, ("documents", 0, "of"), "document d1", "of"),
    ("-1", ("debts", 0, "apr"), "debt card", "apr"),
    ("NaN", ("debts", 0, "apr"), "debt card", "apr"),
    ("-0.1", ("agreements", 0, "terms", "apr"), "agreement a1", "apr"),
    ("XYZ", ("currency",), "creditor bank", "currency"),
    ("2026-05-01", ("agreements", 0, "ended_on"), "agreement a1", "ended_how"),
    (..., ("debts", 0, "balance_on"), "debt card", "balance_on"),
    ("fortnight", ("agreements", 0, "terms", "every"), "agreement a1", "every"),
    (..., ("agreements", 0, "terms"), "agreement a1", "terms"),
    ([], ("agreements", 0, "instalments"), "agreement a1", "instalments"),
    ([{"from": "2026-02-01", "to": "2026-01-01"}], ("debts", 0, "moratoriums"), "debt card",
     "moratoriums"),
    ({"creditor": "bank", "x": float("nan")}, ("agreements", 0, "checklist"), "agreement a1",
     "checklist"),
    ({"amount": "1", "first_due": "2026-02-01", "apr_from": "2026-03-01",
      "apr_until": "2026-02-01"}, ("agreements", 0, "terms"), "agreement a1", "apr_until"),
]  # fmt: skip


LONG_AGO = "2026-01-02T10:00:00+00:00"


@pytest.mark.parametrize(
    ("terms", "said"),
    [
        ({"amount": "9.00"}, "In offer o1, field amount: This would never end: interest at 12 % "),
        (
            {"count": 3, "defer_until": "2026-06-01", "deferral": "last instalment"},
            "In offer o1, field defer_until: The deferral until 1 June 2026 leaves no instalment",
        ),
        ({"until": "2026-01-20"}, "In offer o1, field until: The last day (20 January 2026) is"),
    ],
)
def test_an_offer_that_cannot_be_is_refused_as_by_its_form(
    ledger: Ledger, other: Ledger, terms: Json, said: str
) -> None:
    regular = {"amount": "50.00", "every": "month", "first_due": "2026-02-01"}
    offer = {"key": "o1", "debt": "card", "by": "me", "on": "2026-01-10", "terms": regular | terms}
    document = make.document(
        debts=[make.debt(balance="500.00", apr="12")],
        # By its day this much is owed.
        balances=[{"debt": "card", "on": "2026-01-05", "amount": "1000.00"}],
        offers=[offer],
    )
    with pytest.raises(BadInput) as refused:
        load(ledger, document)
    assert refused.value.message.startswith(said)
    assert refused.value.message.count(". ") == 0
    assert portable.dump(ledger) == portable.dump(other)
    # What a ledger has already could be when it was entered: it comes back whatever changed since.
    offer["recorded_at"] = LONG_AGO
    load(ledger, document)
    load(other, json.loads(portable.dump(ledger)))
    assert portable.dump(other) == portable.dump(ledger)


def test_an_offer_may_leave_open_what_an_agreement_must_say(ledger: Ledger) -> None:
    offers = [
        {"key": "o1", "debt": "card", "by": "me", "on": "2025-01-10", "terms": {"apr": "0"}},
        # Nobody knows what was owed then.
        {"key": "o2", "debt": "card", "by": "me", "on": "2025-01-10",
         "terms": {"amount": "1.00", "every": "month", "first_due": "2025-02-01"}},
    ]  # fmt: skip
    document = make.document(debts=[make.debt(apr="24")], offers=offers)
    assert load(ledger, document).added["offers"] == 2


@pytest.mark.parametrize(("change", "place", "record", "field"), REFUSED)
def test_what_cannot_be_is_refused_by_record_and_field_and_changes_nothing(
    ledger: Ledger, change: Any, place: tuple[Any, ...], record: str, field: str
) -> None:
    load(ledger, {"accord": 1, "cash": [{"on": "2026-01-01", "amount": "1", "currency": "GBP"}]})
    before = portable.dump(ledger)
    with pytest.raises(BadInput) as error:
        load(ledger, wrong(change, *place))
    message = error.value.message
    assert record in message
    assert field in message
    assert message.endswith(".")
    assert "\n" not in message
    assert portable.dump(ledger) == before
    with ledger.reading() as session:
        assert list(checking.damage(session)) == []


def test_one_agreement_is_replaced_by_one_other_only(ledger: Ledger) -> None:
    document = wrong("a1", "agreements", 1, "supersedes")
    load(ledger, document)
    third = make.promise("a4", made_on="2026-04-01", supersedes="a1")
    with pytest.raises(BadInput, match=r"agreement a4, field supersedes: .*replaced already"):
        load(ledger, make.document(agreements=[third]))
    document["agreements"].append(third)
    with pytest.raises(BadInput, match="field supersedes"):
        load(ledger, document)


def test_agreements_that_replace_each_other_are_refused(ledger: Ledger) -> None:
    document = make.document(
        agreements=[make.promise("a1", supersedes="a2"), make.promise("a2", supersedes="a1")]
    )
    with pytest.raises(BadInput, match=r"In agreement a\d, field supersedes: .*itself"):
        load(ledger, document)


def test_what_is_merely_unwise_is_loaded(ledger: Ledger) -> None:
    promise = make.promise()
    promise["terms"]["last_amount"] = "5000.00"
    load(ledger, make.document(agreements=[promise], payments=[make.paid("02-01", "9000.00")]))
    assert len(outcomes(ledger, TODAY)) == 4


@pytest.mark.parametrize(
    "text",
    ["", "{", "nonsense", "[]", "12", '"text"', "null", "{}", '{"accord": 2}', '{"accord": "1"}',
     '{"accord": true}',
     '{"creditors": []}', '{"accord": 1} x', b"\xff\xfe", "[" * 5000],
)  # fmt: skip
def test_what_is_no_accord_json_is_said_to_be_none(ledger: Ledger, text: str | bytes) -> None:
    with pytest.raises(BadInput) as error:
        portable.load(ledger, text)
    assert "JSON" in error.value.message
    assert "\n" not in error.value.message
    assert dumped(ledger) == {"accord": 1}


def test_an_undertaking_left_to_its_contact_is_known_again_after_a_dump(tmp_path: Path) -> None:
    document = make.document(
        contacts=[
            {"key": "c1", "creditor": "bank", "at": "2026-01-05T10:00:00+00:00",
             "channel": "phone", "direction": "out", "summary": "Asked for time."}
        ],
        undertakings=[{"contact": "c1", "by": "creditor", "text": "Write"}],
    )  # fmt: skip
    first = make.loaded(tmp_path / "first.accord", document)
    second = make.loaded(tmp_path / "second.accord", dumped(first))
    assert not load(second, document).added


@pytest.mark.parametrize(
    ("lists", "field"),
    [
        (
            {
                "agreements": [
                    make.promise(ended_on="2026-01-09", ended_how="creditor")
                ]
            },
            "ended_on",
        ),
        (
            {
                "budget": [
                    {"name": "Rent", "kind": "essential", "amount": "1", "every": "month",
                     "starts_on": "2026-02-01", "ends_on": "2026-01-31"}
                ]
            },
            "ends_on",
        ),
        (
            {
                "budget": [
                    {"name": "Rent", "kind": "essential", "amount": "1", "every": "month",
                     "days": [1, 15], "next_on": "2026-02-02"}
                ]
            },
            "next_on",
        ),
    ],
)  # fmt: skip
def test_days_that_cannot_be_are_refused(tmp_path: Path, lists: Json, field: str) -> None:
    ledger = make.empty(tmp_path / "x.accord")
    with pytest.raises(BadInput) as refused:
        load(ledger, make.document(**lists))
    assert refused.value.field == field
    assert dumped(ledger) == {"accord": 1}


def test_a_load_can_be_stopped_without_harm(ledger: Ledger) -> None:
    before = portable.dump(ledger)
    told: list[float] = []

    def stop(share: float) -> None:
        told.append(share)
        if share > 0.5:
            raise KeyboardInterrupt

    many = [make.paid("02-01", f"{n}.00") for n in range(1, 900)]
    text = json.dumps(make.document(payments=many))
    with pytest.raises(KeyboardInterrupt):
        portable.load(ledger, text, stop)
    assert told == sorted(told)
    assert portable.dump(ledger) == before
    assert portable.load(ledger, text).added["payments"] == 899
