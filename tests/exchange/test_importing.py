"""A statement held against a ledger: what its lines are, and what is recorded of them."""

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from store.exchange import importing, portable
from store.exchange.importing import Choices, Review
from store.exchange.matching import Choice, Status
from store.exchange.statements.line import Mapping, Statement, StatementLine
from store.ledger import payments, queries
from store.records import checking, revisions, tables
from store.records.database import Ledger
from store.rules.errors import BadInput, Stale
from tests import make
from tests.make import Json, on

TODAY = date(2026, 11, 23)

NOISE: tuple[Callable[[str], str], ...] = (
    str.upper,
    str,
    lambda name: f"{name.upper()} PLC 08457 LONDON GB",
    lambda name: f"DD {name[:14].upper()}",
    lambda name: f"CARD PAYMENT TO {name},{name.upper()} 12.40",
    lambda name: f"{name.replace(' ', '').upper()}*7731",
    lambda name: f"FASTER PAYMENT {name[:9]}{name[10:]}",
)


def line(
    booked_on: str, amount: str, payee: str = "", memo: str = "", **fields: Any
) -> StatementLine:
    """A line of a statement in pounds; an amount of money that went out has a minus."""
    minor = round(float(amount) * 100)
    said = {"account": "GB01", "currency": "GBP", "id": "", **fields}
    return StatementLine(booked_on=on(booked_on), amount=minor, payee=payee, memo=memo, **said)


def review(ledger: Ledger, *lines: StatementLine, **choices: Any) -> Review:
    """What lines are to a ledger."""
    with ledger.reading() as session:
        return importing.review(session, Statement("ofx", lines), TODAY, Choices(**choices))


def statuses(found: Review) -> list[str]:
    return [each.status.value for each in found.matches]


def due(found: Review) -> list[list[str]]:
    """For each line, the days of what it is for."""
    return [
        [found.instalments[key].due_on.isoformat() for key, _ in each.parts]
        for each in found.matches
    ]


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    """A card of one bank, agreed to be paid with 100.00 a month from February on."""
    document = make.document(agreements=[make.promise()])
    document["creditors"] = [{"key": "northbank", "name": "Northbank"}]
    document["debts"] = [make.debt(creditor="northbank", reference="NB-4471-0092")]
    return make.loaded(tmp_path / "ledger.db", document)


def household_lines(document: Json, seed: int) -> list[StatementLine]:
    """The household's own payments as its bank would tell them, and other spending among them."""
    chance = random.Random(seed)
    debts = {each["key"]: each for each in document["debts"]}
    names = {each["key"]: each["name"] for each in document["creditors"]}
    lines: list[StatementLine] = []
    for number, paid in enumerate(document["payments"]):
        debt, day = debts[paid["debt"]], date.fromisoformat(paid["paid_on"])
        holder = debt["creditor"]
        for moved in document["transfers"]:
            if moved["debt"] == debt["key"] and date.fromisoformat(moved["on"]) <= day:
                holder = moved["to"]
        payee = chance.choice(NOISE)(names[holder])
        memo = chance.choice(["", f"REF {chance.randrange(10**8)}", debt.get("reference", "")])
        amount = f"-{paid['amount']}"
        lines.append(line(paid["paid_on"], amount, payee, memo, id=f"P{number}"))
        if back := paid.get("returned_on"):
            lines.append(line(back, paid["amount"], payee, "RETURNED UNPAID", id=f"R{number}"))
    for number in range(60):
        day = date(2026, 1, 10) + timedelta(days=chance.randrange(300))
        shop = chance.choice(["TESCO STORES 3321", "SHELL", "Netflix.com", "AMZN Mktp", "Boots"])
        amount = f"-{chance.randrange(200, 9900) / 100:.2f}"
        lines.append(line(day.isoformat(), amount, shop, "", id=f"S{number}"))
    lines.append(line("2026-10-28", "1900.00", "ACME LTD SALARY", "", id="W1"))
    chance.shuffle(lines)
    return lines


