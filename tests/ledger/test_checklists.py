"""The paper of an agreement: what it must say before it can be signed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from store.ledger import agreements, checklists
from store.ledger.limitation_queries import Where
from store.records import checking, revisions, tables
from store.records.database import Ledger
from store.rules import writing
from store.rules.errors import BadInput, Stale
from tests import make
from tests.make import on

TODAY = on("03-01")


def made(path: Path, **more: Any) -> Ledger:
    kind = more.pop("kind", "bank")
    document = make.document(agreements=[make.promise(**more.pop("promise", {}))], **more)
    document["creditors"][0]["kind"] = kind
    return make.loaded(path, document)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    opened = made(tmp_path / "my.accord")
    yield opened
    with opened.reading() as session:
        assert list(checking.damage(session)) == []
    opened.close()


def paper(ledger: Ledger) -> checklists.Paper:
    with ledger.reading() as session:
        return checklists.paper(session, 1, TODAY, Where("GB", "en_GB"))


def sign(ledger: Ledger, checklist: dict[str, bool | str] | None = None) -> None:
    agreements.set_writing(ledger, 1, writing="signed", on=TODAY, today=TODAY, checklist=checklist)


def everything(ledger: Ledger) -> dict[str, bool | str]:
    return {each.key: True for each in paper(ledger).clauses}


def state(ledger: Ledger) -> str:
    with ledger.reading() as session:
        return session.get_one(tables.Agreement, 1).writing


def test_it_is_not_signed_while_something_lacks_and_the_sentence_names_it(ledger: Ledger) -> None:
    with pytest.raises(BadInput, match="parties, account, balance and 7 more") as error:
        sign(ledger)
    assert error.value.field == "checklist"
    assert state(ledger) == "unwritten"


def test_with_all_of_it_ticked_or_waived_it_is_signed(ledger: Ledger) -> None:
    ticked = everything(ledger)
    sign(ledger, {**ticked, "credit file": "they do not report"})
    assert state(ledger) == "signed"
    assert paper(ledger).checklist["credit file"] == "they do not report"


def test_a_signed_paper_stays_complete_and_one_loaded_as_signed_may_lack(
    ledger: Ledger, tmp_path: Path
) -> None:
    sign(ledger, everything(ledger))
    with pytest.raises(BadInput, match="parties"):
        sign(ledger, {"account": True})
    loaded = made(tmp_path / "signed.accord", promise={"writing": "signed"})
    sign(loaded, {"account": True})
    assert paper(loaded).checklist == {"account": True}
    loaded.close()


def test_what_another_window_wrote_is_not_written_over(ledger: Ledger) -> None:
    with ledger.reading() as session:
        version = session.get_one(tables.Agreement, 1).version
    sign(ledger, everything(ledger))
    with pytest.raises(Stale):
        agreements.set_writing(
            ledger, 1, writing="unwritten", on=None, today=TODAY, version=version
        )
    assert state(ledger) == "signed"


def test_an_empty_reason_waives_nothing(ledger: Ledger) -> None:
    with pytest.raises(BadInput, match="credit file"):
        sign(ledger, {**everything(ledger), "credit file": " "})


def test_what_it_says_is_kept_before_it_is_signed(ledger: Ledger) -> None:
    agreements.set_writing(
        ledger, 1, writing="received", on=TODAY, today=TODAY, checklist={"account": True}
    )
    assert paper(ledger).checklist == {"account": True}
    revisions.undo(ledger)
    assert paper(ledger).checklist == {}


def test_between_family_nobody_has_to_sign(tmp_path: Path) -> None:
    ledger = made(tmp_path / "family.accord", kind="family")
    assert not paper(ledger).needs_signing
    sign(ledger)
    assert state(ledger) == "signed"
    ledger.close()


def test_what_a_loaded_checklist_says_beyond_ours_stays(tmp_path: Path) -> None:
    ledger = made(
        tmp_path / "other.accord", promise={"checklist": {"stamp": True, "account": True}}
    )
    sign(ledger, everything(ledger))
    assert paper(ledger).checklist["stamp"] is True
    ledger.close()


def test_a_settlement_and_a_sold_debt_need_a_clause_more(tmp_path: Path) -> None:
    ledger = made(
        tmp_path / "sold.accord",
        promise={"terms": {"upfront": "500.00", "written_off": "500.00"}},
        transfers=[{"debt": "card", "to": "bank", "on": "2026-02-01"}],
    )
    keys = {each.key for each in paper(ledger).clauses}
    assert {"in full", "original creditor"} <= keys
    ledger.close()


def test_it_warns_of_more_than_fits_and_of_other_terms_than_were_accepted(tmp_path: Path) -> None:
    offer = {
        "key": "o1", "debt": "card", "by": "creditor", "on": "2026-01-05", "status": "accepted",
        "answered_on": "2026-01-10",
        "terms": {"amount": "80.00", "every": "month", "first_due": "2026-02-01", "count": 4},
    }  # fmt: skip
    ledger = made(
        tmp_path / "warned.accord",
        promise={"offer": "o1"},
        offers=[offer],
        budget=[{"name": "Wages", "kind": "income", "amount": "50.00", "every": "month"}],
    )
    fits, differs = paper(ledger).cautions
    assert "£50.00 is left for it" in fits
    assert differs == "Differs from the offer that was accepted in: amount: £100.00, was £80.00."
    ledger.close()


def test_signing_for_an_old_debt_says_to_ask_an_adviser_first(tmp_path: Path) -> None:
    ledger = made(tmp_path / "old.accord")
    assert paper(ledger).cautions == ()
    ledger.close()
    document = make.document(agreements=[make.promise(made_on="2020-01-10")])
    document["agreements"][0]["terms"]["first_due"] = "2020-02-01"
    document["debts"][0]["last_paid_on"] = "2019-12-01"
    old = make.loaded(tmp_path / "older.accord", document)
    (caution,) = paper(old).cautions
    assert "sk an adviser" in caution
    old.close()


def test_every_clause_that_a_paper_can_need_is_known() -> None:
    assert len({each.key for each in (*writing.CLAUSES, *writing.RED_FLAGS)}) == 16
