"""What the Plan screen says: the budget, the surplus, the shares, and how long they take."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from textual.content import Content

from store.ledger.budget_views import Line
from store.ledger.plan_views import Plan, PlanDebt, PriorityArrears
from store.rules import cadence, dates, money
from store.rules.affordability import Payoff, Strategy
from store.rules.projection import Projection
from tui import formats, verdicts
from tui.widgets.agreement_lines import often
from tui.widgets.cells import Cell, Column, Row, fit, plain

BUDGET = (
    Column("name", flex=True),
    Column("amount", justify="right"),
    Column("every", max_width=12, low=True),
    Column("monthly", justify="right", header="a month"),
)

SHARES = (
    Column("debt", flex=True, header="Debt"),
    Column("now", justify="right", header="now"),
    *(Column(each.value, justify="right", header=each.value) for each in Strategy),
    Column("owed", justify="right", header="owed", low=True),
)

KINDS = {"income": "Income", "essential": "Essentials", "saving": "Saving"}
BAR = (("█", "essentials"), ("▓", "priority"), ("▒", "saving"), ("░", "left"))
BLOCKS = " ▁▂▃▄▅▆▇█"
TOTAL = "total"


@dataclass(frozen=True)
class PlanLines:
    """Writes a plan, with amounts as `locale` has them."""

    view: Plan
    locale: str
    strategy: Strategy = Strategy.PRO_RATA

    def money(self, amount: int) -> str:
        """An amount of the plan."""
        return money.format(amount, self.view.currency, self.locale)

    def headline(self) -> str:
        """The plan in a sentence, and what comes first where something does."""
        first = verdicts.first(self.view, self.strategy)
        return f"{self._left(is_short=bool(first))} {first}".rstrip()

    def _left(self, *, is_short: bool) -> str:
        """What is left a month, and how much of it is promised; `is_short` without what is well."""
        plan = self.view
        if plan.is_empty:
            return "What comes in, what must go out, what is left? Add the first line with a."
        if plan.amount < 0:
            return f"Nothing is left: {self.money(-plan.amount)} is missing every month."
        if not plan.amount:
            return "Nothing is left over."
        left, promised = f"{self.money(plan.amount)} is left a month", self.money(plan.promised)
        over = plan.promised - plan.amount
        if over > 0:
            return f"{left}, and {promised} is promised: {self.money(over)} too much."
        if is_short:
            return f"{left}."
        more = f" {promised} of it is promised." if plan.promised else ""
        return f"{left} for debts that are no priority.{more}"

    # --- the budget -------------------------------------------------------------------------

    def budget(self, *, ended: bool) -> list[Row]:
        """The lines by kind, each kind with what it comes to a month."""
        plan, found = self.view, []
        sums = {
            "income": plan.surplus.income,
            "essential": plan.surplus.essentials,
            "saving": plan.surplus.saving,
        }
        for kind, title in KINDS.items():
            lines = [
                each
                for each in plan.lines
                if each.details.kind == kind and (ended or not each.is_over)
            ]
            if lines:
                heading = f"{title} · {self.money(sums[kind])} a month"
                found.append(Row(kind, (heading,), heading=True))
                found += [Row(each.line_id, self._line(each)) for each in lines]
        return found

    def _line(self, line: Line) -> tuple[Cell, ...]:
        details = line.details
        style = "muted" if line.is_over else ""
        name = details.name
        monthly = "once" if line.monthly is None else self.money(line.monthly)
        if details.starts_on and details.starts_on > self.view.on:
            # It counts for nothing yet, so that what the others come to is what stands above them.
            monthly, style = self._since(details.starts_on), "muted"
        elif details.ends_on:
            name += f", until {self._day(details.ends_on)}"
        return (
            (name, style or "title"),
            (self.money(details.amount), style),
            (often(details.cadence), style),
            (monthly, style),
        )

    def line(self, line: Line) -> list[str]:
        """A line in full."""
        details = line.details
        said = f"{details.name}: {self.money(details.amount)} {cadence.describe(details.cadence)}"
        if details.next_on:
            said += f", counted from {dates.full(details.next_on)}"
        ends = []
        if details.starts_on:
            ends.append(f"from {dates.full(details.starts_on)}")
        if details.ends_on:
            ends.append(f"until {dates.full(details.ends_on)}")
        if not (details.next_on or details.starts_on or details.cadence.days):
            ends.append("no day is said, so the cash ahead leaves it out")
        return [f"{said}{'; ' if ends else ''}{' '.join(ends)}."]

    # --- the surplus ------------------------------------------------------------------------

    def surplus(self, width: int) -> Content:
        """The steps to the surplus, and a bar of where the income goes."""
        steps = self.view.surplus
        rows = [
            ("", "income", steps.income),
            ("−", "essentials", steps.essentials),
            ("−", "saving", steps.saving),
            ("=", "available", steps.available),
            ("−", "agreed on priority debts", steps.priority),
            ("=", "left a month", steps.surplus),
        ]
        shown = [self.money(amount) for _, _, amount in rows]
        wide = max(map(len, shown))
        lines = [
            Content.styled(
                f"{sign:<2}{name:<26}{amount:>{wide}}",
                "bold" if sign == "=" else "$foreground 90%",
            )
            for (sign, name, _), amount in zip(rows, shown, strict=True)
        ]
        lines.append(Content(""))
        lines.append(self._bar(max(10, width)))
        lines.append(
            Content.styled("  ".join(f"{mark} {name}" for mark, name in BAR), "$foreground 60%")
        )
        return Content("\n").join([*lines, *self._stressed()])

    def brief_surplus(self, width: int) -> Content:
        """The same where there is little height: the bar, and how much each part is."""
        steps = self.view.surplus
        parts = (steps.essentials, steps.priority, steps.saving, steps.surplus)
        said = "  ".join(
            f"{mark} {name} {self.money(amount)}"
            for (mark, name), amount in zip(BAR, parts, strict=True)
        )
        income = Content.styled(f"{self.money(steps.income)} comes in a month", "bold")
        bar, legend = self._bar(max(10, width)), Content.styled(said, "$foreground 80%")
        return Content("\n").join([income, bar, legend, *self._stressed()])

    def _bar(self, width: int) -> Content:
        steps = self.view.surplus
        parts = [steps.essentials, steps.priority, steps.saving, max(0, steps.surplus)]
        whole = max(steps.income, sum(parts))
        if not whole:
            return Content("·" * width)
        colours = ("$foreground 60%", "$text-warning", "$text-primary", "$text-success")
        pieces, used, run = [], 0, 0
        for (mark, _), part, colour in zip(BAR, parts, colours, strict=True):
            run += part
            cells = round(run * width / whole) - used
            used += cells
            pieces.append(Content.styled(mark * cells, colour))
        return Content("").join(pieces)

    def _stressed(self) -> list[Content]:
        found = self.view.stressed
        if found.stress.is_none:
            return []
        what = []
        if found.stress.cut:
            what.append(f"income −{found.stress.cut} %")
        if found.stress.bill:
            on = f" on {self._day(found.stress.bill_on)}" if found.stress.bill_on else " today"
            what.append(f"a bill of {self.money(found.stress.bill)}{on}")
        lines = [f"With {' and '.join(what)}: {self.money(found.surplus)} is left a month."]
        if not found.is_cash_known:
            lines.append("Say what cash there is ($), and this says how long it lasts.")
        elif found.short_on is None and self.view.outlook.missing:
            lines.append("No other day of the cash is short because of it, as far as is known.")
        elif found.short_on is None:
            lines.append(
                "The cash carries it: no day in the next two years is short because of it."
            )
        else:
            day = dates.short(found.short_on, self.view.on)
            lines.append(f"It makes the cash {self.money(found.gap)} short on {day}.")
        return [Content(""), *(Content.styled(plain(each), "$text-warning") for each in lines)]

    # --- what comes first -------------------------------------------------------------------

    def first(self) -> list[str]:
        """What comes before the shares: the verdict, and what each priority debt is covered by."""
        plan = self.view
        said = []
        if plan.is_empty:
            said.append("First the budget: a adds what comes in, and what must go out.")
        said += [f"! {each}" for each in verdicts.verdict(plan, self.strategy)]
        if plan.verdicts[self.strategy].wants_advice:
            said.append(f"Free: {verdicts.advisers(plan.country)[0]} · f for more")
        if plan.wants_relief and plan.debts:
            said.append(f"o on a debt asks for {verdicts.relief(plan, self.locale)}.")
        if plan.contracts_take_all and plan.shows_shares(self.strategy):
            said.append(verdicts.CONTRACTS_TAKE_ALL)
        said += [self._covered(each) for each in plan.priority]
        if plan.account_at:
            names = " and ".join(plan.account_at)
            said.append(f"! {names} holds my account and could take from it · f says more")
        elif plan.has_collector:
            said.append("A collector is among them: f says what one at the door may do.")
        return said

    def _covered(self, debt: PriorityArrears) -> str:
        name = f"{debt.creditor} · {debt.name}"
        if debt.monthly is not None:
            return f"✓ {name}: {self.money(debt.monthly)} a month"
        if debt.reserve is not None:
            return f"✓ {name}: put by as {debt.reserve}"
        what = f" ({debt.consequence})" if debt.consequence else ""
        return f"✗ {name}: nothing is agreed{what}"

    # --- the shares -------------------------------------------------------------------------

    def shares(self) -> list[Row]:
        """Each debt with what is promised now and its share by each strategy.

        Where nothing is left there is no share, but each debt can be asked for a token payment.
        """
        plan = self.view
        if plan.wants_relief:
            return [Row(each.debt_id, self._share(each)) for each in plan.debts]
        if not plan.shows_shares(self.strategy):
            return []
        found = [Row(each.debt_id, self._share(each)) for each in plan.debts]
        if not found:
            return found
        whole = [sum(each.shares[strategy] for each in plan.debts) for strategy in Strategy]
        sums = [self._brief(each) for each in (plan.promised, *whole, self._owed)]
        months = [
            self._months(plan.months_now) if plan.promised else "–",
            *(
                "–" if each is Strategy.CONTRACTUAL and plan.lacks_contract else self._months(found)
                for each, found in plan.months.items()
            ),
        ]
        costs = [plan.interest_now, *map(plan.interest, Strategy)]
        return [
            *found,
            Row(TOTAL, tuple((text, "muted") for text in ("together", *sums))),
            Row("months", tuple((text, "muted") for text in ("months", *months, ""))),
            Row(
                "interest",
                tuple((text, "muted") for text in ("interest", *map(self._cost, costs), "")),
            ),
        ]

    @property
    def _owed(self) -> int:
        return sum(each.balance for each in self.view.debts)

    def _share(self, debt: PlanDebt) -> tuple[Cell, ...]:
        return (
            (debt.name, "title"),
            (self._brief(debt.now) if debt.now else "–", "" if debt.now else "muted"),
            *(
                ("–", "muted")
                if self.view.wants_relief or self._is_left_out(debt, each)
                else (self._brief(debt.shares[each]), "accent" if each is self.strategy else "")
                for each in Strategy
            ),
            (self._brief(debt.balance), "muted"),
        )

    @staticmethod
    def _is_left_out(debt: PlanDebt, strategy: Strategy) -> bool:
        """By contract alone, what no payment by contract is known of gets nothing."""
        return strategy is Strategy.CONTRACTUAL and not debt.contractual

    @staticmethod
    def _months(months: int | None) -> str:
        return "never" if months is None else str(months)

    def _cost(self, amount: int | None) -> str:
        return "–" if amount is None else self._brief(amount)

    def _brief(self, amount: int) -> str:
        return formats.brief(amount, self.view.currency)

    def share(self, debt: PlanDebt) -> list[str]:
        """A share in full: what it does to the debt, beside what is promised now."""
        payoff = debt.payoffs[self.strategy]
        contract = (
            "" if debt.contractual is None else f", {self.money(debt.contractual)} by contract"
        )
        owed = (
            f"{debt.creditor} · {debt.name}: {self.money(debt.balance)} owed at "
            f"{debt.apr:f} %{contract}."
        )
        if self.view.wants_relief:
            return [owed, f"o asks for {verdicts.relief(self.view, self.locale)}."]
        share = f"{self.money(debt.shares[self.strategy])} {self.strategy}: {self._ends(payoff)}."
        if self._is_left_out(debt, self.strategy):
            share = "No payment by contract is known of it, so it gets no share."
        return [
            owed,
            share,
            f"Now {self.money(debt.now)} a month: {self._goes_on(debt.going_on)}."
            if debt.going_on is not None
            else "Nothing is promised on it now: o makes an offer of its share.",
        ]

    def _ends(self, payoff: Payoff) -> str:
        if payoff.months is None:
            return "it is never paid off"
        last = dates.add_months(self.view.on, payoff.months)
        return self._paid_off(last, payoff.total, payoff.interest)

    def _goes_on(self, found: Projection) -> str:
        if found.last_on is None:
            return "nothing of it is due while it is suspended"
        if found.left_over:
            left = self.money(found.left_over)
            return f"it ends in {found.last_on:%B %Y} with {left} still owed"
        return self._paid_off(found.last_on, found.total_paid, found.interest)

    def _paid_off(self, last: date, total: int, interest: int) -> str:
        cost = f", {self.money(interest)} of it interest" if interest > 0 else ""
        return f"paid off by {last:%B %Y} for {self.money(total)}{cost}"

    def chart(self, width: int, height: int) -> Content:
        """What is owed on each debt month by month: a line each, a bar a moment."""
        plan = self.view
        debts = [each for each in plan.debts if each.balance > 0][: max(1, height - 1)]
        if not debts or not plan.shows_shares(self.strategy):
            return Content("")
        ends = [each.payoffs[self.strategy].months for each in debts]
        longest = max([1, *(each for each in ends if each is not None)])
        name_width = min(22, max(len(each.name) for each in debts))
        room = max(8, width - name_width - 16)
        lines = []
        for each in debts:
            payoff = each.payoffs[self.strategy]
            bars = _bars(payoff.balances, longest, room, each.balance)
            months = "never" if payoff.months is None else f"{payoff.months} months"
            lines.append(
                Content.assemble(
                    (fit(plain(each.name), name_width), ""),
                    "  ",
                    (bars, "$text-primary"),
                    "  ",
                    (f"{months:>11}", "$foreground 80%"),
                )
            )
        last = dates.add_months(plan.on, longest)
        ruler = f"{'today':<{max(5, room - 8)}}{last:%b %Y}"
        lines.append(Content.styled(" " * (name_width + 2) + ruler, "$foreground 60%"))
        return Content("\n").join(lines)

    def _since(self, day: date) -> str:
        is_near = day < dates.add_months(self.view.on, 11)
        return f"from {day.day} {day:%b}" if is_near else f"from {day:%b %Y}"

    def _day(self, day: date) -> str:
        return dates.short(day, self.view.on).split(" ", 1)[1]


def _bars(balances: Sequence[int], longest: int, room: int, most: int) -> str:
    """Balances over time as bars of one line, as wide as the longest of the debts takes."""
    cells = []
    for n in range(room):
        month = n * longest // room
        balance = balances[month] if month < len(balances) else balances[-1]
        # What is owed shows, be it ever so little.
        level = -(-balance * (len(BLOCKS) - 1) // most) if balance > 0 else 0
        cells.append(BLOCKS[min(level, len(BLOCKS) - 1)])
    return "".join(cells)
