"""Collects the records of a story that ends on a given day, and knows its calendar."""

import base64
import re
from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from random import Random
from typing import Any

from dateutil.relativedelta import relativedelta

Record = dict[str, Any]

LISTS = (
    *("creditors", "debts", "transfers", "situations", "contacts", "undertakings", "offers"),
    *("agreements", "payments", "charges", "balances", "budget", "cash", "documents"),
)
MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)


class Story:
    """Collects the records, and knows the calendar of a story that ends on `today`."""

    def __init__(self, today: date, seed: int) -> None:
        self.today = today
        self.book: dict[str, list[Record]] = {name: [] for name in LISTS}
        self._dice = Random(seed)

    def document(self, **me: str) -> Record:
        """Give the whole record of `me`, contacts and payments in order of date."""
        self.book["contacts"].sort(key=lambda each: str(each["at"]))
        self.book["payments"].sort(key=lambda each: str(each["paid_on"]))
        return {"accord": 1, "currency": "GBP", "me": me, **self.book}

    def roll(self, sides: int) -> int:
        """Give a number from 0 to `sides` - 1, by seed."""
        return int(self._dice.random() * sides)

    def on(self, when: str) -> date:
        """Give the day that `when` says: `23m20d` ago, on a working day; or `+3d` from today."""
        if when.startswith("+"):
            return self.today + timedelta(days=int(when[1:-1]))
        ago = {unit: int(n) for n, unit in re.findall(r"(\d+)([md])", when)}
        day = self.today - relativedelta(months=ago.get("m", 0))
        return workday(day - timedelta(days=ago.get("d", 0)))

    def next(self, weekday: int, after: int = 0) -> date:
        """Give the next such weekday (0 is Monday), at least `after` days from today."""
        day = self.today + timedelta(days=after)
        return day + timedelta(days=(weekday - day.weekday()) % 7)

    def monthly(self, first: date, weekend: str = "none") -> list[date]:
        """Give the monthly due dates from `first` up to today, each counted from `first`."""
        dues = [first + relativedelta(months=n) for n in range(30)]
        moved = [following(due) for due in dues] if weekend == "following" else dues
        return [due for due in moved if due <= self.today]

    def council_days(self) -> tuple[date, date]:
        """Give the instalment of about three weeks ago, and the first one that leads to it.

        They fall on the last day of the month, unless that is too near to today or too far away.
        """
        month_end = self.today.replace(day=1) - timedelta(days=1)
        if not 14 <= (self.today - month_end).days <= 26:
            missed = self.today - timedelta(days=21)
            return missed, missed - relativedelta(months=22)
        first = month_end.replace(day=1) - relativedelta(months=22)
        if monthrange(first.year, first.month)[1] < 31:
            first += relativedelta(months=1)
        return month_end, first.replace(day=31)

    def add(self, table: str, **fields: Any) -> None:
        """Write one record down; dates become ISO text, and what is None is left out."""
        self.book[table].append(_plain(fields))

    def creditor(self, key: str, name: str, kind: str, phone: str) -> None:
        """Write down somebody whom we owe."""
        email = None if kind == "family" else f"help@{key}.example"
        self.add("creditors", key=key, name=name, kind=kind, phone=phone, email=email)

    def debt(
        self, creditor: str, key: str, name: str, owed: str, apr: str, reference: str | None
    ) -> str:
        """Write down a debt as it stood two years ago; gives its key."""
        account = {"key": key, "creditor": creditor, "name": name, "reference": reference}
        balance = {"balance": owed, "balance_on": self.on("24m"), "apr": apr, "priority": False}
        self.add("debts", **account, **balance)
        return key

    def priority(self, consequence: str) -> None:
        """Say of the newest debt that it comes first, and what happens if it is not paid."""
        self.book["debts"][-1] |= {"priority": True, "consequence": consequence}

    def holder(self, debt: str, on: date) -> str:
        """Give the creditor who holds the debt on a day."""
        holder = next(each["creditor"] for each in self.book["debts"] if each["key"] == debt)
        for each in self.book["transfers"]:
            if each["debt"] == debt and each["on"] <= on.isoformat():
                holder = each["to"]
        return str(holder)

    def diary(self, debt: str, text: str, names: Mapping[str, date]) -> None:
        """Write down contacts: a paragraph each, its head first, then what was said.

        The head is `DAY HH:MM CHANNEL DIRECTION | FIELD: VALUE ...` (more of it on lines that
        start with `|`); a line `> SIDE: TEXT | DUE | DONE` is an undertaking. A day is one of
        `names`, or as `on` reads it.
        """

        def day_of(when: str) -> date:
            return names[when] if when in names else self.on(when)

        for paragraph in text.replace("\n          | ", " | ").strip().split("\n\n"):
            head, *lines = (line.strip() for line in paragraph.strip().splitlines())
            start, *fields = head.split(" | ")
            when, hour, channel, direction = start.split()
            day, key = day_of(when), f"c{len(self.book['contacts']) + 1:02}"
            about = {"creditor": self.holder(debt, day), "debt": debt}
            how = {"channel": channel, "direction": direction}
            how |= dict(field.split(": ", 1) for field in fields)
            said = " ".join(line for line in lines if not line.startswith(">"))
            at = f"{day.isoformat()}T{hour}:00{_uk_offset(day)}"
            self.add("contacts", key=key, **about, at=at, **how, summary=said)
            for line in (line[2:] for line in lines if line.startswith(">")):
                promise, due, *done = line.split(" | ")
                by, what = promise.split(": ", 1)
                until = {"due_on": day_of(due), "done_on": day_of(done[0]) if done else None}
                link = {"contact": key, "creditor": about["creditor"]}
                self.add("undertakings", **link, by=by, text=what, **until)

    def contact_on(self, debt: str, day: date) -> str | None:
        """Give the key of the contact about a debt on a day, if there was one."""
        for each in self.book["contacts"]:
            if each["debt"] == debt and each["at"].startswith(day.isoformat()):
                return str(each["key"])
        return None

    def offer(self, key: str, debt: str, by: str, when: str, terms: Record, **more: Any) -> None:
        """Write down terms that one side put to the other; open until `answer`."""
        day = self.on(when)
        about = {"key": key, "debt": debt, "contact": self.contact_on(debt, day)}
        self.add("offers", **about, by=by, on=day, terms=terms, status="open", **more)

    def answer(self, status: str, when: str | None, note: str | None = None, **more: Any) -> None:
        """Write down how the newest offer was answered."""
        day = self.on(when) if when else None
        answer = {"status": status, "answered_on": day, "answer_note": note, **more}
        self.book["offers"][-1] |= _plain(answer)

    def agreement(self, key: str, debt: str, made: date, terms: Record | None, **more: Any) -> None:
        """Write down terms that both accepted, and what we could afford then; not on paper yet."""
        about = {"key": key, "debt": debt, "contact": self.contact_on(debt, made), "made_on": made}
        self.add("agreements", **about, terms=terms, writing="unwritten")
        self.book["agreements"][-1] |= {"capacity": "150.00"} | _plain(more)

    def written(self, state: str, on: date | None = None) -> None:
        """Write down how far the newest agreement got on paper."""
        self.book["agreements"][-1] |= _plain({"writing": state, "written_on": on})

    def pay(self, debt: str, due: date, amount: str, by: str, days: int = 0, **more: Any) -> None:
        """Write down a payment made so many days after `due`."""
        paid_on = due + timedelta(days=days)
        self.add("payments", debt=debt, paid_on=paid_on, amount=amount, method=by, **more)

    def charge(self, debt: str, on: date, kind: str, amount: str, note: str | None = None) -> None:
        """Write down what the creditor added or took off."""
        self.add("charges", debt=debt, on=on, kind=kind, amount=amount, note=note)

    def balance(self, debt: str, on: date, paper: str) -> None:
        """Write down a balance that they wrote to us; it agrees with our own sums."""
        amount, source = text(self.owed(debt, on)), f"{paper} of {long(on)}"
        self.add("balances", debt=debt, on=on, amount=amount, source=source)

    def budget(self, line: Record, next_on: date, amounts: list[Any]) -> None:
        """Write down a budget line; each (since, amount) ends the one before, None for good."""
        for n, (since, amount) in enumerate(amounts):
            later = amounts[n + 1][0] if n + 1 < len(amounts) else None
            ends = later - timedelta(days=1) if later else None
            when = {"next_on": since if later else next_on, "starts_on": since, "ends_on": ends}
            if amount:
                full = amount if "." in amount else f"{amount}.00"
                self.add("budget", **line, amount=full, **when)

    def letter(self, name: str, of: Record, on: date, text: str) -> None:
        """Keep a letter as a small text file."""
        content = base64.b64encode(f"{long(on)} {on.year}\n\n{flow(text)}\n".encode()).decode()
        file = {"name": f"{name}.txt", "media_type": "text/plain", "content": content}
        self.add("documents", key=name, **file, of=of)

    def owed(self, debt: str, on: date) -> int:
        """Give the debt's balance on a day in pence, from what is written down so far."""
        day, book = on.isoformat(), self.book
        owed = sum(_pence(each["balance"]) for each in book["debts"] if each["key"] == debt)
        for each in book["charges"]:
            if each["debt"] == debt and each["on"] <= day:
                owed += _pence(each["amount"]) * (-1 if each["kind"] == "waiver" else 1)
        for each in book["payments"]:
            if each["debt"] == debt and each["paid_on"] <= day and "returned_on" not in each:
                owed -= _pence(each["amount"])
        return owed


