"""The journal: its balances are the ledger's, and hledger and beancount take every word of it."""

import os
import re
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.exchange import journal
from store.exchange.journal import Format, Journal, Move
from store.ledger import balances
from store.ledger.balances import History
from store.records.database import Ledger
from store.rules.balance import Charge
from store.rules.outcome import Payment
from tests import make

TODAY = make.on("11-23")
FORMATS = pytest.mark.parametrize("format", journal.FORMATS)

NASTY = [
    "Bank; * (x) = 5 GBP\n2026-01-01 open Assets:Mine",
    '"; option "title" "\\',
    "(code) | date:tomorrow [2026-99-99] ; date: never",
    "*! = 2026-01-02 ~ \\\\ \x1b[2J\u2028;",
    "Кредит",
    "'; {1 GBP} @ 2",
]


def collected(ledger: Ledger) -> Journal:
    with ledger.reading() as session:
        return journal.collect(session, TODAY)


@pytest.fixture
def nasty(tmp_path: Path) -> Iterator[Ledger]:
    """Names and notes that want out of their line, equal names, and three kinds of money."""
    keys = [f"d{number}" for number in range(len(NASTY))]
    currencies = ["GBP", "JPY", "KWD"]
    amounts = {"GBP": "10.50", "JPY": "1050", "KWD": "1.055"}
    of = {key: currencies[number % 3] for number, key in enumerate(keys)}
    opened = make.loaded(
        tmp_path / "ledger.db",
        {
            "accord": 1,
            "creditors": [
                {"key": f"c-{key}", "name": name, "currency": of[key]}
                for key, name in zip(keys, NASTY, strict=True)
            ],
            "debts": [
                make.debt(key, creditor=f"c-{key}", name="Loan", balance=amounts[of[key]])
                for key in keys
            ]
            + [make.debt("again", creditor="c-d0", name="loan!", balance="7.00")],
            "payments": [
                make.paid("02-01", amounts[of[key]], debt=key, note=note, method=note)
                for key, note in zip(keys, NASTY, strict=True)
            ],
            "charges": [
                {"debt": "d0", "on": "2026-03-01", "kind": "fee", "amount": "1.00", "note": note}
                for note in NASTY
            ],
        },
    )
    yield opened
    opened.close()


# --- the two programs -----------------------------------------------------------------------


