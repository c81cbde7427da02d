"""The history of one record: when what was done to it, before and after, read from the chain."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlmodel import Session

from store.ledger.history_views import Deed, Entry, History, Line
from store.ledger.history_words import Words, moment
from store.records import database
from store.records import history as chain
from store.records.history import Told, Touch
from store.records.states import Place, State
from store.rules import dates

UNREADABLE = "This revision cannot be read: it was altered outside Accord."


def of_record(session: Session, table: str, id_: int, today: date, locale: str) -> History:
    """The revisions of a record and of its parts, newest first; also of one that was deleted.

    `locale` says how amounts are written.
    """
    told = chain.of_record(session, table, id_)
    known = _Known(session, told)
    words = Words(known, today, locale)
    state = known(table, id_)
    title = table.replace("_", " ").capitalize()
    if state is not None:
        title = " · ".join(filter(None, (words.title(table, state), words.about(table, state))))
    altered = tuple(
        words.altered(each, is_part=(each.table, each.state.get("id")) != (table, id_))
        for each in chain.alterations(session, table, id_, told)
    )
    entries = [_entry(each, table, id_, words) for each in reversed(told)]
    return History(title, entries, altered)


class _Known:
    """Gives what is known of any record: as it is stored, or as it was when it went."""

    def __init__(self, session: Session, told: Sequence[Told]) -> None:
        self._session, self._told = session, told
        self._found: dict[Place, State | None] = {}
        self._gone: Mapping[Place, State] | None = None

    def __call__(self, table: str, id_: int) -> State | None:
        if not isinstance(id_, int):
            # Put there from outside: SQLite takes any text for a number.
            return None
        place = (table, id_)
        if place not in self._found:
            there = next(database.stored(self._session, table, "id", id_), None)
            self._found[place] = self._before(place) if there is None else there
        return self._found[place]

    def _before(self, place: Place) -> State | None:
        if self._gone is None:
            self._gone = {
                (touch.table, touch.record_id): state
                for each in self._told
                for touch in each.all_touches
                for state in (touch.before, touch.after)
                if state is not None
            }
        return self._gone.get(place)


def _entry(told: Told, table: str, id_: int, words: Words) -> Entry:
    if told.touches is None:
        return Entry(
            told.revision_id, told.at, told.summary or UNREADABLE, "unreadable", "", False,
            told.hash, (Line(UNREADABLE, None, None),),
        )  # fmt: skip
    own = next((e for e in told.touches if (e.table, e.record_id) == (table, id_)), None)
    lines: list[Line] = []
    deed: Deed = "changed"
    if own is not None:
        deed = "entered" if own.before is None else "deleted" if own.after is None else "changed"
        lines += words.lines(table, own.before, own.after)
        lines += _entered_before(told, own, words.today)
    lines += words.parts(table, [each for each in told.touches if each is not own])
    return Entry(
        told.revision_id,
        told.at,
        told.summary,
        deed,
        "undo" if told.is_undo else "redo" if told.is_redo else "",
        told.is_as_written,
        told.hash,
        tuple(lines),
    )


def _entered_before(told: Told, own: Touch, today: date) -> list[Line]:
    """Of what came from a file: when it was entered there, if that was on another day."""
    if own.before is not None or own.after is None or told.at is None:
        return []
    try:
        entered = moment(own.after["recorded_at"])
    except (KeyError, TypeError, ValueError):
        return []
    if told.at - entered < timedelta(days=1):
        return []
    return [Line("Entered on", None, dates.short(entered.date(), today))]
