"""The tables: one for each word of the design, named by it in the singular.

What can be worked out from the record (outcomes, balances, scores) has no column. Money is an
integer of minor units in columns of type `Minor`, rates are decimals held as text, `at` columns
are aware and held in UTC. The migrations make these tables in a ledger; a test keeps them equal.
"""

import secrets
from datetime import date, datetime
from typing import Any, Literal, get_args

from sqlalchemy import (
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

Side = Literal["me", "creditor"]
Direction = Literal["out", "in"]
Stage = Literal["none", "notice", "claim", "judgment", "enforcement"]
OfferStatus = Literal["open", "accepted", "declined", "countered", "lapsed"]
Writing = Literal["unwritten", "requested", "received", "signed"]
EndedHow = Literal["completed", "creditor", "advice", "insolvency", "broken"]
ChargeKind = Literal["interest", "fee", "refund", "waiver", "adjustment"]
BudgetKind = Literal["income", "essential", "saving"]
Deferral = Literal["last instalment", "raise instalments", "extend term"]
Weekend = Literal["none", "following", "preceding", "modified following"]
PaidBy = Literal["me", "standing order", "direct debit", "deduction", "provider"]


class Minor(TypeDecorator[int]):
    """Money: an integer of minor units; its columns refuse anything else."""

    impl = Integer
    cache_ok = True


class Word(TypeDecorator[str]):
    """One of a few words; its columns refuse any other."""

    impl = String
    cache_ok = True

    def __init__(self, words: tuple[str, ...]) -> None:
        super().__init__()
        self.words = words


def _new_version(_: int | None) -> int:
    """A version that no row had before, also not one that was deleted and came back."""
    return secrets.randbits(53)


def _word(literal: Any) -> Any:
    # SQLModel takes a type in `sa_type` at run time, and says that it wants a class.
    return Word(get_args(literal))


class Recorded(SQLModel):
    """What every record has: its number, when it was entered, and a version that guards edits."""

    id: int | None = Field(default=None, primary_key=True)
    recorded_at: datetime
    version: int = Field(default=1, nullable=False)

    # A number is never used twice, so that history speaks of one record only.
    __table_args__: Any = {"sqlite_autoincrement": True}

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805
        """Let an update of a row that changed meanwhile fail."""
        table = cls.__dict__.get("__table__")
        if table is None:
            return {}
        return {"version_id_col": table.c.version, "version_id_generator": _new_version}


def _args(*constraints: Any) -> tuple[Any, ...]:
    return (*constraints, {"sqlite_autoincrement": True})


def _more_than_zero(table: str) -> CheckConstraint:
    return CheckConstraint("amount > 0", name=f"ck_{table}_more_than_zero")


class TermsColumns(SQLModel):
    """Terms, in one shape for offers and agreements; `every` and `days` are the cadence."""

    amount: int | None = Field(default=None, sa_type=Minor)
    every: str | None = None
    days: str | None = None
    first_due: date | None = None
    count: int | None = None
    until: date | None = None
    last_amount: int | None = Field(default=None, sa_type=Minor)
    upfront: int | None = Field(default=None, sa_type=Minor)
    upfront_on: date | None = None
    defer_until: date | None = None
    deferral: Deferral | None = Field(default=None, sa_type=_word(Deferral))
    interest_accrues: bool | None = None
    apr: str | None = None
    apr_from: date | None = None
    apr_until: date | None = None
    fees_waived: int | None = Field(default=None, sa_type=Minor)
    written_off: int | None = Field(default=None, sa_type=Minor)
    weekend: Weekend | None = Field(default=None, sa_type=_word(Weekend))
    holidays: str | None = None
    grace_days: int | None = None
    paid_by: PaidBy | None = Field(default=None, sa_type=_word(PaidBy))


class Person(Recorded, table=True):
    """Who keeps the ledger: what stands at the head of a letter. There is at most one."""

    name: str | None = None
    address: str | None = None
    email: str | None = None
    phone: str | None = None


class Creditor(Recorded, table=True):
    """Whom you owe, or a collector to whom a debt went."""

    key: str = Field(unique=True)
    name: str
    currency: str
    kind: str | None = None
    phone: str | None = None
    email: str | None = None
    address: str | None = None
    website: str | None = None
    notes: str | None = None
    my_account_here: bool | None = None


class Debt(Recorded, table=True):
    """One account with one creditor; `balance` is what it was on `balance_on`."""

    key: str = Field(unique=True)
    creditor_id: int = Field(foreign_key="creditor.id", index=True)
    name: str
    reference: str | None = None
    balance: int | None = Field(default=None, sa_type=Minor)
    balance_on: date | None = None
    apr: str | None = None
    priority: bool = False
    consequence: str | None = None
    contractual_payment: int | None = Field(default=None, sa_type=Minor)
    others_liable: str | None = None
    stage: Stage | None = Field(default=None, sa_type=_word(Stage))
    answer_by: date | None = None
    last_paid_on: date | None = None
    acknowledged_on: date | None = None
    judgment_on: date | None = None
    closed_on: date | None = None


class Moratorium(Recorded, table=True):
    """Days on which a debt may not be pursued."""

    debt_id: int = Field(foreign_key="debt.id", index=True)
    starts_on: date
    ends_on: date | None = None
    note: str | None = None


class Transfer(Recorded, table=True):
    """A debt went to another creditor, who holds it from `on` on."""

    __table_args__ = _args(UniqueConstraint("debt_id", "on"))

    debt_id: int = Field(foreign_key="debt.id")
    to_creditor_id: int = Field(foreign_key="creditor.id")
    on: date
    note: str | None = None


class Situation(Recorded, table=True):
    """What happened to me, in my own words."""

    key: str = Field(unique=True)
    on: date
    text: str
    until: date | None = None
    private: bool = False


class Contact(Recorded, table=True):
    """One call, letter, email, chat or visit; `utc_offset` (minutes) is that of its place."""

    __table_args__ = _args(Index("ix_contact_creditor_at", "creditor_id", "at"))

    key: str = Field(unique=True)
    creditor_id: int = Field(foreign_key="creditor.id")
    debt_id: int | None = Field(default=None, foreign_key="debt.id")
    at: datetime
    utc_offset: int = 0
    channel: str
    direction: Direction = Field(sa_type=_word(Direction))
    person: str | None = None
    reference: str | None = None
    summary: str
    hardship: str | None = None
    situation_id: int | None = Field(default=None, foreign_key="situation.id")


class Undertaking(Recorded, table=True):
    """What one side said it would do, other than pay."""

    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)
    creditor_id: int = Field(foreign_key="creditor.id", index=True)
    by: Side = Field(sa_type=_word(Side))
    text: str
    due_on: date | None = Field(default=None, index=True)
    done_on: date | None = None