def allotted(ledger: Ledger) -> list[tuple[str, str, int, list[tuple[str, int]]]]:
    """Every payment by debt and day, with what it is for."""
    with ledger.reading() as session:
        due_on = {each.id: each.due_on for each in session.exec(select(tables.Instalment))}
        keys = {each.id: each.key for each in session.exec(select(tables.Debt))}
        parts = list(session.exec(select(tables.Allotment)))
        return sorted(
            (
                keys[paid.debt_id],
                f"{paid.paid_on} {paid.returned_on}",
                paid.amount,
                sorted(
                    (due_on[each.instalment_id].isoformat(), each.amount)
                    for each in parts
                    if each.payment_id == paid.id
                ),
            )
            for paid in session.exec(select(tables.Payment))
        )


@pytest.mark.parametrize("seed", range(6))
def test_a_households_own_payments_are_all_matched_to_the_right_instalments(
    tmp_path: Path, seed: int
) -> None:
    whole = make.household()
    ledger = make.loaded(tmp_path / "ledger.db", {**whole, "payments": []})
    lines = household_lines(whole, seed)
    found = review(ledger, *lines)
    ours = [each for each in found.matches if each.line.id[0] in "PR"]
    assert {each.status for each in ours} == {Status.SURE, Status.RETURNED}
    assert not [each for each in found.matches if each.is_sure and each not in ours]
    done = importing.record(ledger, found, TODAY)
    assert (done.recorded, done.linked, done.returned) == (42, 0, 1)
    expected = make.loaded(tmp_path / "expected.db", whole)
    assert allotted(ledger) == allotted(expected)
    again = review(ledger, *lines)
    assert not again.sure
    assert importing.record(ledger, again, TODAY) == importing.Imported()
    assert allotted(ledger) == allotted(expected)


@pytest.mark.parametrize("seed", range(3))
def test_payments_that_were_logged_by_hand_are_found_again_and_not_doubled(
    tmp_path: Path, seed: int
) -> None:
    whole = make.household()
    ledger = make.loaded(tmp_path / "ledger.db", whole)
    before = allotted(ledger)
    lines = household_lines(whole, seed)
    found = review(ledger, *lines)
    done = importing.record(ledger, found, TODAY)
    assert (done.recorded, done.linked, done.returned) == (0, 43, 0)
    assert allotted(ledger) == before
    with ledger.reading() as session:
        keys = {each.id: each.key for each in session.exec(select(tables.Debt))}
        assert len(list(session.exec(select(tables.StatementLine)))) == 43
    told = [each for each in found.matches if each.line.id.startswith("P")]
    assert all(each.debt_id in keys and (each.parts or each.line.amount) for each in told)
    assert not review(ledger, *lines).sure


def test_a_reference_points_to_its_debt_however_the_bank_writes_it(ledger: Ledger) -> None:
    for said in ("NB-4471-0092", "nb44710092", "REFNB 4471 0092/11", "pay NB.4471.0092 thanks"):
        (found,) = review(ledger, line("02-01", "-7.77", "BACS 11", said)).matches
        assert (found.status, found.reason) == (Status.SURE, "reference NB-4471-0092")
    for said in ("NB-4471-00921", "NB-4471", "4471 0092"):
        (found,) = review(ledger, line("02-20", "-7.77", "BACS 11", said)).matches
        assert found.status is Status.UNMATCHED


def test_amount_and_date_never_make_a_named_payee_unsure(ledger: Ledger) -> None:
    (found,) = review(ledger, line("09-17", "-3.21", "Northbank")).matches
    assert (found.status, found.reason) == (Status.SURE, "payee Northbank")


