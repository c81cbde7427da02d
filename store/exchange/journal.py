"""What is owed as double-entry bookkeeping: a journal that hledger (and Ledger) or beancount reads.

Each debt is a liability; payments come out of one account of assets, interest and fees are
expenses, and what a creditor's letter says without a movement that explains it is set against
equity. So the balance of a debt is on every day what `store.ledger.balances` says; the journal
itself asserts it for the day on which it was written.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from sqlalchemy import select

from store.ledger import balances, facts
from store.ledger.facts import rows
from store.records import schema
from store.records.database import Reading
from store.rules import money
from store.rules.balance import Charge

Format = Literal["hledger", "beancount"]
FORMATS: tuple[Format, ...] = ("hledger", "beancount")

BANK = "Assets:Bank"
OPENING = "Equity:Opening-Balances"
LETTERS = "Equity:Balances-By-Letter"
ADJUSTMENTS = "Equity:Adjustments"
CHARGES: Mapping[str, tuple[str, str]] = {
    "interest": ("Expenses:Interest", "Interest"),
    "fee": ("Expenses:Fees", "Fee"),
    "refund": ("Income:Refunds", "Refund"),
    "waiver": ("Income:Written-Off", "Written off"),
    "adjustment": (ADJUSTMENTS, "Adjustment"),
}
"""For each kind of charge the account that it is set against, and what it is called."""

HEAD = (
    "Written by Accord: what is owed, what was charged and what was paid.",
    "Where a creditor's letter says another balance than the entries before it add up to, an entry",
    f"against {LETTERS} brings the debt to what the letter says, on its day.",
    "The balances at the end are those that Accord shows on that day.",
)


@dataclass(frozen=True, slots=True)
class Transaction:
    """So much less is owed on a debt (more, below zero), set against another account.

    `amount` is minor units of `currency`.
    """

    on: date
    payee: str
    said: str
    debt: str
    amount: int
    against: str
    currency: str


@dataclass(frozen=True, slots=True)
class Journal:
    """The entries by day, and for each debt's account what is owed on `today`, with its currency.

    What is owed on a debt is None while no balance of it is recorded.
    """

    today: date
    transactions: tuple[Transaction, ...]
    owed: Mapping[str, tuple[int | None, str]]

    def balances(self) -> dict[str, int]:
        """What the entries add up to on each debt's account: below zero is owed."""
        found = dict.fromkeys(self.owed, 0)
        for each in self.transactions:
            found[each.debt] += each.amount
        return found


def collect(session: Reading, today: date) -> Journal:
    """The journal as of a day; what is dated later is not in it."""
    creditors = {row.id: row for row in _all(session, schema.creditor)}
    debts = _all(session, schema.debt)
    holders = facts.holders(session)
    moves = _moves(session)
    histories = balances.histories(session)
    accounts = _accounts((creditors[row.creditor_id].name, row.name) for row in debts)
    found: list[Transaction] = []
    owed = {}
    for debt, account in zip(debts, accounts, strict=True):
        currency = creditors[debt.creditor_id].currency
        history = histories[debt.id]

        def payee(on: date, debt_id: int = debt.id) -> str:
            return str(creditors[holders[debt_id](on)].name)

        found += of_debt(account, currency, history, moves[debt.id], today, payee)
        owed[account] = (history.on(today), currency)
    # Python's sort keeps the order of a day, in which each debt's own balances follow its moves.
    return Journal(today, tuple(sorted(found, key=lambda each: each.on)), owed)


def text(journal: Journal, format: Format = "hledger") -> str:
    """The journal as a file of one of `FORMATS`."""
    lines = _hledger(journal) if format == "hledger" else _beancount(journal)
    return "\n".join(lines) + "\n"


# --- what happened --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Move:
    """So much less is owed, and why; `against` which account."""

    on: date
    amount: int
    against: str
    said: str


def _moves(session: Reading) -> Mapping[int, Sequence[Move]]:
    """By debt, charges and payments; a returned one again, on the day it came back."""
    found: defaultdict[int, list[Move]] = defaultdict(list)
    for row in _all(session, schema.charge):
        account, called = CHARGES[row.kind]
        owed_more = Charge(row.on, row.kind, row.amount).signed
        found[row.debt_id].append(Move(row.on, -owed_more, account, _said(called, row.note)))
    for row in _all(session, schema.payment):
        said = _said("Payment", row.method, row.reference, row.note)
        found[row.debt_id].append(Move(row.paid_on, row.amount, BANK, said))
        if row.returned_on is not None:
            returned = _said("Returned payment", f"of {row.paid_on.isoformat()}", row.note)
            found[row.debt_id].append(Move(row.returned_on, -row.amount, BANK, returned))
    return found


