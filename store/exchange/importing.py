"""Bank statements in: what a statement's lines are to the ledger, and recording what is confirmed.

Nothing is recorded before it is confirmed; what is confirmed is one transaction, and one undo.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date

from sqlalchemy import select
from sqlmodel import Session, col
from sqlmodel import select as select_records

from store.exchange import likeness, matching, matching_facts
from store.exchange.matching import Choice, Match
from store.exchange.matching_facts import columns, said_of
from store.exchange.statements.line import Mapping as Layout
from store.exchange.statements.line import Statement, StatementLine
from store.ledger import facts
from store.ledger.payments import Part
from store.records import revisions, tables
from store.records.database import Ledger
from store.rules.errors import Stale

EVERY = 200
"""So many lines are written between two reports of progress."""


@dataclass(frozen=True, slots=True)
class Debt:
    """A debt that lines may pay, as a review names it."""

    id: int
    key: str
    name: str
    creditor: str
    currency: str


@dataclass(frozen=True, slots=True)
class Due:
    """An instalment that a line is for: when it is due, and which it is of how many."""

    due_on: date
    number: int
    of: int


@dataclass(frozen=True, slots=True)
class Choices:
    """What the person says: of single lines by their number, and of payees by their key.

    A payee stands for a debt, or (None) for nobody I owe; that is remembered when it is recorded.
    """

    lines: Mapping[int, Choice] = field(default_factory=dict)
    payees: Mapping[str, int | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Review:
    """A statement held against the ledger. What is sure in it is what `record` records."""

    statement: Statement
    matches: tuple[Match, ...]
    debts: Mapping[int, Debt]
    instalments: Mapping[int, Due]
    choices: Choices

    @property
    def sure(self) -> tuple[int, ...]:
        """The numbers of the lines that are recorded."""
        return tuple(number for number, each in enumerate(self.matches) if each.is_sure)

    def due_on(self, match: Match) -> date | None:
        """The due date of the first instalment that a line is for."""
        days = [self.instalments[key].due_on for key, _ in match.parts if key in self.instalments]
        return min(days, default=None)


@dataclass(frozen=True, slots=True)
class Imported:
    """What was recorded: new payments, payments that were found again, and those that came back.

    Then the payees that were named for a debt, those that are ignored, and the lines left out.
    """

    recorded: int = 0
    linked: int = 0
    returned: int = 0
    named: int = 0
    ignored: int = 0
    left_out: int = 0

    def __str__(self) -> str:
        """In a few words."""
        said = [
            f"{count} {one if count == 1 else many}"
            for count, one, many in (
                (self.recorded, "payment recorded", "payments recorded"),
                (self.linked, "found that was logged already", "found that were logged already"),
                (self.returned, "came back", "came back"),
                (self.named, "payee named", "payees named"),
                (self.ignored, "payee ignored", "payees ignored"),
                (self.left_out, "line left out", "lines left out"),
            )
            if count
        ]
        return ", ".join(said) or "nothing new"


def review(
    session: Session,
    statement: Statement,
    today: date,
    choices: Choices | None = None,
    progress: Callable[[float], None] | None = None,
) -> Review:
    """What each line of a statement is to the ledger; see `matching.match`."""
    choices = choices or Choices()
    everything = facts.of_all(session)
    there = matching_facts.collect(session, everything, choices.payees)
    found = matching.match(statement.lines, there, today, choices.lines, progress)
    due = {
        each.id: Due(each.due_on, *numbers[each.id])
        for debt in everything.values()
        for numbers in [debt.numbers()]
        for each in debt.instalments
    }
    paid = {each.payment_id for each in found if each.payment_id is not None}
    parts = _parts(session, paid) if paid else {}
    matches = tuple(
        each
        if each.parts or each.payment_id is None
        else replace(each, parts=tuple(parts.get(each.payment_id, ())))
        for each in found
    )
    return Review(statement, matches, _debts(session, today), due, choices)


def record(
    ledger: Ledger, found: Review, today: date, progress: Callable[[float], None] | None = None
) -> Imported:
    """Record what is sure in a review, and what was said of payees: all of it, or nothing.

    What the lines are is worked out again: where the ledger changed meanwhile so that a line is
    another thing now, `Stale` is raised. A CSV's mapping is remembered by its header.
    """
    with revisions.change(ledger, "exchange.import") as change:
        session = change.session
        tell = progress or (lambda _: None)
        now = review(session, found.statement, today, found.choices, lambda part: tell(part / 2))
        if now.matches != found.matches:
            raise Stale(
                "The ledger changed after the statement was read; nothing was recorded. "
                "Look at the lines again."
            )
        done = _Recorder(change, now, lambda part: tell(0.5 + part / 2)).run()
        if found.statement.mapping is not None and found.statement.header:
            _remember(session, found.statement.header, found.statement.mapping)
        account = found.statement.account
        change.summary = f"Statement{f' of {account}' if account else ''}: {done}"
    return done


def payee_key(line: StatementLine) -> str:
    """By what the payee of a line is remembered; empty where it says nothing."""
    return likeness.payee_key(line.payee, line.memo)


def remember(ledger: Ledger, statement: Statement) -> None:
    """Remember how a CSV was read, as it was confirmed, for files with its header."""
    if statement.mapping is not None and statement.header:
        with ledger.writing() as session:
            _remember(session, statement.header, statement.mapping)


def remembered(session: Session, header: Sequence[str]) -> Layout | None:
    """How CSV files with a header were read before, as it was confirmed."""
    layout = session.get(tables.Layout, json.dumps(list(header), ensure_ascii=False))
    if layout is None:
        return None
    said = json.loads(layout.mapping)
    return Layout(**{**said, "memo": tuple(said["memo"])})


class _Recorder:
    """Writes what is sure in a review."""

    def __init__(
        self, change: revisions.Change, now: Review, tell: Callable[[float], None]
    ) -> None:
        self.change, self.now, self.tell = change, now, tell
        self.made: dict[int, tables.Payment] = {}
        """The payment that each line is."""
        self.counts = dict.fromkeys(("recorded", "linked", "returned", "left_out"), 0)
        session = change.session
        ids = {now.matches[number].payment_id for number in now.sure} - {None}
        self.payments = {
            each.id: each
            for each in session.exec(
                select_records(tables.Payment).where(col(tables.Payment.id).in_(ids))
            )
        }
        self.left_out = {
            said_of(each): each for each in session.exec(select_records(tables.LeftOut))
        }

    def run(self) -> Imported:
        matches, sure = self.now.matches, self.now.sure
        new = [
            number
            for number in sure
            if matches[number].payment_id is None and matches[number].line.amount < 0
        ]
        # By day, so that the numbers of payments follow the statement.
        for done, number in enumerate(sorted(new, key=lambda n: (matches[n].line.booked_on, n))):
            self._pay(number, matches[number])
            if done % EVERY == 0:
                self.change.session.flush()
                self.tell(done / len(new) / 2)
        self.change.session.flush()
        for number in new:
            self._allot(number, matches[number])
        for done, number in enumerate(sure):
            if done % EVERY == 0:
                self.change.session.flush()
                self.tell(0.5 + done / len(sure) / 2)
            match = matches[number]
            if match.line.amount > 0:
                self._return(number, match)
            elif number not in self.made:
                self._link(number, match)
            self._keep(number, match.line)
        for number, match in enumerate(matches):
            self._leave_out(number, match.line)
        self._learn()
        self.change.session.flush()
        return Imported(**self.counts)

    def _pay(self, number: int, match: Match) -> None:
        assert match.debt_id is not None
        line = match.line
        payment = tables.Payment(
            debt_id=match.debt_id,
            paid_on=line.booked_on,
            amount=-line.amount,
            recorded_at=self.change.now,
        )
        self.made[number] = payment
        self.change.session.add(payment)
        self.counts["recorded"] += 1

    def _allot(self, number: int, match: Match) -> None:
        payment = self.made[number]
        for instalment_id, amount in match.parts:
            self.change.session.add(
                tables.Allotment(
                    payment_id=payment.id or 0,
                    instalment_id=instalment_id,
                    amount=amount,
                    recorded_at=self.change.now,
                )
            )

    def _link(self, number: int, match: Match) -> None:
        assert match.payment_id is not None
        self.made[number] = self.payments[match.payment_id]
        self.counts["linked"] += 1

    def _return(self, number: int, match: Match) -> None:
        if match.of_line is not None:
            payment = self.made[match.of_line]
        else:
            assert match.payment_id is not None
            payment = self.payments[match.payment_id]
        if payment.returned_on is None:
            payment.returned_on = match.line.booked_on
            self.counts["returned"] += 1
        else:
            self.counts["linked"] += 1
        self.made[number] = payment

    def _keep(self, number: int, line: StatementLine) -> None:
        """Remember the line, by which it is known when it comes again."""
        payment_id = self.made[number].id or 0
        self.change.session.add(
            tables.StatementLine(
                **columns(line), payment_id=payment_id, recorded_at=self.change.now
            )
        )

    def _leave_out(self, number: int, line: StatementLine) -> None:
        """Remember a line that pays no debt, as the person said."""
        said = self.now.choices.lines.get(number)
        there = self.left_out.get(said_of(line))
        if said is None:
            return
        if said.debt_id is not None and there is not None:
            self.change.session.delete(there)
        elif said.debt_id is None and there is None:
            self.change.session.add(tables.LeftOut(**columns(line), recorded_at=self.change.now))
            self.counts["left_out"] += 1

    def _learn(self) -> None:
        used = {payee_key(self.now.matches[number].line) for number in self.made}
        wanted = {
            key: debt
            for key, debt in self.now.choices.payees.items()
            # A debt that was named for lines which were then left out is not what was meant.
            if key and (debt is None or key in used)
        }
        self.counts["named"] = sum(debt is not None for debt in wanted.values())
        self.counts["ignored"] = sum(debt is None for debt in wanted.values())
        session = self.change.session
        there = {
            each.key: each
            for each in session.exec(
                select_records(tables.Payee).where(col(tables.Payee.key).in_(wanted))
            )
        }
        for key, debt_id in wanted.items():
            if key in there:
                there[key].debt_id = debt_id
            else:
                session.add(tables.Payee(key=key, debt_id=debt_id, recorded_at=self.change.now))


def _remember(session: Session, header: Sequence[str], mapping: Layout) -> None:
    session.merge(
        tables.Layout(
            header=json.dumps(list(header), ensure_ascii=False),
            mapping=json.dumps(asdict(mapping), ensure_ascii=False),
        )
    )


def _debts(session: Session, today: date) -> dict[int, Debt]:
    creditors = {each.id: each for each in session.exec(select_records(tables.Creditor))}
    held_by = facts.holders(session)
    return {
        row.id or 0: Debt(
            row.id or 0,
            row.key,
            row.name,
            creditors[held_by[row.id or 0](today)].name,
            creditors[row.creditor_id].currency,
        )
        for row in session.exec(select_records(tables.Debt))
    }


def _parts(session: Session, payment_ids: Collection[int]) -> dict[int, list[Part]]:
    """What recorded payments are for."""
    found: dict[int, list[Part]] = defaultdict(list)
    allotment = tables.Allotment
    for row in facts.rows(
        session,
        select(col(allotment.payment_id), col(allotment.instalment_id), col(allotment.amount)),
    ):
        if row.payment_id in payment_ids:
            found[row.payment_id].append((row.instalment_id, row.amount))
    return found