class Offer(TermsColumns, Recorded, table=True):
    """Terms that one side put to the other."""

    key: str = Field(unique=True)
    debt_id: int = Field(foreign_key="debt.id", index=True)
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    by: Side = Field(sa_type=_word(Side))
    on: date
    status: OfferStatus = Field(default="open", sa_type=_word(OfferStatus))
    answered_on: date | None = None
    answer_note: str | None = None
    countered_by_id: int | None = Field(default=None, foreign_key="offer.id")
    valid_until: date | None = None


class Agreement(TermsColumns, Recorded, table=True):
    """Terms that both accepted. One agreement is replaced by at most one other."""

    key: str = Field(unique=True)
    debt_id: int = Field(foreign_key="debt.id", index=True)
    offer_id: int | None = Field(default=None, foreign_key="offer.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    made_on: date
    capacity: int | None = Field(default=None, sa_type=Minor)
    supersedes_id: int | None = Field(default=None, foreign_key="agreement.id", unique=True)
    ended_on: date | None = None
    ended_how: EndedHow | None = Field(default=None, sa_type=_word(EndedHow))
    writing: Writing = Field(default="unwritten", sa_type=_word(Writing))
    written_on: date | None = None
    checklist: str | None = None
    """JSON: what the paper says, item by item."""


class Instalment(Recorded, table=True):
    """One promised payment."""

    __table_args__ = _args(
        UniqueConstraint("agreement_id", "number"), _more_than_zero("instalment")
    )

    agreement_id: int = Field(foreign_key="agreement.id")
    number: int
    due_on: date = Field(index=True)
    amount: int = Field(sa_type=Minor)


class Payment(Recorded, table=True):
    """Money that was sent; it counts until it is returned."""

    __table_args__ = _args(
        Index("ix_payment_debt_paid", "debt_id", "paid_on"), _more_than_zero("payment")
    )

    key: str | None = Field(default=None, unique=True)
    debt_id: int = Field(foreign_key="debt.id")
    paid_on: date = Field(index=True)
    amount: int = Field(sa_type=Minor)
    method: str | None = None
    reference: str | None = None
    note: str | None = None
    returned_on: date | None = None


class Allotment(Recorded, table=True):
    """How much of a payment was for an instalment: decided once, then the person's to change."""

    __table_args__ = _args(
        UniqueConstraint("payment_id", "instalment_id"), _more_than_zero("allotment")
    )

    payment_id: int = Field(foreign_key="payment.id")
    instalment_id: int = Field(foreign_key="instalment.id", index=True)
    amount: int = Field(sa_type=Minor)


class LineColumns(SQLModel):
    """A line of a bank statement, as `store.exchange.statements` reads it."""

    account: str
    booked_on: date = Field(index=True)
    amount: int = Field(sa_type=Minor)
    currency: str
    payee: str
    memo: str
    bank_id: str


class StatementLine(LineColumns, Recorded, table=True):
    """A line of a bank statement that a payment was found in: below zero it went out.

    Above zero it is the same money coming back.
    """

    __tablename__ = "statement_line"

    payment_id: int = Field(foreign_key="payment.id", index=True)


class LeftOut(LineColumns, Recorded, table=True):
    """A line of a bank statement of which the person said that it pays no debt."""

    __tablename__ = "left_out"


class Payee(Recorded, table=True):
    """What a bank calls someone, as `key`: the debt that it stands for, or (None) nobody I owe."""

    key: str = Field(unique=True)
    debt_id: int | None = Field(default=None, foreign_key="debt.id")


class Charge(Recorded, table=True):
    """What the creditor added or took off. The kind gives the sign; an adjustment has its own."""

    debt_id: int = Field(foreign_key="debt.id", index=True)
    on: date
    kind: ChargeKind = Field(sa_type=_word(ChargeKind))
    amount: int = Field(sa_type=Minor)
    note: str | None = None


class Balance(Recorded, table=True):
    """What a creditor's letter said was owed."""

    debt_id: int = Field(foreign_key="debt.id", index=True)
    on: date
    amount: int = Field(sa_type=Minor)
    source: str | None = None


class BudgetLine(Recorded, table=True):
    """A regular income, essential or saving. A changed amount ends one line and starts another."""

    __tablename__ = "budget_line"

    name: str
    kind: BudgetKind = Field(sa_type=_word(BudgetKind))
    amount: int = Field(sa_type=Minor)
    currency: str
    every: str
    days: str | None = None
    next_on: date | None = None
    starts_on: date | None = None
    ends_on: date | None = None
    weekend: Weekend | None = Field(default=None, sa_type=_word(Weekend))


class Cash(Recorded, table=True):
    """What I had on a day."""

    on: date = Field(index=True)
    amount: int = Field(sa_type=Minor)
    currency: str


class Document(Recorded, table=True):
    """A file that belongs to one record; its content is the blob with that SHA-256."""

    key: str = Field(unique=True)
    name: str
    media_type: str
    sha256: str = Field(foreign_key="blob.sha256", index=True)
    creditor_id: int | None = Field(default=None, foreign_key="creditor.id")
    debt_id: int | None = Field(default=None, foreign_key="debt.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id")
    agreement_id: int | None = Field(default=None, foreign_key="agreement.id")
    payment_id: int | None = Field(default=None, foreign_key="payment.id")


class Postponement(Recorded, table=True):
    """A line of Today that was put off: it comes back on the day `until`."""

    __table_args__ = _args(UniqueConstraint("record", "record_id"))

    record: str
    """The table of what was put off."""
    record_id: int
    until: date


class Loaded(Recorded, table=True):
    """A record without a key that came from a file, by the fingerprint it had there."""

    __table_args__ = _args(UniqueConstraint("record", "record_id"))

    fingerprint: str = Field(index=True)
    record: str
    record_id: int


class Draft(SQLModel, table=True):
    """What is typed in a form that was not saved yet; no use case, so no revision speaks of it."""

    form: str = Field(primary_key=True)
    """Which form it is, and of which record."""
    kept_at: datetime
    typed: str
    """JSON: the text of each field by its name."""


class Layout(SQLModel, table=True):
    """How CSV files with one header are read, as it was confirmed; a setting, not a record."""

    header: str = Field(primary_key=True)
    """JSON: the names of the columns."""
    mapping: str
    """JSON: which column is what, and how values are written."""


class Blob(SQLModel, table=True):
    """The bytes of documents, stored once each and never altered."""

    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_type=LargeBinary)