def checked(content: str, format: Format, folder: Path) -> None:
    """Let the program whose format it is say whether it takes a file, strictly."""
    commands = {"hledger": ["hledger", "check", "-s", "ordereddates", "-f"],
                "beancount": ["bean-check"]}  # fmt: skip
    command = commands[format]
    if shutil.which(command[0]) is None:
        pytest.skip(f"{command[0]} is not installed")
    path = folder / f"made.{'journal' if format == 'hledger' else 'beancount'}"
    path.write_text(content, encoding="utf-8")
    made = subprocess.run(
        [*command, path],
        # hledger reads what the locale says.
        env={**os.environ, "LC_ALL": "C.UTF-8"},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (made.returncode, made.stdout + made.stderr) == (0, "")


@FORMATS
def test_the_program_takes_the_household(
    loaded_household: Path, tmp_path: Path, format: Format
) -> None:
    ledger = make.ledger(loaded_household)
    checked(journal.text(collected(ledger), format), format, tmp_path)
    ledger.close()


@FORMATS
def test_the_program_takes_every_name_note_and_currency(
    nasty: Ledger, tmp_path: Path, format: Format
) -> None:
    checked(journal.text(collected(nasty), format), format, tmp_path)


@FORMATS
def test_the_program_takes_a_ledger_with_nothing_in_it(tmp_path: Path, format: Format) -> None:
    ledger = make.empty(tmp_path / "ledger.db")
    checked(journal.text(collected(ledger), format), format, tmp_path)
    ledger.close()


# --- without them ---------------------------------------------------------------------------

HLEDGER = (
    r";.*|commodity [A-Z]{3}|    format [0-9.]+ [A-Z]{3}|account [A-Za-z0-9:-]+|"
    r"[0-9-]{10} \* [^;|*!(=][^;|]* \| [^;|]+|"
    r"    [A-Z][A-Za-z0-9:-]+  -?[0-9.]+ [A-Z]{3}( = -?[0-9.]+ [A-Z]{3})?|"
)
BEANCOUNT = (
    r";.*|option \"[a-z_]+\" \"[A-Za-z]+\"|[0-9-]{10} (commodity [A-Z]{3}|open [A-Za-z0-9:-]+)|"
    r'[0-9-]{10} \* "([^"\\]|\\["\\])*" "([^"\\]|\\["\\])*"|'
    r"  [A-Z][A-Za-z0-9:-]+  -?[0-9.]+ [A-Z]{3}|"
    r"[0-9-]{10} balance [A-Za-z0-9:-]+  -?[0-9.]+ [A-Z]{3}|"
)


@FORMATS
def test_no_word_of_a_person_breaks_out_of_its_line(nasty: Ledger, format: Format) -> None:
    shape = HLEDGER if format == "hledger" else BEANCOUNT
    lines = journal.text(collected(nasty), format).split("\n")
    assert [line for line in lines if not re.fullmatch(shape, line)] == []
    assert all(line.isprintable() for line in lines)


def test_each_debt_has_an_account_of_its_own_that_both_programs_take(nasty: Ledger) -> None:
    accounts = list(collected(nasty).owed)
    assert len({each.casefold() for each in accounts}) == len(NASTY) + 1
    assert all(re.fullmatch(r"Liabilities(:[A-Z0-9][A-Za-z0-9-]*){2}", each) for each in accounts)
    assert accounts[-1].endswith(":Loan-2")


def test_every_transaction_adds_up_to_nothing(nasty: Ledger) -> None:
    for format in journal.FORMATS:
        text = journal.text(collected(nasty), format)
        for entry in re.findall(r"(?:^ +[A-Z].*\n)+", text, re.MULTILINE):
            sums: defaultdict[str, float] = defaultdict(float)
            for amount, currency in re.findall(r"  (-?[0-9.]+) ([A-Z]{3})(?: =.*)?$", entry, re.M):
                sums[currency] += float(amount)
            assert set(sums.values()) == {0.0}


def test_a_returned_payment_comes_back_on_its_day_and_a_letter_is_met(tmp_path: Path) -> None:
    ledger = make.loaded(
        tmp_path / "ledger.db",
        make.document(
            payments=[make.paid("02-01", returned_on="2026-02-05"), make.paid("03-01")],
            charges=[
                {"debt": "card", "on": "2026-02-10", "kind": "interest", "amount": "12.00"},
                {"debt": "card", "on": "2026-04-10", "kind": "waiver", "amount": "3.00"},
            ],
            balances=[{"debt": "card", "on": "2026-03-31", "amount": "905.00"}],
        ),
    )
    made = collected(ledger)
    assert [(str(each.on)[5:], each.amount, each.against) for each in made.transactions] == [
        ("01-01", -100_000, "Equity:Opening-Balances"),
        ("02-01", 10_000, "Assets:Bank"),
        ("02-05", -10_000, "Assets:Bank"),
        ("02-10", -1_200, "Expenses:Interest"),
        ("03-01", 10_000, "Assets:Bank"),
        ("03-31", 700, "Equity:Balances-By-Letter"),
        ("04-10", 300, "Income:Written-Off"),
    ]
    assert made.balances() == {"Liabilities:Bank:Card": -90_200}
    text = journal.text(made)
    assert "    Liabilities:Bank:Card  0.00 GBP = -902.00 GBP\n" in text
    assert "2026-11-24 balance Liabilities:Bank:Card  -902.00 GBP\n" in journal.text(
        made, "beancount"
    )
    ledger.close()


def test_what_is_to_come_is_not_in_it(tmp_path: Path) -> None:
    ledger = make.loaded(tmp_path / "ledger.db", make.document(payments=[make.paid("02-01")]))
    with ledger.reading() as session:
        made = journal.collect(session, make.on("01-31"))
    assert made.balances() == {"Liabilities:Bank:Card": -100_000}
    ledger.close()


DAYS = st.integers(0, 40).map(lambda days: make.on("01-01") + timedelta(days))
AMOUNTS = st.integers(1, 9_999)
KINDS = st.sampled_from(["interest", "fee", "refund", "waiver", "adjustment"])


@given(
    letters=st.lists(st.tuples(DAYS, st.integers(0, 9_999)), max_size=3),
    charges=st.lists(st.builds(Charge, DAYS, KINDS, AMOUNTS), max_size=4),
    paid=st.lists(st.tuples(DAYS, AMOUNTS, st.none() | st.integers(0, 20)), max_size=5),
)
def test_on_every_day_what_is_owed_is_what_the_ledger_says(
    letters: list[tuple[date, int]],
    charges: list[Charge],
    paid: list[tuple[date, int, int | None]],
) -> None:
    payments = [
        Payment(number, day, amount, None if after is None else day + timedelta(after))
        for number, (day, amount, after) in enumerate(paid)
    ]
    moves = [Move(each.on, -each.signed, "Equity:Charges", "") for each in charges]
    for each in payments:
        moves.append(Move(each.paid_on, each.amount, journal.BANK, ""))
        if each.returned_on is not None:
            moves.append(Move(each.returned_on, -each.amount, journal.BANK, ""))
    history = History(letters, charges, payments)
    end = make.on("03-31")
    entries = list(journal.of_debt("Debt", "GBP", history, moves, end, lambda _: "Bank"))
    assert all(one.on <= other.on for one, other in pairwise(entries))
    for days in range(62):
        day = make.on("01-01") + timedelta(days)
        owed = history.on(day)
        assert owed is None or owed == -sum(each.amount for each in entries if each.on <= day)


def test_the_ledger_s_own_balances_are_those_of_the_journal(
    loaded_household: Path, nasty: Ledger
) -> None:
    household = make.ledger(loaded_household)
    for ledger in (household, nasty):
        made = collected(ledger)
        with ledger.reading() as session:
            owed = balances.of_debts(session, TODAY)
        assert [-each for each in made.balances().values()] == list(owed.values())
        assert [each for each, _ in made.owed.values()] == list(owed.values())
    household.close()