def test_what_only_fits_by_amount_and_day_is_doubtful(ledger: Ledger) -> None:
    found = review(
        ledger, line("02-03", "-100.00", "TFR 2231"), line("02-20", "-100.00", "TFR 2231")
    )
    assert statuses(found) == ["doubtful", "unmatched"]
    assert due(found) == [["2026-02-01"], []]
    assert not found.sure


def test_the_lines_of_a_file_follow_each_other_onto_instalments(ledger: Ledger) -> None:
    found = review(
        ledger,
        line("03-20", "-100.00", "NORTHBANK"),
        line("02-01", "-150.00", "NORTHBANK"),
    )
    assert due(found) == [["2026-04-01"], ["2026-02-01", "2026-03-01"]] or due(found) == [
        ["2026-03-01", "2026-04-01"],
        ["2026-02-01", "2026-03-01"],
    ]


def test_of_two_debts_of_one_creditor_amount_and_day_choose(tmp_path: Path) -> None:
    document = make.document(
        debts=[make.debt(), make.debt("loan")],
        agreements=[make.promise(), make.promise("a2", amount="60.00", debt="loan")],
    )
    document["creditors"] = [{"key": "northbank", "name": "Northbank"}]
    for each in document["debts"]:
        each["creditor"] = "northbank"
    ledger = make.loaded(tmp_path / "two.db", document)
    found = review(
        ledger,
        line("02-02", "-60.00", "NORTHBANK"),
        line("02-03", "-100.00", "NORTHBANK"),
        line("02-04", "-33.00", "NORTHBANK"),
        line("06-20", "-33.00", "NORTHBANK PERSONAL LOAN"),
    )
    keys = {id_: each.key for id_, each in found.debts.items()}
    assert [keys[each.debt_id or 0] for each in found.matches[:2]] == ["loan", "card"]
    assert statuses(found) == ["sure", "sure", "doubtful", "sure"]
    assert keys[found.matches[3].debt_id or 0] == "loan"
    assert len(found.matches[2].rivals) == 1


def test_a_payee_that_was_named_once_is_known_from_then_on(ledger: Ledger) -> None:
    first, later = (line(day, "-20.00", "ZX Coll 4431") for day in ("02-20", "03-20"))
    assert statuses(review(ledger, first, later)) == ["unmatched", "unmatched"]
    key = importing.payee_key(first)
    found = review(ledger, first, payees={key: make.debt_id(ledger)})
    assert statuses(found) == ["sure"]
    importing.record(ledger, found, TODAY)
    found = review(ledger, first, later)
    assert statuses(found) == ["duplicate", "sure"]
    assert found.matches[1].reason == "a payee that you named before"


def test_a_payee_that_is_ignored_stays_ignored(ledger: Ledger) -> None:
    shop = line("02-01", "-100.00", "NORTHBANK ARENA TICKETS")
    found = review(ledger, shop, payees={importing.payee_key(shop): None})
    assert (statuses(found), found.sure) == (["ignored"], ())
    importing.record(ledger, found, TODAY)
    assert statuses(review(ledger, shop)) == ["ignored"]
    # A reference in it changes nothing.
    assert statuses(review(ledger, replace(shop, memo="NB-4471-0092"))) == ["ignored"]
    revisions.undo(ledger)
    assert statuses(review(ledger, shop)) == ["doubtful"]


def test_the_bank_that_keeps_my_account_is_not_taken_for_its_debt(tmp_path: Path) -> None:
    document = make.document(agreements=[make.promise()])
    document["creditors"] = [{"key": "bank", "name": "Northbank", "my_account_here": True}]
    ledger = make.loaded(tmp_path / "mine.db", document)
    found = review(
        ledger,
        line("02-20", "-30.00", "NORTHBANK ATM LEEDS"),
        line("02-02", "-100.00", "NORTHBANK CARDS"),
    )
    assert statuses(found) == ["doubtful", "sure"]


