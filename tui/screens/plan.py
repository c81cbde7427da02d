"""Plan: what is left a month, how it can be shared, and how long that takes."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual import events, on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.widgets import Static

from store.ledger.budget_views import Line
from store.ledger.plan_views import Plan, PlanDebt, Stress
from store.rules.affordability import Strategy
from tui import commands, verdicts, views
from tui.dialogs.details import Details
from tui.screens.ledger_screen import LedgerScreen, Record, style_beside
from tui.widgets.cash import CashCard
from tui.widgets.cells import plain
from tui.widgets.drawn import Drawn
from tui.widgets.plan_lines import BUDGET, SHARES, PlanLines
from tui.widgets.record_list import RecordList

if TYPE_CHECKING:
    from store.records.database import Ledger, Reading
    from store.rules.terms import Terms

LOW = 30
"""Lines of the screen under which what is left is said briefly."""

NO_BUDGET = "a adds the first line: wages, rent, food …"
NO_SHARES = "No share is shown before what comes first is covered."
RELIEF = (
    ("token", "a token payment, looked at again in six months"),
    ("deferral", "a deferral: nothing due for three months"),
)
NO_DEBTS = "No debt with a balance that is no priority."


class PlanScreen(LedgerScreen[Plan]):
    """The budget and its surplus; beside them what comes first, and the shares."""

    NAME = commands.PLAN
    DEFAULT_CSS = style_beside(__file__)
    BINDINGS: ClassVar[list[BindingType]] = commands.bindings(commands.PLAN)

    chosen_strategy = Strategy.PRO_RATA
    currency: str | None = None
    supposed = Stress()
    shows_ended = False

    def compose_body(self) -> ComposeResult:
        """Two columns: where the money goes, and what it is shared out to."""
        yield Static(markup=False, id="headline")
        with Horizontal(id="panes"):
            with Vertical(id="budget-side"):
                yield Drawn(id="surplus")
                yield RecordList(BUDGET, id="budget", empty=NO_BUDGET)
            with VerticalScroll(id="share-side", can_focus=False):
                yield Static(markup=False, id="first", classes="card")
                yield RecordList(SHARES, id="shares", empty=NO_SHARES)
                yield Drawn(id="payoff")
                yield CashCard(id="cash")
        yield Static(markup=False, id="detail")

    def on_mount(self) -> None:
        """Name the parts."""
        self.query_one("#surplus").border_title = "What is left"
        self.query_one("#budget").border_title = "Budget"
        self.query_one("#first").border_title = "First"
        self._list("budget").focus()

    def reading(self) -> "Callable[[Reading], Plan]":
        """What reads the plan of the currency that is shown."""
        app = self.accord
        return partial(
            views.plan,
            on=app.today,
            wanted=self.currency,
            usual=app.currency,
            stress=self.supposed,
            country=app.settings.country,
            locale=app.locale,
        )

    def show(self, plan: Plan) -> None:
        """Show it."""
        lines = self._lines
        assert lines is not None
        self.query_one("#headline", Static).update(plain(lines.headline()))
        self._list("budget").set_rows(lines.budget(ended=self.shows_ended))
        ended = sum(each.is_over for each in plan.lines)
        shown = "hides" if self.shows_ended else "shows"
        self._list("budget").border_subtitle = f"{ended} ended · Z {shown} them" if ended else None
        first = "\n".join(map(plain, lines.first()))
        self.query_one("#first", Static).update(first)
        self.query_one("#first").display = bool(first)
        shares = self._list("shares")
        shares.empty = NO_SHARES if plan.debts else NO_DEBTS
        shares.border_title = (
            "Token payment or deferral"
            if plan.wants_relief
            else f"Shares of {plain(lines.money(plan.amount))} a month"
        )
        shares.set_rows(lines.shares())
        self._draw(lines)
        self._highlighted()
        self.refresh_bindings()

    def _draw(self, lines: PlanLines) -> None:
        """Draw what depends on the width."""
        is_low = self.size.height < LOW
        self.query_one("#surplus", Drawn).show(lines.brief_surplus if is_low else lines.surplus)
        payoff = self.query_one("#payoff", Drawn)
        payoff.show(partial(lines.chart, height=10))
        payoff.border_title = f"Paid off, {self.chosen_strategy}"
        self.query_one(CashCard).show([lines.view.outlook], self.accord.locale)

    def on_resize(self) -> None:
        """Leave the budget its room where there is little."""
        if (lines := self._lines) is not None:
            self._draw(lines)

    @property
    def _lines(self) -> PlanLines | None:
        if self.view is None:
            return None
        return PlanLines(self.view, self.accord.locale, self.chosen_strategy)

    def _list(self, id_: str) -> RecordList:
        return self.query_one(f"#{id_}", RecordList)

    @property
    def _is_at_shares(self) -> bool:
        return self.focused is self._list("shares")

    @property
    def line(self) -> Line | None:
        """The line of the budget that is chosen."""
        row = self._list("budget").selected if self.is_mounted else None
        if row is None or self.view is None or self._is_at_shares:
            return None
        return next((each for each in self.view.lines if each.line_id == row.key), None)

    @property
    def debt(self) -> PlanDebt | None:
        """The debt whose share is chosen."""
        row = self._list("shares").selected if self.is_mounted else None
        if row is None or self.view is None or not self._is_at_shares:
            return None
        return next((each for each in self.view.debts if each.debt_id == row.key), None)

    @property
    def chosen_record(self) -> Record | None:
        """The chosen line of the budget, or the debt of the chosen share."""
        if self.line is not None:
            return "budget_line", self.line.line_id
        return None if self.debt is None else ("debt", self.debt.debt_id)

    # --- what can be done -------------------------------------------------------------------

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """A key shows only where it does something now."""
        if not self.is_mounted:
            return True
        if action == "toggle_pane":
            return self.has_class("-narrow")
        if action in ("edit", "delete"):
            return self.line is not None
        if action == "offer":
            return self.debt is not None
        if action == "open":
            return self.line is not None or self.debt is not None
        if action == "currency":
            return self.view is not None and len(self.view.currencies) > 1
        if action == "ended":
            return self.view is not None and any(each.is_over for each in self.view.lines)
        return super().check_action(action, parameters)

    def action_add(self) -> None:
        """Ask for a new line of the budget."""
        self._ask(None)

    def action_edit(self) -> None:
        """Ask what changes about the chosen line."""
        if self.line is not None:
            self._ask(self.line)

    def _ask(self, line: Line | None) -> None:
        from tui.dialogs.budget_line import BudgetLineForm

        if self.view is not None and self.accord.ledger is not None:
            currencies = [
                self.view.currency,
                *(each for each in self.view.currencies if each != self.view.currency),
            ]
            self.app.push_screen(BudgetLineForm(self.accord, currencies, line), self.said)

    def action_delete(self) -> None:
        """Ask once, then delete the chosen line."""
        from tui.dialogs.dialog import Question

        line = self.line
        if line is None:
            return
        question = Question(
            f"Delete {line.details.name}?",
            "Also from the past, as if it had never been. If it only comes no more, "
            "say so with e: a last day keeps the past as it was.",
            yes="Delete",
            default=False,
        )
        self.app.push_screen(question, partial(self._delete, line.line_id))

    def _delete(self, line_id: int, is_sure: bool | None) -> None:
        if is_sure:
            self.write(partial(_delete_line, line_id))

    def action_open(self) -> None:
        """Edit a line; on a share see the offers on its debt."""
        from tui.dialogs import compare

        if self.line is not None:
            self.action_edit()
        elif self.debt is not None:
            compare.begin(self.accord, self.debt.debt_id)

    def action_strategy(self) -> None:
        """Share by the next strategy."""
        order = list(Strategy)
        self.chosen_strategy = order[(order.index(self.chosen_strategy) + 1) % len(order)]
        if self.view is not None:
            self.show(self.view)

    def action_offer(self) -> None:
        """Make an offer of the chosen share; where nothing is left, of a token or a deferral."""
        from store.rules.cadence import Cadence, Unit
        from store.rules.terms import Terms
        from tui.dialogs.menu import Menu

        debt, view = self.debt, self.view
        if debt is None or view is None:
            return
        if view.wants_relief:
            menu = Menu(f"Ask {debt.creditor} for", RELIEF)
            self.app.push_screen(menu, partial(self._ask_relief, debt, view.currency))
        else:
            amount = debt.shares[self.chosen_strategy] or None
            terms = Terms(amount=amount, cadence=Cadence(Unit.MONTH))
            self._offer(debt, terms, view.currency)

    def _ask_relief(self, debt: PlanDebt, currency: str, chosen: str | None) -> None:
        from store.rules import relief

        if chosen == "token":
            self._offer(debt, relief.token(currency), currency)
        elif chosen == "deferral":
            amount = debt.now or debt.contractual
            self._offer(debt, relief.deferral(amount, self.accord.today), currency)

    def _offer(self, debt: PlanDebt, terms: "Terms", currency: str) -> None:
        """Ask for an offer at the rate that is agreed now, which what Plan says rests on."""
        from store.rules.terms import with_interest_of
        from tui.dialogs import offer

        terms = with_interest_of(terms, debt.terms, self.accord.today)
        offer.begin(self.accord, debt.debt_id, terms=terms, currency=currency)

    def action_stress(self) -> None:
        """Ask what may go wrong."""
        from tui.dialogs.stress import StressForm

        if self.view is not None:
            form = StressForm(self.accord, self.view.currency, self.supposed)
            self.app.push_screen(form, self._supposed)

    def _supposed(self, stress: Stress | None) -> None:
        if stress is not None:
            self.supposed = stress
            self.refresh_view()

    def action_cash(self) -> None:
        """Ask what cash there is."""
        from tui.dialogs.cash import CashForm

        if self.view is not None and self.accord.ledger is not None:
            form = CashForm(self.accord, list(self.view.currencies))
            self.app.push_screen(form, self.said)

    def action_advice(self) -> None:
        """Say who advises for free, and what to know of collectors and banks."""
        if self.view is None:
            return
        country = self.view.country
        lines = [*verdicts.advisers(country)]
        if country is not None:
            lines += [f"At the door: {country.doorstep}", f"My account: {country.set_off}"]
            if self.view.account_at:
                names = ", ".join(self.view.account_at)
                lines.append(f"{names} holds your account, and could take from it.")
        title = "Free advice" + (f" · {country.name}" if country is not None else "")
        self.app.push_screen(Details(title, lines))

    def action_currency(self) -> None:
        """Show the plan of the next currency."""
        if self.view is not None:
            used = self.view.currencies
            self.currency = used[(used.index(self.view.currency) + 1) % len(used)]
            self.refresh_view()

    def action_ended(self) -> None:
        """Show what has ended too, or hide it again."""
        self.shows_ended = not self.shows_ended
        if self.view is not None:
            self.show(self.view)

    def action_toggle_pane(self) -> None:
        """Show the shares instead of the budget, or the budget again."""
        self.toggle_class("-beside")
        shown = self._list("shares" if self.has_class("-beside") else "budget")
        self.call_after_refresh(shown.focus, scroll_visible=False)

    @on(RecordList.Opened)
    def _opened(self) -> None:
        self.action_open()

    @on(RecordList.Left)
    def _left(self, message: RecordList.Left) -> None:
        """Past the shares comes what stands above or under them; else the other list."""
        other = self._list("shares" if message.list.id == "budget" else "budget")
        side = self.query_one("#share-side", VerticalScroll)
        end = side.max_scroll_y if message.direction > 0 else 0
        if other.id == "budget" and side.scroll_y != end:
            side.scroll_relative(y=5 * message.direction, animate=False)
        elif not self.has_class("-narrow") and other.rows:
            other.focus()

    @on(RecordList.Highlighted)
    @on(events.DescendantFocus)
    def _highlighted(self) -> None:
        """Say what the chosen line has no room for."""
        lines = self._lines
        if lines is None:
            return
        said: list[str] = []
        if self.debt is not None:
            said = lines.share(self.debt)
        elif self.line is not None:
            said = lines.line(self.line)
        self.query_one("#detail", Static).update("\n".join(map(plain, said)))
        self.refresh_bindings()


def _delete_line(line_id: int, ledger: "Ledger") -> str:
    from store.ledger import budget

    return f"Deleted from the budget: {budget.delete(ledger, line_id)} · u takes it back"
