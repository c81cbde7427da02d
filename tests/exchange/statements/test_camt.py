"""camt.052, 053 and 054."""

from datetime import date
from pathlib import Path

import pytest

from store.exchange.statements.line import StatementLine
from store.rules.errors import BadInput
from tests.exchange.statements.texts import CAMT, reading


def camt(*entries: str, before: str = "", kind: str = "Stmt") -> str:
    inside = "\n".join(entries)
    return (
        f"{before}<n:Document xmlns:n='urn'><n:{kind}><n:Acct><n:Id><n:Othr><n:Id>A1</n:Id>"
        f"</n:Othr></n:Id></n:Acct>\n{inside}\n</n:{kind}></n:Document>"
    )


def entry(
    amount: str = "10.00",
    direction: str = "DBIT",
    details: str = "",
    more: str = "",
    booked: str = "2024-01-31",
    currency: str = "EUR",
) -> str:
    return (
        f"<Ntry><AcctSvcrRef>R1</AcctSvcrRef><Amt Ccy='{currency}'>{amount}</Amt>"
        f"<CdtDbtInd>{direction}</CdtDbtInd>{more}<BookgDt><Dt>{booked}</Dt></BookgDt>"
        f"<NtryDtls>{details}</NtryDtls></Ntry>"
    )


def part(amount: str, name: str, more: str = "") -> str:
    return (
        f"<TxDtls><Amt Ccy='EUR'>{amount}</Amt><RltdPties><Dbtr><Nm>{name}</Nm></Dbtr>"
        f"<Cdtr><Nm>To {name}</Nm></Cdtr></RltdPties>{more}</TxDtls>"
    )


def test_a_line_has_all_that_the_entry_says(tmp_path: Path) -> None:
    assert reading(tmp_path, CAMT).lines == (
        StatementLine(
            "DE02120300000000202051",
            date(2024, 1, 31),
            -12_50,
            "EUR",
            "Stadtwerke",
            "Strom 01/2024 E2E-1",
            "N1",
        ),
    )


@pytest.mark.parametrize("kind", ["Stmt", "Rpt", "Ntfctn"])
def test_statements_reports_and_notifications_are_read_alike(tmp_path: Path, kind: str) -> None:
    (line,) = reading(tmp_path, camt(entry(), kind=kind)).lines

    assert (line.account, line.amount, line.id) == ("A1", -10_00, "R1")


@pytest.mark.parametrize(("direction", "payee"), [("DBIT", "To Ann"), ("CRDT", "Ann")])
def test_the_other_side_is_the_payee(tmp_path: Path, direction: str, payee: str) -> None:
    (line,) = reading(tmp_path, camt(entry("1", direction, part("1", "Ann")))).lines

    assert line.payee == payee


def test_what_was_returned_says_so_and_by_whom(tmp_path: Path) -> None:
    back = "<RtrInf><Rsn><Cd>AM04</Cd></Rsn></RtrInf>"
    (line,) = reading(tmp_path, camt(entry("1", "CRDT", part("1", "Ann", back)))).lines

    assert (line.amount, line.payee, line.memo) == (1_00, "To Ann", "Returned: AM04")


def test_what_the_bank_takes_back_says_so(tmp_path: Path) -> None:
    (line,) = reading(tmp_path, camt(entry("1", "CRDT", more="<RvslInd>true</RvslInd>"))).lines

    assert (line.amount, line.memo) == (1_00, "Reversal")


def test_a_batch_whose_parts_sum_to_it_is_split(tmp_path: Path) -> None:
    lines = reading(tmp_path, camt(entry(details=part("4.00", "Ann") + part("6.00", "Bob")))).lines

    assert [(each.amount, each.payee, each.id) for each in lines] == [
        (-4_00, "To Ann", "R1/1"),
        (-6_00, "To Bob", "R1/2"),
    ]


def test_a_batch_whose_parts_do_not_sum_to_it_is_one_line(tmp_path: Path) -> None:
    (line,) = reading(tmp_path, camt(entry(details=part("4", "Ann") + part("5", "Bob")))).lines

    assert (line.amount, line.payee, line.id) == (-10_00, "To Ann To Bob", "R1")


@pytest.mark.parametrize("status", ["PDNG", "<Cd>PDNG</Cd>", "<Cd>FUTR</Cd>"])
def test_what_is_pending_is_a_line_and_a_remark(tmp_path: Path, status: str) -> None:
    statement = reading(tmp_path, camt(entry(more=f"<Sts>{status}</Sts>")))

    assert (statement.lines[0].memo, statement.lines[0].is_pending) == ("Pending", True)
    assert [each.place for each in statement.remarks] == ["line 2"]


def test_references_that_are_none_are_left_out(tmp_path: Path) -> None:
    refs = "<Refs><EndToEndId>NOTPROVIDED</EndToEndId><ChqNb>319</ChqNb></Refs>"
    structured = "<RmtInf><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf>"
    (line,) = reading(tmp_path, camt(entry("1", details=part("1", "A", refs + structured)))).lines

    assert line.memo == "RF18 319"


WRONG = {
    "line 2: “1.005” is too large or too precise": camt(entry("1.005")),
    "an amount in JPY has no decimals": camt(entry("1.5", currency="JPY")),
    "line 2: the entry that begins here has no amount": camt(entry("")),
    "line 2: “X” is neither CRDT nor DBIT": camt(entry(direction="X")),
    "line 3: “2024-02-30” is no date": camt(entry(), entry(booked="2024-02-30")),
    "line 2: the entry that begins here has no date": camt(entry(booked="")),
    "the file is cut off": CAMT[:500],
    "line 2: this is no well-formed XML": camt(entry()).replace("</Ntry>", "</Bad>"),
    "line 1: a document type or entity": camt(before='<!DOCTYPE a [\n<!ENTITY b "c">]>'),
    "line 2: the elements lie more than 100 deep in each other": camt("<a>" * 200),
    "the file's encoding is unknown": "<?xml version='1.0' encoding='moon'?><a/>",
    "there is no statement in it": "<html></html>",
}


@pytest.mark.parametrize("reason", WRONG)
def test_what_is_wrong_is_said_with_its_place(tmp_path: Path, reason: str) -> None:
    with pytest.raises(BadInput) as error:
        reading(tmp_path, WRONG[reason])
    assert reason in error.value.message


def test_an_outside_entity_is_never_loaded(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("secret")
    before = f'<!DOCTYPE a [<!ENTITY b SYSTEM "{secret.as_uri()}">]>'

    with pytest.raises(BadInput, match="document type or entity"):
        reading(tmp_path, camt(entry(more="<AddtlNtryInf>&b;</AddtlNtryInf>"), before=before))
