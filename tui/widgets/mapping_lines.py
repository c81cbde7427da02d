"""How a CSV is read, as lines: each role with its column and first values, and what comes of it."""

from collections.abc import Mapping as Names
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from store.exchange.statements.line import Mapping, Statement, StatementLine
from store.rules import dates, money
from tui.widgets.cells import Cell, Column, Row, plain

COLUMNS = (
    Column("role"),
    Column("column", flex=True, max_width=28),
    Column("values", flex=True),
)
READ_COLUMNS = (Column("on"), Column("payee", flex=True), Column("amount", justify="right"))

ROLES = {
    "date": "Date",
    "amount": "Amount",
    "debit": "Money out",
    "credit": "Money in",
    "payee": "Payee",
    "memo": "Details",
    "kind": "In or out",
    "currency": "Currency",
    "account": "Account",
    "id": "Bank's id",
}
SETTINGS = {
    "order": "Dates are",
    "decimal": "Decimals",
    "out": "Went out",
    "in": "Came in",
    "delimiter": "Between",
    "header": "First row",
    "encoding": "Letters",
}
AMOUNTS = ("amount", "debit", "credit")
LAYOUT = ("delimiter", "header", "encoding")
"""What says where the columns are: when it changes, they are found anew."""

VALUES: Names[str, Sequence[tuple[str, str]]] = {
    "order": (
        ("dmy", "day, month, year"),
        ("mdy", "month, day, year"),
        ("ymd", "year, month, day"),
    ),
    "decimal": ((".", "after a point: 1,234.56"), (",", "after a comma: 1.234,56")),
    "out": (("negative", "below zero: -46.00"), ("positive", "above zero: 46.00")),
    "in": (("positive", "above zero: 46.00"), ("negative", "below zero: -46.00")),
    "delimiter": ((",", "commas"), (";", "semicolons"), ("tab", "tabs"), ("|", "bars")),
    "header": (("yes", "names the columns"), ("no", "is a line already")),
    "encoding": (
        ("utf-8", "utf-8, as most banks write now"),
        ("cp1252", "cp1252, as older Windows writes"),
        ("iso8859-15", "iso8859-15, of western Europe"),
        ("utf-16", "utf-16"),
    ),
}
"""For each setting, what can be said and what that means."""

EXAMPLES = 3
"""First values of a column that are shown beside it."""


