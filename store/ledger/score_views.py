"""How my word stands, as screens and the command line show it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from store.rules.credibility import Score
from store.rules.outcome import Outcome


@dataclass(frozen=True, slots=True)
class Credibility:
    """The score as of a date, of all promises or of one creditor's.

    `told` of `to_tell`: of the instalments late, partial or missed, how many had been announced to
    the creditor in the 30 days up to their due date.
    """

    as_of: date
    creditor: str | None
    creditor_name: str | None
    score: Score
    counts: Mapping[Outcome, int]
    streak: int
    told: int
    to_tell: int


@dataclass(frozen=True, slots=True)
class Badge:
    """What every screen shows: the score, and what it was 30 days before."""

    score: Score
    before: Score

    @property
    def change(self) -> int:
        """By how many points it moved, to the whole point."""
        return round(self.score.score - self.before.score)
