"""Documents: what can be attached, what is stored, and what taking it back brings."""

import hashlib
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlmodel import select

from store.exchange import portable
from store.ledger import documents
from store.ledger.documents import File, Owner
from store.records import checking, revisions, tables
from store.records.database import Ledger
from store.rules.errors import BadInput, LedgerError, NotFound
from tests import make

LETTER = File("letter.pdf", b"%PDF-1.7 a letter")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = make.loaded(tmp_path / "my.accord", make.document(agreements=[make.promise()]))
    yield opened
    with opened.reading() as session:
        assert list(checking.damage(session)) == []
    opened.close()


@pytest.fixture
def debt(ledger: Ledger) -> Owner:
    return ("debt", make.debt_id(ledger))


def names(ledger: Ledger, owner: Owner) -> list[str]:
    with ledger.reading() as session:
        return [each.name for each in documents.of(session, owner)]


def blobs(ledger: Ledger) -> int:
    with ledger.reading() as session:
        return len(session.exec(select(tables.Blob.sha256)).all())


def test_a_file_is_kept_as_it_came(ledger: Ledger, debt: Owner) -> None:
    (id_,) = documents.attach(ledger, [LETTER], debt)
    with ledger.reading() as session:
        assert documents.content(session, id_) == LETTER
        (line,) = documents.of(session, debt)
    assert (line.name, line.media_type, line.size) == ("letter.pdf", "application/pdf", 17)
    assert line.sha256 == hashlib.sha256(LETTER.content).hexdigest()


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("copy.pdf", "letter.pdf and copy.pdf are the same"),
        ("letter.pdf", "letter.pdf is given tw"),
    ],
)
def test_two_equal_files_at_once_are_told_from_one_that_is_there(
    ledger: Ledger, debt: Owner, name: str, said: str
) -> None:
    with pytest.raises(BadInput) as refused:
        documents.attach(ledger, [LETTER, File(name, LETTER.content)], debt)
    assert refused.value.message.startswith(said)
    assert names(ledger, debt) == []


def test_the_same_content_is_stored_once_for_two_records(ledger: Ledger, debt: Owner) -> None:
    documents.attach(ledger, [LETTER], debt)
    documents.attach(ledger, [File("copy.pdf", LETTER.content)], ("agreement", 1))
    assert blobs(ledger) == 1
    assert names(ledger, ("agreement", 1)) == ["copy.pdf"]


def test_the_same_file_twice_on_one_record_is_refused_by_name(ledger: Ledger, debt: Owner) -> None:
    documents.attach(ledger, [LETTER], debt)
    with pytest.raises(BadInput, match=r"copy\.pdf is attached there already, as letter\.pdf"):
        documents.attach(ledger, [File("copy.pdf", LETTER.content)], debt)


def test_of_several_files_all_are_attached_or_none(ledger: Ledger, debt: Owner) -> None:
    with pytest.raises(BadInput, match="is empty"):
        documents.attach(ledger, [LETTER, File("none.txt", b"")], debt)
    assert names(ledger, debt) == []
    assert blobs(ledger) == 0


def test_more_than_25_mb_is_refused(ledger: Ledger, debt: Owner) -> None:
    with pytest.raises(BadInput, match="more than 25 MB"):
        documents.attach(ledger, [File("film.mp4", bytes(documents.LARGEST + 1))], debt)
    documents.attach(ledger, [File("big.bin", bytes(documents.LARGEST))], debt)


def test_removing_is_taken_back_with_its_content(ledger: Ledger, debt: Owner) -> None:
    (id_,) = documents.attach(ledger, [LETTER], debt)
    assert documents.detach(ledger, id_) == "letter.pdf"
    assert names(ledger, debt) == []
    revisions.undo(ledger)
    with ledger.reading() as session:
        assert documents.content(session, id_).content == LETTER.content


def test_what_is_gone_has_no_files(ledger: Ledger) -> None:
    with pytest.raises(NotFound):
        documents.attach(ledger, [LETTER], ("payment", 99))
    with pytest.raises(NotFound):
        documents.detach(ledger, 99)


def test_an_altered_blob_is_found_by_check(ledger: Ledger, debt: Owner) -> None:
    documents.attach(ledger, [LETTER], debt)
    with sqlite3.connect(ledger.path) as raw:
        raw.execute("UPDATE blob SET content = x'00'")
    with ledger.reading() as session:
        assert any("was altered" in each for each in checking.damage(session))
    with sqlite3.connect(ledger.path) as raw:
        raw.execute("UPDATE blob SET content = ?", (LETTER.content,))


@pytest.mark.parametrize("harm", ["UPDATE blob SET content = x'00'", "DELETE FROM blob"])
def test_a_file_that_is_not_as_it_was_attached_is_neither_given_nor_dumped(
    ledger: Ledger, debt: Owner, harm: str
) -> None:
    (id_,) = documents.attach(ledger, [LETTER], debt)
    with closing(sqlite3.connect(ledger.path)) as raw, raw:
        raw.execute(harm)
    assert names(ledger, debt) == ["letter.pdf"]
    said = r"The file letter\.pdf is not as it was attached; `accord check` says more\."
    with pytest.raises(LedgerError, match=said), ledger.reading() as session:
        documents.content(session, id_)
    with pytest.raises(LedgerError, match=said):
        portable.dump(ledger)
    with ledger.reading() as session:
        assert list(checking.damage(session)) != []
    with closing(sqlite3.connect(ledger.path)) as raw, raw:
        raw.execute(
            "INSERT INTO blob VALUES (?1, ?2) ON CONFLICT DO UPDATE SET content = ?2",
            (hashlib.sha256(LETTER.content).hexdigest(), LETTER.content),
        )


def test_a_file_of_a_load_that_is_too_large_is_refused_by_name(ledger: Ledger) -> None:
    content = "A" * (documents.LARGEST * 4 // 3 + 8)
    document = {"key": "d1", "name": "a.txt", "media_type": "text/plain", "of": {"debt": "card"}}
    text = json.dumps({"accord": 1, "documents": [{**document, "content": content}]})
    with pytest.raises(BadInput, match="25 MB at most") as error:
        portable.load(ledger, text)
    assert "field content" in error.value.message
    assert "\n" not in error.value.message


def test_a_dump_with_files_loads_back_equal(ledger: Ledger, debt: Owner, tmp_path: Path) -> None:
    documents.attach(ledger, [LETTER, File("ünïcode · 字.txt", "字".encode())], debt)
    text = portable.dump(ledger)
    other = make.empty(tmp_path / "other.accord")
    portable.load(other, text)
    assert portable.dump(other) == text
    other.close()


def test_files_are_read_from_paths_and_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "photo.jpg"
    path.write_bytes(b"x")
    assert documents.read_file(path) == File("photo.jpg", b"x")
    with pytest.raises(BadInput, match="There is no file"):
        documents.read_file(tmp_path / "none")
    with pytest.raises(BadInput, match="is a folder"):
        documents.read_file(tmp_path)


def test_a_copy_is_private_and_never_written_over_another(
    ledger: Ledger, debt: Owner, tmp_path: Path
) -> None:
    (id_,) = documents.attach(ledger, [LETTER], debt)
    path = tmp_path / "copy.pdf"
    documents.save(ledger, id_, path)
    assert path.read_bytes() == LETTER.content
    assert path.stat().st_mode & 0o777 == 0o600
    with pytest.raises(BadInput, match="is there already"):
        documents.save(ledger, id_, path)