@dataclass(frozen=True, slots=True)
class MappingLines:
    """Writes the mapping of a file with this header and these first rows."""

    mapping: Mapping
    header: Sequence[str]
    sample: Sequence[Sequence[str]]

    def rows(self) -> list[Row]:
        """Each role and each setting; what a file like this has no use for is left out."""
        columns = [Row(role, self._column_cells(role)) for role in ROLES if self._counts(role)]
        settings = [
            Row(name, (words, self._says(name), ""))
            for name, words in SETTINGS.items()
            if self._matters(name)
        ]
        return [
            Row("columns", ("Columns",), heading=True),
            *columns,
            Row("settings", ("How it is written",), heading=True),
            *settings,
        ]

    def _counts(self, role: str) -> bool:
        """Whether a role is worth a line: amounts stand in one column or in two."""
        if role in ("currency", "account", "id"):
            return getattr(self.mapping, role) is not None
        return role != "kind" or self.mapping.amount is not None

    def _matters(self, name: str) -> bool:
        """Whether a setting is worth a line: a sign is only where it says out or in."""
        mapping = self.mapping
        if name == "out" and mapping.amount is not None:
            return mapping.kind is None
        if name == "out":
            return mapping.debit_is_negative is not None
        return name != "in" or mapping.credit_is_negative is not None

    def _column_cells(self, role: str) -> tuple[Cell, ...]:
        places = self.places(role)
        if not places:
            return ROLES[role], ("–", "muted"), ""
        said = " + ".join(self.name(each) for each in places)
        return ROLES[role], (said, "accent"), (" · ".join(self.examples(places[0])), "muted")

    def _says(self, name: str) -> tuple[str, str]:
        now = self.setting(name)
        if not now:
            return "not clear: space says which", "danger"
        words = next((words for value, words in VALUES[name] if value == now), now)
        return words, "accent"

    def places(self, role: str) -> tuple[int, ...]:
        """The columns that have a role."""
        found = getattr(self.mapping, role)
        if found is None:
            return ()
        return found if isinstance(found, tuple) else (found,)

    def setting(self, name: str) -> str:
        """What is said of a setting now; empty where neither a person nor the file says it."""
        mapping = self.mapping
        if name == "decimal" and self._is_decimal_unclear:
            return ""
        if name == "out" and mapping.amount is not None:
            return "positive" if mapping.out_is_positive else "negative"
        if name in ("out", "in"):
            told = mapping.debit_is_negative if name == "out" else mapping.credit_is_negative
            return "negative" if told else "positive"
        if name == "header":
            return "yes" if mapping.has_header else "no"
        if name == "delimiter":
            return "tab" if mapping.delimiter == "\t" else mapping.delimiter
        return str(getattr(mapping, name))

    @property
    def _is_decimal_unclear(self) -> bool:
        """Whether the first amounts may have thousands or decimals, and nobody said which."""
        from store.exchange.statements.marks import is_untold

        places = [at for role in AMOUNTS for at in self.places(role)]
        amounts = [row[at] for row in self.sample for at in places if at < len(row)]
        return not self.mapping.is_decimal_said and is_untold(amounts)

    def choices(self, key: str) -> list[tuple[str, str]]:
        """What a line can be changed to, by value and in words; what holds now is ticked."""
        if key in SETTINGS:
            now = self.setting(key)
            known = [*VALUES[key]]
            if now and now not in dict(known):
                known.insert(0, (now, now))
            return [(value, f"{'✓' if value == now else ' '} {words}") for value, words in known]
        places = self.places(key)
        found = [
            (str(at), f"{'✓' if at in places else ' '} {self.name(at)}{self._such_as(at)}")
            for at in range(self.width)
        ]
        if key == "date":
            return found
        return [("", f"{' ' if places else '✓'} no such column"), *found]

    def _such_as(self, at: int) -> str:
        first = next(iter(self.examples(at)), "")
        return f" · {first}" if first else ""

    @property
    def width(self) -> int:
        """How many columns there are."""
        return max(len(self.header), max(map(len, self.sample), default=0))

    def name(self, at: int) -> str:
        """A column by its name, or by its number where it has none."""
        name = self.header[at].strip() if at < len(self.header) else ""
        return plain(name) or f"column {at + 1}"

    def examples(self, at: int) -> list[str]:
        """The first values of a column, empty ones left out."""
        values = (plain(row[at]).strip() for row in self.sample if at < len(row))
        return list(dict.fromkeys(filter(None, values)))[:EXAMPLES]


def read_rows(lines: Sequence[StatementLine], today: date, locale: str, most: int) -> list[Row]:
    """The first lines as they are read: day, who, and the amount with its sign."""
    heading = [Row("read", ("First lines, as they are read",), heading=True)] if lines else []
    return heading + [
        Row(
            number,
            (
                (dates.short(each.booked_on, today), "muted"),
                each.payee or each.memo or "–",
                money.format(each.amount, each.currency, locale),
            ),
        )
        for number, each in enumerate(lines[:most])
    ]


def summary(statement: Statement, today: date) -> str:
    """What a file comes to, in one sentence that shows at once whether it was read rightly."""
    lines = statement.lines
    if not lines:
        return "No line is found in it."
    days = [each.booked_on for each in lines]
    first, last = dates.short(min(days), today), dates.short(max(days), today)
    out = sum(each.amount < 0 for each in lines)
    came = sum(each.amount > 0 for each in lines)
    count = f"{len(lines):,} {'line' if len(lines) == 1 else 'lines'}"
    left = len(statement.remarks)
    rest = f"; {left} {'row is' if left == 1 else 'rows are'} no line" if left else ""
    period = first if first == last else f"{first} to {last}"
    return f"{count}, {period}: {out:,} went out, {came:,} came in{rest}."