def test_names_that_banks_cut_glue_or_misspell_are_known(household: Path) -> None:
    ledger = make.ledger(household)
    for payee, debt in (
        ("HILLVIEW COUNC", "hillview-tax"),
        ("RIVERSIDE ENE", "riverside-arrears"),
        ("RIVERSIDEENERGY*88", "riverside-arrears"),
        ("Hilview Council Tax", "hillview-tax"),
        ("MARLOW COLLECT LTD", "kestrel-loan"),
        ("KESTREL FINANCE", "kestrel-loan"),
        ("ROSA AUNT", "rosa-loan"),
    ):
        found = review(ledger, line("10-29", "-1.23", payee))
        (match,) = found.matches
        assert match.status is Status.SURE, payee
        assert found.debts[match.debt_id or 0].key == debt
    for payee in ("RIVERSIDE PIZZA", "ROSAS PIZZA", "COUNTY COUNCIL", "HILL STREET CAFE", "ENERGY"):
        (match,) = review(ledger, line("10-29", "-1.23", payee)).matches
        assert match.status is not Status.SURE, payee


def test_a_collector_is_not_paid_before_it_had_the_debt(household: Path) -> None:
    ledger = make.ledger(household)
    found = review(ledger, line("05-29", "-1.23", "MARLOW COLLECTIONS"))
    assert statuses(found) == ["unmatched"]


def test_money_that_came_back_marks_its_payment(ledger: Ledger) -> None:
    paid = payments.record(
        ledger, debt_id=make.debt_id(ledger), amount=10_000, paid_on=on("02-01"), today=TODAY
    )
    back = line("02-05", "100.00", "NORTHBANK", "UNPAID DD")
    found = review(ledger, line("02-02", "-100.00", "NORTHBANK"), back)
    assert statuses(found) == ["duplicate", "returned"]
    assert importing.record(ledger, found, TODAY) == importing.Imported(0, 1, 1)
    with ledger.reading() as session:
        assert session.get_one(tables.Payment, paid.payment_id).returned_on == on("02-05")
        assert next(iter(queries.promises(session, TODAY))).outcome == "missed"
    assert statuses(review(ledger, back)) == ["duplicate"]


def test_other_money_that_comes_in_is_just_that(ledger: Ledger) -> None:
    found = review(
        ledger,
        line("02-01", "-100.00", "NORTHBANK"),
        line("02-05", "99.00", "NORTHBANK"),
        line("03-25", "100.00", "NORTHBANK"),
        line("02-28", "1900.00", "ACME SALARY"),
    )
    assert statuses(found) == ["sure", "incoming", "incoming", "incoming"]


def test_equal_lines_of_one_file_are_as_many_payments(ledger: Ledger) -> None:
    one = line("02-01", "-50.00", "NORTHBANK")
    importing.record(ledger, review(ledger, one), TODAY)
    found = review(ledger, one, one)
    assert statuses(found) == ["duplicate", "sure"]
    importing.record(ledger, found, TODAY)
    assert statuses(review(ledger, one, one)) == ["duplicate", "duplicate"]


def test_lines_of_different_bank_ids_are_different_however_equal(ledger: Ledger) -> None:
    importing.record(ledger, review(ledger, line("02-01", "-50.00", "NORTHBANK", id="A")), TODAY)
    found = review(
        ledger,
        line("02-01", "-50.00", "NORTHBANK", id="B"),
        line("02-02", "-50.00", "Northbank plc", id="A"),
    )
    assert statuses(found) == ["sure", "duplicate"]


