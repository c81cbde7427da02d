"""Whether a ledger is as Accord wrote it: the file, the chain, each record and each document.

Each pass reads a table once.
"""

from collections.abc import Iterator

from sqlmodel import Session, col, select

from store.records import database, revisions, states, tables
from store.records.states import Place, State
from store.records.tables import RECORDS, Revision


def damage(session: Session) -> Iterator[str]:
    """What is not as Accord wrote it, a sentence each; nothing when all is well.

    Asks SQLite about the file, walks the chain, and holds every record against what the chain says
    it should be, so that a change made behind the program's back is named.
    """
    yield from database.integrity(session)
    expected: dict[Place, State] = {}
    yield from _walk(session, expected)
    # As the file has them: what was put there from outside may be no date at all.
    stored = ((table, row) for table in RECORDS for row in database.stored(session, table))
    yield from map(str, states.alterations(expected, stored))
    for sha256 in session.exec(select(tables.Blob.sha256)).all():
        if revisions.blob(session, sha256) is None:
            yield f"The document with SHA-256 {sha256} was altered."


def _walk(session: Session, expected: dict[Place, State]) -> Iterator[str]:
    """Where the chain is broken; `expected` becomes what it says of each record at its end."""
    previous = revisions.GENESIS
    for number in session.exec(select(Revision.id).order_by(col(Revision.id))).all():
        try:
            revision = session.get_one(Revision, number)
            is_whole = revision.previous_hash == previous and revisions.is_as_written(revision)
            previous = revision.hash
            for table, id_, _, after in revisions.changes(revision):
                if table not in RECORDS or not isinstance(after, dict | None):
                    raise ValueError(table)
                if after is None:
                    expected.pop((table, id_), None)
                else:
                    expected[table, id_] = after
        except (ValueError, TypeError, RecursionError):
            is_whole = False
        if not is_whole:
            yield f"Revision {number} is not as it was written: the chain is broken there."