def of_debt(
    account: str,
    currency: str,
    history: balances.History,
    moves: Sequence[Move],
    today: date,
    payee: Callable[[date], str],
) -> Iterator[Transaction]:
    """One debt's entries by day, up to `today`; each day ends at what was owed then.

    `payee` says who holds the debt on a day.
    """
    by_day: defaultdict[date, list[Move]] = defaultdict(list)
    for move in moves:
        if move.on <= today and move.amount:
            by_day[move.on].append(move)
    letters = {day for day, _ in history.recorded if day <= today}
    balance, is_opened = 0, False
    for day in sorted(by_day.keys() | letters):
        for move in by_day[day]:
            balance += move.amount
            yield Transaction(
                day, payee(day), move.said, account, move.amount, move.against, currency
            )
        owed = history.on(day)
        if owed is None:
            continue
        if balance != -owed:
            against, said = (LETTERS, "Balance by letter") if is_opened else (OPENING, "Opening")
            if day not in letters:
                said = "Already in the balance by letter"
            yield Transaction(day, payee(day), said, account, -owed - balance, against, currency)
            balance = -owed
        is_opened = True


def _said(*words: str | None) -> str:
    return ", ".join(each for each in map(_line, words) if each)


def _line(words: str | None) -> str:
    """A text of a person as one line of signs that can be printed."""
    shown = "".join(mark if mark.isprintable() else " " for mark in words or "")
    return " ".join(shown.split())


# --- accounts -------------------------------------------------------------------------------


def _accounts(names: Iterable[tuple[str, str]]) -> list[str]:
    """For each creditor and debt an account that both programs take, each once."""
    taken: set[str] = set()
    found = []
    for creditor, debt in names:
        bare = f"Liabilities:{_part(creditor) or 'Creditor'}:{_part(debt) or 'Debt'}"
        account, number = bare, 2
        while account.casefold() in taken:
            account, number = f"{bare}-{number}", number + 1
        taken.add(account.casefold())
        found.append(account)
    return found


def _part(name: str) -> str:
    """A name in the letters, digits and hyphens that beancount takes, beginning with a capital."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = re.sub(r"[^A-Za-z0-9]+", "-", plain.replace("'", "")).strip("-")
    return words[:1].upper() + words[1:]


def _used(journal: Journal) -> list[str]:
    against = {each.against for each in journal.transactions}
    return [*sorted(journal.owed), *sorted(against)]


def _currencies(journal: Journal) -> list[str]:
    return sorted({currency for _, currency in journal.owed.values()})


# --- the two programs -----------------------------------------------------------------------


def _hledger(journal: Journal) -> Iterator[str]:
    yield from (f"; {line}" for line in HEAD)
    for currency in _currencies(journal):
        yield from ("", f"commodity {currency}")
        # Of a currency without decimals no format pleases both hledger and Ledger.
        if decimals := money.exponent(currency):
            yield f"    format {money.to_text(10 ** (decimals + 3), currency)} {currency}"
    yield ""
    yield from (f"account {each}" for each in _used(journal))
    for each in journal.transactions:
        amount = money.to_text(each.amount, each.currency)
        other = money.to_text(-each.amount, each.currency)
        yield from (
            "",
            f"{each.on.isoformat()} * {_bare(each.payee)} | {_bare(each.said)}",
            f"    {each.debt}  {amount} {each.currency}",
            f"    {each.against}  {other} {each.currency}",
        )
    known = _known(journal)
    if known:
        yield from ("", f"{journal.today.isoformat()} * Accord | What is owed on this day")
    for account, amount, currency in known:
        nothing = money.to_text(0, currency)
        yield f"    {account}  {nothing} {currency} = {amount} {currency}"


def _beancount(journal: Journal) -> Iterator[str]:
    yield from (f"; {line}" for line in HEAD)
    first = min((each.on for each in journal.transactions), default=journal.today).isoformat()
    yield from ("", 'option "title" "Accord"')
    for currency in _currencies(journal):
        yield f'option "operating_currency" "{currency}"'
    yield ""
    yield from (f"{first} commodity {each}" for each in _currencies(journal))
    yield from (f"{first} open {each}" for each in _used(journal))
    for each in journal.transactions:
        amount = money.to_text(each.amount, each.currency)
        other = money.to_text(-each.amount, each.currency)
        yield from (
            "",
            f"{each.on.isoformat()} * {_quoted(each.payee)} {_quoted(each.said)}",
            f"  {each.debt}  {amount} {each.currency}",
            f"  {each.against}  {other} {each.currency}",
        )
    yield ""
    # A balance is that of the morning.
    after = (journal.today + timedelta(days=1)).isoformat()
    for account, amount, currency in _known(journal):
        yield f"{after} balance {account}  {amount} {currency}"


def _known(journal: Journal) -> list[tuple[str, str, str]]:
    """The accounts of which a balance is known, with it (owed is below zero) and its currency."""
    return [
        (account, money.to_text(-owed, currency), currency)
        for account, (owed, currency) in journal.owed.items()
        if owed is not None
    ]


def _bare(words: str) -> str:
    """A text that stays in its place: no comment, code or mark begins in it."""
    plain = _line(words).replace(";", ",").replace("|", "/")
    return plain.lstrip("*!(= ") or "?"


def _quoted(words: str) -> str:
    plain = _line(words).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{plain}"'


def _all(session: Reading, table: Any) -> Sequence[Any]:
    return rows(session, select(table).order_by(table.c.id))