class Revision(SQLModel, table=True):
    """One use case: each record before and after it, chained by hash to the one before.

    `undoes_id` and `redoes_id` name the revision that this one takes back or does again.
    """

    __table_args__ = _args()

    id: int | None = Field(default=None, primary_key=True)
    at: datetime
    use_case: str
    summary: str
    changes: str
    undoes_id: int | None = Field(default=None, foreign_key="revision.id")
    redoes_id: int | None = Field(default=None, foreign_key="revision.id")
    previous_hash: str
    hash: str


RECORDS: dict[str, type[Recorded]] = {
    str(each.__tablename__): each
    for each in (
        Person, Creditor, Debt, Moratorium, Transfer, Situation, Contact, Undertaking, Offer,
        Agreement, Instalment, Payment, Allotment, StatementLine, LeftOut, Payee, Charge,
        Balance, BudgetLine, Cash, Document, Postponement, Loaded,
    )
}  # fmt: skip
"""Every table that revisions speak of, by name; owners stand before what belongs to them."""


def _condition_of(column: Column[Any]) -> str | None:
    """The condition that a column's values must meet beyond SQLite's own, which takes anything."""
    if isinstance(column.type, Minor):
        return f"typeof({column.name}) IN ('integer', 'null')"
    if isinstance(column.type, Word):
        return f'"{column.name}" IN ({", ".join(map(repr, column.type.words))})'
    return None


for _table in SQLModel.metadata.tables.values():
    for _column in _table.columns:
        if (_condition := _condition_of(_column)) is not None:
            _table.append_constraint(
                CheckConstraint(_condition, name=f"ck_{_table.name}_{_column.name}")
            )
