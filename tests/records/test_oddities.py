"""What a file may have put into a ledger that no screen would: it is kept, and settles nothing."""

import json
from pathlib import Path

import pytest

from store.exchange import portable
from store.ledger import agreements, checklists
from store.ledger.limitation_queries import Where
from store.rules.errors import BadInput
from tests import make
from tests.make import on

TODAY = on("03-01")


def test_a_checklist_with_numbers_and_lists_is_kept_but_ticks_nothing(tmp_path: Path) -> None:
    odd = {"account": 1, "parties": ["yes"], "method": {}, "balance": True, "stamp": 5}
    promise = make.promise(checklist=odd)
    ledger = make.loaded(tmp_path / "my.accord", make.document(agreements=[promise]))
    with ledger.reading() as session:
        paper = checklists.paper(session, 1, TODAY, Where("GB", "en_GB"))
    assert paper.checklist == {"balance": True}
    with pytest.raises(BadInput, match="parties, account, amounts and dates"):
        agreements.set_writing(ledger, 1, writing="signed", on=TODAY, today=TODAY)
    agreements.set_writing(
        ledger, 1, writing="received", on=TODAY, today=TODAY, checklist={"account": True}
    )
    (kept,) = json.loads(portable.dump(ledger))["agreements"]
    assert kept["checklist"] == {"account": True, "stamp": 5}
    ledger.close()