def test_the_statement_of_another_format_is_the_same_money(ledger: Ledger) -> None:
    importing.record(ledger, review(ledger, line("02-01", "-50.00", "NORTHBANK", id="A")), TODAY)
    for other in (
        line("02-01", "-50.00", "Northbank card", account=""),
        line("02-01", "-50.00", "NORTHBANK", id="B"),
        line("02-01", "-50.00", "NORTHBANK", "more of it"),
        line("02-01", "-50.00", "NORTHBANK", account="GB02"),
    ):
        found = review(ledger, other)
        assert (statuses(found), found.sure) == (["doubtful"], ())
        assert found.matches[0].payment_id is not None
        taken = review(ledger, other, lines={0: Choice(make.debt_id(ledger))})
        assert statuses(taken) == ["duplicate"]
        new = review(ledger, other, lines={0: Choice(make.debt_id(ledger), is_new=True)})
        assert statuses(new) == ["sure"]
    # Two of them are two payments: one is here, one is new.
    pair = review(ledger, *[line("02-01", "-50.00", "NORTHBANK", id=each) for each in "BC"])
    assert statuses(pair) == ["doubtful", "sure"]


def test_a_person_decides_about_a_line(ledger: Ledger) -> None:
    card = make.debt_id(ledger)
    payments.record(ledger, debt_id=card, amount=5_000, paid_on=on("02-01"), today=TODAY)
    lines = [line("02-02", "-50.00", "NORTHBANK"), line("02-09", "-30.00", "TFR")]
    first = review(ledger, *lines)
    assert statuses(first) == ["duplicate", "unmatched"]
    (_, second, third, _) = sorted(first.instalments)
    said = {0: Choice(card, is_new=True), 1: Choice(card, parts=((second, 1000), (third, 2000)))}
    found = review(ledger, *lines, lines=said)
    assert statuses(found) == ["sure", "sure"]
    assert found.matches[1].parts == ((second, 1000), (third, 2000))
    assert importing.record(ledger, found, TODAY).recorded == 2
    revisions.undo(ledger)
    left = review(ledger, *lines, lines={0: Choice(None), 1: Choice(None)})
    assert (statuses(left), left.sure) == (["unmatched", "unmatched"], ())


def test_all_of_it_is_one_undo(tmp_path: Path) -> None:
    whole = make.household()
    ledger = make.loaded(tmp_path / "ledger.db", {**whole, "payments": []})
    before = portable.dump(ledger)
    importing.record(ledger, review(ledger, *household_lines(whole, 1)), TODAY)
    after = portable.dump(ledger)
    revisions.undo(ledger)
    assert portable.dump(ledger) == before
    revisions.redo(ledger)
    assert portable.dump(ledger) == after
    with ledger.reading() as session:
        assert list(checking.damage(session)) == []


def test_what_changed_meanwhile_records_nothing(ledger: Ledger) -> None:
    found = review(ledger, line("02-01", "-100.00", "NORTHBANK"))
    payments.record(
        ledger, debt_id=make.debt_id(ledger), amount=10_000, paid_on=on("02-01"), today=TODAY
    )
    with pytest.raises(Stale):
        importing.record(ledger, found, TODAY)
    with ledger.reading() as session:
        assert len(make.payments(session)) == 1


def test_a_mapping_is_remembered_by_its_header(ledger: Ledger) -> None:
    header = ("Datum", "Betrag", "Empfänger")
    mapping = Mapping(date=0, amount=1, payee=2, memo=(2,), delimiter=";", decimal=",", order="dmy")
    with ledger.reading() as session:
        assert importing.remembered(session, header) is None
        found = importing.review(
            session,
            Statement("csv", (line("02-01", "-1.00"),), header=header, mapping=mapping),
            TODAY,
        )
    importing.record(ledger, found, TODAY)
    with ledger.reading() as session:
        assert importing.remembered(session, header) == mapping


def test_a_deleted_payment_may_be_imported_again(ledger: Ledger) -> None:
    one = line("02-01", "-50.00", "NORTHBANK", id="A")
    importing.record(ledger, review(ledger, one), TODAY)
    with ledger.reading() as session:
        (paid,) = make.payments(session)
    payments.delete(ledger, paid.id or 0, TODAY)
    assert statuses(review(ledger, one)) == ["sure"]


