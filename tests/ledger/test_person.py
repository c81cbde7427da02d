"""Who keeps the ledger: one person, in dumps and undo like everything else."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.exchange import portable
from store.ledger import person
from store.ledger.person import Me
from store.records import checking, revisions
from store.records.database import Ledger
from store.rules.errors import BadInput
from tests import make

SAM = Me("Sam Rivers", "1 Mill Lane\nLeeds", "sam@home.example", "")


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = make.empty(tmp_path / "my.accord")
    yield opened
    with opened.reading() as session:
        assert list(checking.damage(session)) == []
    opened.close()


def known(ledger: Ledger) -> Me:
    with ledger.reading() as session:
        return person.get(session)


def test_there_is_one_person_who_may_change_and_is_taken_back(ledger: Ledger) -> None:
    assert known(ledger) == Me()
    person.save(ledger, SAM)
    person.save(ledger, Me("Sam Brook"))
    assert known(ledger) == Me("Sam Brook")
    revisions.undo(ledger)
    assert known(ledger) == SAM
    revisions.undo(ledger)
    assert known(ledger) == Me()


def test_a_dump_has_the_person_and_loads_back_equal(ledger: Ledger, tmp_path: Path) -> None:
    person.save(ledger, SAM)
    text = portable.dump(ledger)
    other = make.empty(tmp_path / "other.accord")
    report = portable.load(other, text)
    assert str(report) == "who you are"
    assert known(other) == SAM
    assert portable.dump(other) == text
    assert str(portable.load(other, text)) == "nothing new"
    other.close()


def test_another_person_in_a_file_is_reported_and_changes_nothing(ledger: Ledger) -> None:
    person.save(ledger, SAM)
    report = portable.load(ledger, '{"accord": 1, "me": {"name": "Nobody", "phone": "1"}}')
    assert {(each.field, each.ledger, each.file) for each in report.differences} == {
        ("name", "Sam Rivers", "Nobody"),
        ("address", "1 Mill Lane\nLeeds", None),
        ("email", "sam@home.example", None),
        ("phone", None, "1"),
    }
    assert known(ledger) == SAM


def test_an_unknown_field_of_the_person_is_refused_by_name(ledger: Ledger) -> None:
    with pytest.raises(BadInput, match=r"me\.shoe_size"):
        portable.load(ledger, '{"accord": 1, "me": {"shoe_size": "43"}}')
