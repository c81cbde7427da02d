"""Documents: files that belong to a record, kept inside the ledger as they came.

The content is a blob by its SHA-256: never altered, never stored twice. A document that is removed
leaves its blob, so that taking the removal back brings all of it back.
"""

import hashlib
import mimetypes
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, get_args

from sqlalchemy import func, literal
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from store.ledger import names
from store.ledger.facts import rows
from store.records import revisions, schema, tables
from store.records.database import Ledger, write_privately
from store.rules.errors import BadInput, LedgerError, NotFound

LARGEST = 25 * 1024 * 1024
"""Bytes of the largest document."""

OwnerKind = Literal["creditor", "debt", "contact", "agreement", "payment"]
Owner = tuple[OwnerKind, int]
"""The record that documents belong to: its table and number."""

MEDIA_TYPES = {
    ".eml": "message/rfc822",
    ".md": "text/markdown",
    ".heic": "image/heic",
    ".webp": "image/webp",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file by its name, with what is in it."""

    name: str
    content: bytes

    @property
    def media_type(self) -> str:
        """Its IANA media type, by the ending of its name."""
        suffix = Path(self.name).suffix.casefold()
        guessed = MEDIA_TYPES.get(suffix) or mimetypes.guess_type(self.name)[0]
        return guessed or "application/octet-stream"


@dataclass(frozen=True, slots=True)
class DocumentLine:
    """A document as a list shows it; `size` is in bytes."""

    document_id: int
    key: str
    name: str
    media_type: str
    size: int
    sha256: str
    added_at: datetime
    owner_kind: OwnerKind
    owner_id: int

    @property
    def owner(self) -> Owner:
        """The record that it belongs to."""
        return self.owner_kind, self.owner_id


def read_file(path: Path) -> File:
    """The file at a path; raises `BadInput` where it cannot be a document."""
    try:
        if path.is_dir():
            raise BadInput(f"{path} is a folder; name a file.", field="path")
        size = path.stat().st_size
        if not path.is_file():
            raise BadInput(f"{path} is no file.", field="path")
        if size > LARGEST:
            raise BadInput(
                f"{path.name} has {size / 1024 / 1024:.0f} MB; a document may have 25 at most.",
                field="path",
            )
        return File(path.name, path.read_bytes())
    except FileNotFoundError:
        raise BadInput(f"There is no file {path}.", field="path") from None
    except OSError as error:
        said = (error.strerror or str(error)).lower()
        raise BadInput(f"{path} cannot be read: {said}.", field="path") from None


def attach(ledger: Ledger, files: Sequence[File], owner: Owner) -> list[int]:
    """Attach files to a record; gives the numbers of the documents.

    Raises `BadInput` for two that are the same, and as `enter` does.
    """
    given: dict[bytes, str] = {}
    for each in files:
        if each.content and each.content in given:
            first = given[each.content]
            said = f"{first} and {each.name} are the same: give one of them."
            if first == each.name:
                said = f"{first} is given twice: give it once."
            raise BadInput(said, field="path")
        given[each.content] = each.name
    with revisions.change(ledger, "documents.attach") as change:
        made = [enter(change, each, owner).id or 0 for each in files]
        change.summary = f"Attached {', '.join(each.name for each in files)}"
    return made


def enter(change: revisions.Change, file: File, owner: Owner) -> tables.Document:
    """Enter a document, as part of a use case.

    Raises `BadInput` for one that is empty, too large, or attached to that record already.
    """
    session = change.session
    kind, id_ = owner
    if kind not in get_args(OwnerKind) or session.get(tables.RECORDS[kind], id_) is None:
        raise NotFound(f"That {kind} is no longer there.")
    if not file.content:
        raise BadInput(f"{file.name} is empty.", field="path")
    if len(file.content) > LARGEST:
        raise BadInput(f"{file.name} has more than 25 MB.", field="path")
    sha256 = hashlib.sha256(file.content).hexdigest()
    document = tables.Document
    there = session.exec(select(document.name).where(_of(owner), document.sha256 == sha256)).first()
    if there is not None:
        raise BadInput(f"{file.name} is attached there already, as {there}.", field="path")
    if session.get(tables.Blob, sha256) is None:
        session.add(tables.Blob(sha256=sha256, content=file.content))
        session.flush()
    fields: dict[str, Any] = {f"{kind}_id": id_}
    row = document(
        key=names.make_key(file.name, names.keys(session, schema.document)),
        name=file.name,
        media_type=file.media_type,
        sha256=sha256,
        recorded_at=change.now,
        **fields,
    )
    change.add(row)
    return row


def detach(ledger: Ledger, document_id: int) -> str:
    """Take a document off its record; gives its name."""
    with revisions.change(ledger, "documents.detach") as change:
        row = _get(change.session, document_id)
        change.session.delete(row)
        change.summary = f"Removed file {row.name}"
        return row.name


def of(session: Session, owner: Owner) -> list[DocumentLine]:
    """The documents of a record, by name."""
    return lines(session, [owner])


def lines(session: Session, owners: Sequence[Owner]) -> list[DocumentLine]:
    """The documents of some records, by name; their contents are not read."""
    document, blob = tables.Document, tables.Blob
    by_kind: dict[OwnerKind, list[int]] = {}
    for kind, id_ in owners:
        by_kind.setdefault(kind, []).append(id_)
    found: list[DocumentLine] = []
    for kind, ids in by_kind.items():
        owner_id = col(getattr(document, f"{kind}_id"))
        statement = (
            sa_select(
                col(document.id),
                col(document.key),
                col(document.name),
                col(document.media_type),
                func.coalesce(func.length(col(blob.content)), 0).label("size"),
                col(document.sha256),
                col(document.recorded_at),
                literal(kind),
                owner_id,
            )
            # One whose content is missing is still a document: whoever reads it is told.
            .outerjoin(blob, col(blob.sha256) == col(document.sha256))
            .where(owner_id.in_(ids))
        )
        found += [DocumentLine(*row) for row in rows(session, statement)]
    return sorted(found, key=lambda each: (each.name.casefold(), each.document_id))


def content(session: Session, document_id: int) -> File:
    """A document with what is in it; raises `LedgerError` where that is not what was attached."""
    row = _get(session, document_id)
    found = revisions.blob(session, row.sha256)
    if found is None:
        raise LedgerError(
            f"The file {row.name} is not as it was attached; `accord check` says more."
        )
    return File(row.name, found)


def save(ledger: Ledger, document_id: int, path: Path) -> None:
    """Write a copy of a document to a path that nothing stands at."""
    with ledger.reading() as session:
        found = content(session, document_id).content
    if path.exists():
        raise BadInput(f"{path} is there already; give another name.", field="path")
    write_privately(path, found)


def _of(owner: Owner) -> Any:
    kind, id_ = owner
    return col(getattr(tables.Document, f"{kind}_id")) == id_


def _get(session: Session, document_id: int) -> tables.Document:
    row = session.get(tables.Document, document_id)
    if row is None:
        raise NotFound("That file is no longer there.")
    return row