def test_another_currency_and_days_to_come_match_nothing(ledger: Ledger) -> None:
    found = review(
        ledger,
        line("02-01", "-50.00", "NORTHBANK", currency="EUR"),
        line("12-01", "-50.00", "NORTHBANK"),
        line("02-01", "0.00", "NORTHBANK"),
    )
    assert statuses(found) == ["unmatched"] * 3
    assert [each.reason for each in found.matches] == [
        "no debt is in EUR",
        "its day is still to come",
        "no money moved",
    ]


def test_it_can_be_cancelled_without_harm(tmp_path: Path) -> None:
    whole = make.household()
    ledger = make.loaded(tmp_path / "ledger.db", {**whole, "payments": []})
    found = review(ledger, *household_lines(whole, 1))
    before = portable.dump(ledger)
    told: list[float] = []

    def cancel(share: float) -> None:
        told.append(share)
        if share >= 0.5:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        importing.record(ledger, found, TODAY, cancel)
    assert told == sorted(told)
    assert portable.dump(ledger) == before
    assert importing.record(ledger, found, TODAY).recorded == 42


def test_an_id_that_a_bank_uses_each_month_is_no_duplicate(ledger: Ledger) -> None:
    first = line("02-01", "-100.00", "NORTHBANK", id="SO7")
    importing.record(ledger, review(ledger, first), TODAY)
    found = review(ledger, line("03-01", "-100.00", "NORTHBANK", id="SO7"))
    assert (statuses(found), due(found)) == (["sure"], [["2026-03-01"]])
    # The day of one line may move a little between two downloads.
    assert statuses(review(ledger, replace(first, booked_on=on("02-03")))) == ["duplicate"]


def test_what_is_not_booked_yet_is_not_recorded(ledger: Ledger) -> None:
    found = review(ledger, line("02-01", "-100.00", "NORTHBANK", is_pending=True))
    assert (statuses(found), found.matches[0].reason) == (["unmatched"], "not booked yet")


@pytest.mark.parametrize(
    ("logged", "booked"),
    [
        (("02-02", "02-09", "02-16"), ("02-06", "02-13", "02-20")),
        (("02-02", "02-08"), ("02-06", "02-09")),
        (("02-01", "02-06"), ("02-04", "02-09")),
        (("02-03", "02-10"), ("02-01", "02-08")),
    ],
)
def test_weekly_payments_logged_by_hand_find_each_their_line(
    ledger: Ledger, logged: tuple[str, ...], booked: tuple[str, ...]
) -> None:
    card = make.debt_id(ledger)
    for day in logged:
        payments.record(ledger, debt_id=card, amount=2_500, paid_on=on(day), today=TODAY)
    found = review(ledger, *(line(day, "-25.00", "NORTHBANK") for day in booked))
    assert statuses(found) == ["duplicate"] * len(booked)
    assert importing.record(ledger, found, TODAY).linked == len(booked)


def test_what_was_logged_in_parts_is_not_recorded_as_a_whole(ledger: Ledger) -> None:
    for amount in (6_000, 4_000):
        payments.record(
            ledger, debt_id=make.debt_id(ledger), amount=amount, paid_on=on("02-01"), today=TODAY
        )
    found = review(ledger, line("02-02", "-100.00", "NORTHBANK"))
    assert statuses(found) == ["doubtful"]
    assert "in parts on" in found.matches[0].reason


@pytest.mark.parametrize("is_logged", [False, True])
def test_a_second_try_after_a_return_is_for_what_the_first_was_for(
    ledger: Ledger, is_logged: bool
) -> None:
    first = line("02-01", "-100.00", "NORTHBANK")
    rest = (
        line("02-04", "100.00", "NORTHBANK", "UNPAID"),
        line("02-05", "-100.00", "NORTHBANK"),
    )
    if is_logged:
        payments.record(
            ledger, debt_id=make.debt_id(ledger), amount=10_000, paid_on=on("02-01"), today=TODAY
        )
        found = review(ledger, first, *rest)
        assert statuses(found) == ["duplicate", "returned", "sure"]
    else:
        importing.record(ledger, review(ledger, first), TODAY)
        found = review(ledger, *rest)
        assert statuses(found) == ["returned", "sure"]
    assert due(found)[-1] == ["2026-02-01"]
    importing.record(ledger, found, TODAY)
    assert [each[3] for each in allotted(ledger)] == [[("2026-02-01", 10_000)]] * 2


