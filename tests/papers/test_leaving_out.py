"""What is to be left out goes however it is written."""

import pytest

from store.papers.leaving_out import GONE, blanker
from tests import make


@pytest.mark.parametrize(
    ("said", "left"),
    [
        ("I live at 12 High Street, London N1 2AB now", f"I live at {GONE}, {GONE} now"),
        ("12 high street", GONE),
        ("ring +442079460958 or +44 20 7946 0958", f"ring +{GONE} or +{GONE}"),
        ("Sam.Rivers@example.org wrote", f"{GONE} wrote"),
        ("112 High Streets", "112 High Streets"),
    ],
)
def test_an_address_goes_with_or_without_its_marks(
    said: str, left: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    me = {
        "name": "Sam Rivers",
        "address": "12 High Street,\nLondon N1 2AB.",
        "email": "sam.rivers@example.org",
        "phone": "+44 20 7946 0958",
    }
    ledger = make.loaded(tmp_path_factory.mktemp("me") / "ledger.db", make.document(me=me))
    with ledger.reading() as session:
        assert blanker(session, frozenset({"address"}))(said) == left
    ledger.close()


def test_a_title_is_no_part_of_a_name(tmp_path_factory: pytest.TempPathFactory) -> None:
    contact = {
        "key": "k1",
        "creditor": "bank",
        "at": "2026-02-01T10:00:00+00:00",
        "channel": "phone",
        "direction": "in",
        "person": "Ms Li Xu",
        "summary": "rang",
    }
    path = tmp_path_factory.mktemp("name") / "ledger.db"
    ledger = make.loaded(path, make.document(contacts=[contact]))
    with ledger.reading() as session:
        assert blanker(session, frozenset({"person"}))("Li Xu rang") == f"{GONE} rang"
    ledger.close()
