"""How my word stands: the score, the last twelve months, what was kept, and what can be paid."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from textual.content import Content
from textual.widgets import Static

from store.ledger.score_views import NextPayment, Word
from store.rules import dates
from store.rules.credibility import Confidence, Score
from store.rules.outcome import Outcome
from tui import formats
from tui.widgets.cells import plain

BARS = "▁▂▃▄▅▆▇█"
LEAST_SPAN = 30  # points between an empty bar and a full one, at least
SHOWN = 3  # open promises that the card speaks of


class WordCard(Static):
    """The score with its confidence, a bar for each month, the counts, and the next payments."""

    DEFAULT_CSS = """
    WordCard { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False, classes="card")
        self.border_title = "Credibility"

    def show(self, word: Word, counts: Mapping[Outcome, int], today: date) -> None:
        """Show how my word stands, and the counts so far."""
        score = word.badge.score
        number, _, change = formats.badge(word.badge)[0].partition(" ")
        first = [(number, "bold $text-primary"), (f"   {score.confidence}", "")]
        if change:
            first.append((f"   {change} in 30 days", "$foreground 70%"))
        if score.confidence is Confidence.TOO_LITTLE:
            first = [("new", "bold $text-primary"), ("   too little evidence yet", "")]
        lines = [Content.assemble(*first)]
        if any(each.evidence for _, each in word.months):
            bars = " ".join(_bars([each for _, each in word.months]))
            names = " ".join(f"{day:%b}"[0] for day, _ in word.months)
            lines.append(Content.styled(bars, "$text-success"))
            lines.append(Content.styled(names, "$foreground 60%"))
        lines.append(Content(_counts(counts)))
        lines += [Content.styled(each, "$foreground 80%") for each in _next(word, today)]
        self.update(Content("\n").join(lines))


def _bars(scores: Sequence[Score]) -> list[str]:
    """Scores as bars, from the lowest to the highest of them; a dot where nothing counted yet."""
    known = [each.score for each in scores if each.evidence]
    low, high = min(known), max(known)
    # A change of few points is not made to look like much.
    span = max(LEAST_SPAN, high - low)
    base = high - span
    return [
        BARS[round((len(BARS) - 1) * (each.score - base) / span)] if each.evidence else "·"
        for each in scores
    ]


def _counts(counts: Mapping[Outcome, int]) -> str:
    waiting = sum(count for outcome, count in counts.items() if outcome.is_overdue)
    kept, late = counts.get(Outcome.KEPT, 0), counts.get(Outcome.LATE, 0)
    glyphs = formats.GLYPHS
    return (
        f"{glyphs[Outcome.KEPT]} {kept} kept  {glyphs[Outcome.LATE]} {late} late  "
        f"{glyphs[Outcome.MISSED]} {waiting} open"
    )


def _next(word: Word, today: date) -> Iterable[str]:
    """What can be paid next, and what that does; never what the cash does not carry."""
    if not word.is_cash_known:
        yield "Once the cash ahead is known, this"
        yield "says what can be paid."
    for each in word.payments[:SHOWN]:
        yield _payment(each, today)


def _payment(payment: NextPayment, today: date) -> str:
    name = plain(formats.short_name(payment.promise.creditor_name))
    if payment.on is None or payment.score is None:
        return f"{name}: too little cash"
    day = "today" if payment.on == today else f"on {dates.short(payment.on, today)}"
    return f"{name} paid {day}: {payment.score.score:.0f}"