def test_a_payment_that_came_back_is_not_the_second_try(ledger: Ledger) -> None:
    paid = payments.record(
        ledger, debt_id=make.debt_id(ledger), amount=10_000, paid_on=on("02-01"), today=TODAY
    )
    payments.mark_returned(ledger, paid.payment_id, on("02-03"), TODAY)
    found = review(ledger, line("02-04", "-100.00", "NORTHBANK"))
    assert (statuses(found), due(found)) == (["sure"], [["2026-02-01"]])


def test_money_that_comes_in_without_a_word_of_return_is_doubtful(ledger: Ledger) -> None:
    paid = line("02-01", "-100.00", "NORTHBANK")
    found = review(ledger, paid, line("02-10", "100.00", "NORTHBANK", "goodwill"))
    assert [each.is_sure for each in found.matches] == [True, False]
    weekly = [line(day, "-25.00", "NORTHBANK") for day in ("02-01", "02-08")]
    found = review(ledger, *weekly, line("02-10", "25.00", "NORTHBANK", "UNPAID DD 01FEB"))
    assert (found.matches[2].status, found.matches[2].is_sure) == (Status.RETURNED, False)


@pytest.mark.parametrize(
    ("name", "payee"),
    [
        ("Creation", "LEEDS RECREATION CENTRE"),
        ("Creation", "RECREATION"),
        ("Orange", "ORANGERY CAFE"),
        ("Tesco Bank", "TESCO BANKSIDE EXPRESS"),
        ("Capital One", "CAPITAL FM ONE"),
        ("Studio", "YOGA STUDIO BRISTOL"),
        ("Halifax", "SHELL HALIFAX ROAD"),
        ("Next", "NEXT GENERATION GYM"),
        ("Mr. Smith", "MR SMITHERS BAKERY"),
        ("Barclaycard", "BARCLAYS CARD PAYMENT TO TESCO"),
        ("Bank of Scotland", "ROYAL BANK OF SCOTLAND"),
        ("Royal Bank of Scotland", "BANK OF SCOTLAND"),
        ("Santander UK", "CASH SANTANDER ATM"),
        ("Joe Bloggs Lettings", "NORTH A CAR LTD"),
    ],
)
def test_other_names_are_not_taken_for_someone_i_owe(tmp_path: Path, name: str, payee: str) -> None:
    document = make.document(agreements=[make.promise()])
    document["creditors"] = [{"key": "north", "name": name}]
    document["debts"][0]["creditor"] = "north"
    ledger = make.loaded(tmp_path / "other.db", document)
    for memo in ("", "7731"):
        assert not review(ledger, line("02-20", "-7.31", payee, memo)).sure
    assert statuses(review(ledger, line("02-20", "-7.31", name.upper()))) == ["sure"]


@pytest.mark.parametrize(
    ("reference", "said"),
    [
        ("2026", ("TESCO", "card 20 May 2026")),
        ("4521", ("TESCO 45", "21 MAY")),
        ("200512", ("TESCO", "ON 20-05 12:04")),
        ("A1B2C", ("DATA1B2C", "")),
        ("AB1234", ("TESCO", "XAB1234")),
    ],
)
def test_other_numbers_are_not_taken_for_a_reference(
    tmp_path: Path, reference: str, said: tuple[str, str]
) -> None:
    document = make.document(debts=[make.debt(reference=reference)])
    ledger = make.loaded(tmp_path / "other.db", document)
    assert not review(ledger, line("02-20", "-7.31", *said)).sure


