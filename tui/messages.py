"""What is told to the whole app."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.message import Message

if TYPE_CHECKING:
    from store.ledger.score_views import Badge
    from store.records.database import Ledger


@dataclass
class LedgerOpened(Message):
    """The ledger is open; screens may read it."""

    ledger: "Ledger"
    newest: str | None = None
    """The hash of its newest revision, where that was looked up."""


@dataclass
class LedgerReadable(Message):
    """The ledger can be read beside the app, which has not opened it yet."""


@dataclass
class NothingRead(Message):
    """What reads beside the app cannot do so any more; the app has not opened the ledger yet."""


@dataclass
class LedgerLocked(Message):
    """The ledger has a passphrase, which somebody has to type."""


@dataclass
class LedgerFailed(Message):
    """The ledger cannot be opened."""

    reason: str
    """One sentence for a person."""


@dataclass
class LedgerChanged(Message):
    """Something was recorded; screens read their views again."""

    summary: str
    """What was done, for a short note; empty to say nothing."""


@dataclass
class BadgeRead(Message):
    """The score was computed anew."""

    badge: "Badge"


@dataclass
class ReadFailed(Message):
    """A view could not be read."""

    reason: str
    """One sentence for a person."""
