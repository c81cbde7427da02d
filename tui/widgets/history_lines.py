"""A record's history as lines: a row for each revision, and the chosen one in full."""

from dataclasses import dataclass
from datetime import date

from store.ledger.history_views import Entry, History, Line
from store.rules import dates
from tui.widgets.cells import Column, Row, plain

COLUMNS = (
    Column("glyph", width=1),
    Column("when"),
    Column("what", flex=True),
)

GLYPHS = {"entered": "+", "changed": "✎", "deleted": "–", "unreadable": "!"}
BACK = {"undo": "↶", "redo": "↷"}

WIDEST_LABEL = 34
SHORT = 48
"""Letters that stand beside their label; more are put below it."""

DIGITS = 12
"""So much of a hash is shown: enough to look it up by."""

NOT_AS_WRITTEN = "This revision is not as it was written: it was altered outside Accord."
BROKEN = "A part of this was altered outside Accord; `accord check` says all of it."
AS_ENTERED = "As it was entered; nothing was changed since."


@dataclass(frozen=True, slots=True)
class HistoryLines:
    """Writes a history as of `today`."""

    view: History
    today: date

    def rows(self) -> list[Row]:
        """Each revision, newest first."""
        return [Row(each.revision_id, self._cells(each)) for each in self.view.entries]

    def _cells(self, entry: Entry) -> tuple[tuple[str, str], ...]:
        glyph = BACK.get(entry.by) or GLYPHS[entry.deed]
        if entry.is_as_written:
            return (glyph, "accent"), (self.moment(entry), "muted"), (entry.summary, "")
        return ("!", "late"), (self.moment(entry), "muted"), (entry.summary, "late")

    def top(self) -> list[str]:
        """What there is to know before all: what was changed outside, or that nothing was."""
        said = list(self.view.altered)
        if not self.view.is_whole:
            said.append(BROKEN)
        only = self.view.entries[0] if len(self.view.entries) == 1 else None
        if not said and only is not None and only.deed == "entered":
            said.append(AS_ENTERED)
        return [plain(each) for each in said]

    def detail(self, entry: Entry | None) -> list[str]:
        """What a revision did: each field before and after, on lines of text."""
        if entry is None:
            return []
        if entry.deed == "unreadable":
            return [plain(line.label) for line in entry.lines]
        found: list[str] = []
        if len(entry.summary) > SHORT:
            found += [plain(entry.summary), ""]
        if not entry.is_as_written:
            found += [NOT_AS_WRITTEN, ""]
        if entry.deed == "deleted":
            found += ["Deleted. It said:", ""]
        width = min(max((len(line.label) for line in entry.lines), default=0), WIDEST_LABEL)
        below: list[str] = []
        for line in entry.lines:
            label, sides = plain(line.label), _sides(line, is_change=entry.deed == "changed")
            said = " → ".join(" ".join(each) for each in sides)
            if len(said) <= SHORT:
                found.append(f"{label:{width}}  {said}")
            else:
                before, *after = sides
                below += ["", label, *before]
                for first, *more in after:
                    below += [f"→ {first}", *more]
        shown = [*found, *below] or ["Nothing that is shown was changed."]
        return [*shown, "", f"Revision {entry.revision_id} · its hash begins {entry.hash[:DIGITS]}"]

    def moment(self, entry: Entry) -> str:
        """When a revision was made, by the clock of this machine."""
        if entry.at is None:
            return ""
        at = entry.at.astimezone()
        return f"{dates.short(at.date(), self.today)} {at:%H:%M}"


def _sides(line: Line, *, is_change: bool) -> list[list[str]]:
    """The paragraphs before and after; of what was entered or deleted, those that there are."""
    was, now = (
        [plain(each) for each in (text or "").splitlines()] for text in (line.before, line.after)
    )
    return [was or ["–"], now or ["–"]] if is_change else [was or now]