def test_of_two_references_the_longer_is_meant(tmp_path: Path) -> None:
    document = make.document(
        debts=[make.debt(reference="AB1234"), make.debt("loan", reference="AB1234-02")]
    )
    ledger = make.loaded(tmp_path / "two.db", document)
    found = review(
        ledger, line("02-20", "-7.31", "X", "AB1234-02"), line("02-20", "-7.31", "X", "AB1234")
    )
    keys = [found.debts[each.debt_id or 0].key for each in found.matches]
    assert (statuses(found), keys) == (["sure", "sure"], ["loan", "card"])


def test_what_a_payee_of_the_banks_own_words_was_is_not_learnt_for_all(ledger: Ledger) -> None:
    card = make.debt_id(ledger)
    for first, other in (
        (("BANK TRANSFER", "JOHN RENT"), ("BANK TRANSFER", "MARY BIRTHDAY")),
        (("LOAN REPAYMENT 00017", ""), ("LOAN REPAYMENT 00892", "")),
    ):
        one, two = line("02-20", "-7.31", *first), line("02-21", "-7.31", *other)
        found = review(ledger, one, two, payees={importing.payee_key(one): card})
        assert statuses(found)[0] == "sure"
        assert not found.matches[1].is_sure


def test_a_debt_that_is_closed_is_doubtful(ledger: Ledger) -> None:
    card = make.debt_id(ledger)
    with revisions.change(ledger, "test.close") as change:
        change.session.get_one(tables.Debt, card).closed_on = on("03-01")
    late = line("05-01", "-7.31", "BACS", "NB-4471-0092")
    learnt = line("05-01", "-7.31", "ZX Coll")
    found = review(ledger, late, learnt, payees={importing.payee_key(learnt): card})
    assert statuses(found) == ["doubtful", "doubtful"]


def test_a_split_never_fills_an_instalment_twice(ledger: Ledger) -> None:
    lines = [line("02-01", "-100.00", "NORTHBANK"), line("02-02", "-100.00", "NORTHBANK")]
    first = review(ledger, *lines)
    february, march = sorted(first.instalments)[:2]
    card = make.debt_id(ledger)
    found = review(ledger, *lines, lines={1: Choice(card, parts=((february, 10_000),))})
    assert [each.parts for each in found.matches] == [((march, 10_000),), ((february, 10_000),)]
    with pytest.raises(BadInput, match="takes less"):
        review(
            ledger,
            *lines,
            lines={n: Choice(card, is_new=True, parts=((february, 10_000),)) for n in (0, 1)},
        )


def test_what_was_left_out_stays_out_until_it_is_taken_in(ledger: Ledger) -> None:
    card, one = make.debt_id(ledger), line("02-01", "-100.00", "NORTHBANK")
    done = importing.record(ledger, review(ledger, one, lines={0: Choice(None)}), TODAY)
    assert (done.recorded, done.left_out) == (0, 1)
    found = review(ledger, one)
    assert (statuses(found), found.sure) == (["ignored"], ())
    assert importing.record(ledger, found, TODAY) == importing.Imported()
    assert (
        importing.record(ledger, review(ledger, one, lines={0: Choice(card)}), TODAY).recorded == 1
    )
    assert statuses(review(ledger, one)) == ["duplicate"]
    with ledger.reading() as session:
        assert not list(session.exec(select(tables.LeftOut)))


def test_a_debt_named_for_lines_that_were_left_out_is_not_learnt(ledger: Ledger) -> None:
    one = line("02-20", "-7.31", "ROSA PIZZERIA")
    key = importing.payee_key(one)
    said = review(ledger, one, payees={key: make.debt_id(ledger)}, lines={0: Choice(None)})
    importing.record(ledger, said, TODAY)
    assert statuses(review(ledger, replace(one, booked_on=on("03-20")))) == ["unmatched"]