def terms(amount: str, first: date, count: int, every: str = "month", **more: Any) -> Record:
    """Terms of an offer or agreement; `more` are further fields."""
    return {"amount": amount, "every": every, "first_due": first, "count": count, **more}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(each) for key, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, date) else value


def flow(text: str) -> str:
    """One line of text from several."""
    return " ".join(text.split())


def _pence(text: str) -> int:
    return int(text.replace(".", ""))


def text(pence: int) -> str:
    """An amount as Accord JSON writes it."""
    return f"{pence // 100}.{pence % 100:02}"


def long(day: date) -> str:
    """Give the day as in a letter, whatever the locale: 4 March."""
    return f"{day.day} {MONTHS[day.month - 1]}"


def workday(day: date) -> date:
    """Give the day, or the Friday before it: nobody picks up at the weekend."""
    return day - timedelta(days=max(0, day.weekday() - 4))


def following(day: date) -> date:
    """Give the day, or the Monday after it."""
    return day + timedelta(days=7 - day.weekday() if day.weekday() > 4 else 0)


def _uk_offset(day: date) -> str:
    """Give the UK's offset: summer time runs between the last Sundays of March and October."""
    march, october = (date(day.year, month, 31) for month in (3, 10))
    starts, ends = (last - timedelta(days=(last.weekday() + 1) % 7) for last in (march, october))
    return "+01:00" if starts <= day < ends else "+00:00"
