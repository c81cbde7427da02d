"""Which records without a key are there already, so that loading again adds nothing."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlmodel import Session, select

from store.exchange.portable.reading import Plain, fingerprint, payment_fingerprints
from store.records import tables
from store.records.tables import Recorded


class Known:
    """Records of a ledger by the fingerprints that a file may have for them.

    Each counts once: two equal records in a file are two. One that was edited or deleted is still
    known by the fingerprint it was loaded with.
    """

    def __init__(
        self, session: Session, there: Mapping[str, Sequence[tuple[Recorded, Plain]]]
    ) -> None:
        """`there` is what the ledger holds, by list."""
        self._loaded: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for each in session.exec(select(tables.Loaded)):
            self._loaded[each.fingerprint].append((each.record, each.record_id))
        self._current: dict[str, list[tuple[str, int]]] = defaultdict(list)
        for list_name, records in there.items():
            for row, plain in records:
                if "key" not in plain:
                    marks = (
                        payment_fingerprints(plain)
                        if list_name == "payments"
                        else [fingerprint(list_name, plain)]
                    )
                    for mark in marks:
                        self._current[mark].append((str(row.__tablename__), row.id or 0))
        self._matched: set[tuple[str, int]] = set()

    def absent(self, list_name: str, records: Sequence[Plain]) -> list[bool]:
        """For each record of a list in a file, whether it is not there yet."""
        marks = [fingerprint(list_name, plain) for plain in records]
        found = [self._match(self._loaded, mark) for mark in marks]
        return [not (done or self._match(self._current, mark))
                for done, mark in zip(found, marks, strict=True)]  # fmt: skip

    def _match(self, marks: Mapping[str, list[tuple[str, int]]], mark: str) -> bool:
        for record in marks.get(mark, ()):
            if record not in self._matched:
                self._matched.add(record)
                return True
        return False
