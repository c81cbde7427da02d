"""How my word stands: what was kept and what was not, and the last twelve months."""

from collections.abc import Mapping, Sequence
from datetime import date

from textual.content import Content
from textual.widgets import Static

from store.rules.outcome import Outcome
from tui import formats

BARS = "▁▂▃▄▅▆▇█"


class WordCard(Static):
    """Counts of kept, late and open promises, and a bar a month for the share that was kept."""

    DEFAULT_CSS = """
    WordCard { height: auto; }
    """

    def __init__(self) -> None:
        super().__init__("", markup=False, classes="card")
        self.border_title = "My word"

    def show(
        self,
        counts: Mapping[Outcome, int],
        months: Sequence[tuple[date, Mapping[Outcome, int]]],
    ) -> None:
        """Show the counts so far, and each month's own."""
        kept, late = counts.get(Outcome.KEPT, 0), counts.get(Outcome.LATE, 0)
        waiting = sum(count for outcome, count in counts.items() if outcome.is_overdue)
        again = sum(
            counts.get(each, 0) for each in (Outcome.RENEGOTIATED, Outcome.RENEGOTIATED_LATE)
        )
        parts = [
            f"{formats.GLYPHS[Outcome.KEPT]} {kept} kept",
            f"{formats.GLYPHS[Outcome.LATE]} {late} late",
            f"{formats.GLYPHS[Outcome.MISSED]} {waiting} open",
        ]
        lines = [Content("   ".join(parts))]
        if again:
            glyph = formats.GLYPHS[Outcome.RENEGOTIATED]
            lines.append(Content.styled(f"{glyph} {again} renegotiated", "$foreground 70%"))
        if kept + late + waiting:
            bars = Content.assemble(*((f"{_bar(month)} ", "$text-success") for _, month in months))
            names = " ".join(f"{first:%b}"[0] for first, _ in months)
            caption = Content.styled("Kept in time, month by month", "$foreground 70%")
            lines += [Content(""), caption, bars, Content.styled(names, "$foreground 60%")]
        self.update(Content("\n").join(lines))


def _bar(month: Mapping[Outcome, int]) -> str:
    """The share of a month's promises that was kept; a dot where none fell due."""
    kept = month.get(Outcome.KEPT, 0)
    counted = kept + sum(
        count for outcome, count in month.items() if outcome.is_overdue or outcome is Outcome.LATE
    )
    return "·" if not counted else BARS[round((len(BARS) - 1) * kept / counted)]
