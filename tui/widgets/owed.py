"""What I owe, debt by debt, with a total for each currency."""

from collections import defaultdict
from collections.abc import Sequence

from textual.content import Content
from textual.widgets import Static

from store.ledger.views import Owed
from store.rules import money
from store.rules.balance import in_all
from tui.widgets.cells import fit, plain


class OwedCard(Static):
    """The balance of each debt, the total, and how much of it is paid off."""

    def __init__(self) -> None:
        super().__init__("", markup=False, classes="card")
        self.locale = ""
        self.border_title = "What I owe"
        self.owed: Sequence[Owed] = ()

    def show(self, owed: Sequence[Owed], locale: str) -> None:
        """Show the debts that are not closed; `locale` writes the amounts."""
        self.owed, self.locale = owed, locale
        self._fill()

    def on_resize(self) -> None:
        """Lay the lines out again."""
        self._fill()

    def _fill(self) -> None:
        width = self.content_size.width
        if not width or not self.locale:
            return
        left: dict[str, list[int]] = defaultdict(list)
        paid: dict[str, int] = defaultdict(int)
        lines: list[Content] = []
        for each in self.owed:
            left[each.currency].append(each.balance or 0)
            paid[each.currency] += each.paid
            amount = (
                "not known"
                if each.balance is None
                else money.format(each.balance, each.currency, self.locale)
            )
            name = plain(f"{each.creditor_name} · {each.debt_name}")
            lines.append(Content(f"{fit(name, width - len(amount) - 1)} {amount}"))
        for currency in sorted(left):
            lines += self._total(in_all(left[currency]), paid[currency], currency, width)
        self.update(Content("\n").join(lines) if lines else Content("Nothing. That is that."))

    def _total(self, left: int, paid: int, currency: str, width: int) -> list[Content]:
        share = paid / (paid + left) if paid + left > 0 else 0.0
        done = round(width * min(1.0, max(0.0, share)))
        total = money.format(left, currency, self.locale)
        so_far = f"{money.format(paid, currency, self.locale)} paid so far"
        return [
            Content.assemble(("In all".ljust(width - len(total)) + total, "bold")),
            Content.assemble(
                ("▰" * done, "$text-success"), ("▱" * (width - done), "$foreground 30%")
            ),
            Content.styled(so_far.rjust(width), "$foreground 70%"),
        ]
