"""What every reader of bank statements gives: lines of one shape, whatever the file's format."""

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Format = Literal["ofx", "qif", "camt", "mt940", "csv"]


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One line of a bank statement; `amount` in minor units, below zero where money went out."""

    account: str
    """The bank's name for the account; empty where the file has none."""
    booked_on: date
    amount: int
    currency: str
    payee: str
    """Who was paid, or who paid; empty where the file does not say."""
    memo: str
    id: str
    """The bank's own id; empty where it has none."""
    is_pending: bool = False
    """Whether the bank has still to book it."""


@dataclass(frozen=True, slots=True)
class Remark:
    """Something of the file that became no line, and where it stands."""

    place: str
    """As in `line 12`."""
    text: str


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a CSV is read: which column is what (by its place, from 0), and how values are written.

    Either `amount` or one of `debit` and `credit` is there.
    """

    date: int
    amount: int | None = None
    debit: int | None = None
    credit: int | None = None
    payee: int | None = None
    memo: tuple[int, ...] = ()
    id: int | None = None
    account: int | None = None
    currency: int | None = None
    kind: int | None = None
    """A column that says whether an amount went out or came in, as in `debit` or `credit`."""
    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: Literal[".", ","] = "."
    is_decimal_said: bool = False
    """Whether a person said the decimal mark; else the amounts of each file tell it."""
    order: Literal["dmy", "mdy", "ymd"] = "ymd"
    out_is_positive: bool = False
    """Whether an amount without a sign went out, as on some credit cards."""
    debit_is_negative: bool | None = None
    """Whether what went out is below zero in the column of debits; None until a file tells."""
    credit_is_negative: bool | None = None
    """Whether what came in is below zero in the column of credits; None until a file tells."""
    skip: int = 0
    """Lines before the header."""
    has_header: bool = True


@dataclass(frozen=True, slots=True)
class Statement:
    """A file as it was read: every line of it is in `lines` or spoken of in `remarks`."""

    format: Format
    lines: tuple[StatementLine, ...]
    remarks: tuple[Remark, ...] = ()
    header: tuple[str, ...] = ()
    """The columns of a CSV, by which its mapping is remembered; empty for other formats."""
    mapping: Mapping | None = None
    sample: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    """The first rows of a CSV as they stand, to show beside the mapping."""

    @property
    def account(self) -> str:
        """The account that the lines are of; empty where they are of several, or none is said."""
        accounts = {each.account for each in self.lines}
        return accounts.pop() if len(accounts) == 1 else ""
