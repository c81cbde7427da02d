"""Letters: what each says, whose templates they are, and how they leave the ledger."""

import email
import os
from collections.abc import Iterator
from email import policy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader
from sqlmodel import Session, select

from store.ledger import documents, names, person, situations
from store.ledger.person import Me
from store.papers import letter_facts, letters, paper, sending
from store.papers.letter_facts import Case
from store.papers.letters import Letter
from store.papers.paper import Bullets, Lines, Paragraph
from store.records import checking, database, revisions, tables
from store.records.database import Ledger
from store.rules import writing
from store.rules.errors import BadInput, LedgerError, NotFound
from tests import make
from tests.make import on

TODAY = on("11-23")


@pytest.fixture
def ledger(household: Path) -> Iterator[Ledger]:
    opened = make.ledger(household)
    person.save(opened, Me("Sam Rivers", "1 Mill Lane\nLeeds LS2 2BB", "sam@home.example"))
    yield opened
    with opened.reading() as session:
        assert list(checking.damage(session)) == []
    opened.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "letters"
    found.mkdir()
    return found


def case_of(session: Session, creditor: str, debt: str | None = None) -> Case:
    creditor_id = names.find("creditor", creditor, names.creditors(session)).id
    debt_id = None
    if debt is not None:
        debt_id = names.find("debt", debt, names.debts(session, TODAY)).id
    return letter_facts.case(
        session, TODAY, creditor_id=creditor_id, debt_id=debt_id, locale="en_GB"
    )


def written(
    ledger: Ledger, name: str, creditor: str = "northbank", folder: Path = Path()
) -> Letter:
    with ledger.reading() as session:
        template = letters.find(folder, name)
        return letters.write(session, template, case_of(session, creditor), TODAY)


def pdf_text(content: bytes) -> str:
    pages = PdfReader(BytesIO(content)).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


def test_the_letter_about_octobers_interest_names_it_and_the_freeze(ledger: Ledger) -> None:
    letter = written(ledger, "freeze_not_applied")
    assert "31 October 2026: £31.40 (interest)" in letter.body
    assert "frozen from 14 January 2026" in letter.body
    assert letter.gaps == []


def test_its_pdf_says_the_same(ledger: Ledger) -> None:
    letter = written(ledger, "freeze_not_applied")
    said = pdf_text(letters.file(letter, "pdf").content)
    for part in ("Sam Rivers", "PO Box 11", "23 November 2026", letter.subject, "£31.40", "frozen"):
        assert part in said
    assert letter.mark.split("hash is ")[1][:20] in said


@pytest.mark.parametrize(
    ("creditor", "name"),
    [
        ("northbank", "freeze_not_applied"),
        ("hillview", "ask_in_writing"),
        ("riverside", "payment_record"),
        ("marlow", "renegotiate"),
        ("rosa", "ask_in_writing"),
    ],
)
def test_the_record_asks_for_a_letter(ledger: Ledger, creditor: str, name: str) -> None:
    with ledger.reading() as session:
        assert letters.suggested(case_of(session, creditor).facts) == name


@pytest.mark.parametrize("end", [{"closed_on": "2026-06-01"}, {"balance": "0.00"}])
def test_of_a_debt_that_is_done_a_closing_statement_is_asked(
    tmp_path: Path, end: dict[str, str]
) -> None:
    document = make.document()
    document["debts"] = [make.debt(**end)]
    made = make.loaded(tmp_path / "done.accord", document)
    with made.reading() as session:
        assert letters.suggested(case_of(session, "bank").facts) == "closing_statement"
    made.close()


def sold(path: Path) -> Ledger:
    """A bank whose only debt went to a collector."""
    collector = {"key": "coll", "name": "Collectors"}
    document = make.document(transfers=[{"debt": "card", "to": "coll", "on": "2026-06-01"}])
    document["creditors"].append(collector)
    return make.loaded(path, document)


def test_who_sold_the_debt_is_asked_to_confirm_that_nothing_is_owed(tmp_path: Path) -> None:
    ledger = sold(tmp_path / "sold.accord")
    with ledger.reading() as session:
        for debt in (None, "card"):
            case = case_of(session, "bank", debt)
            assert letters.suggested(case.facts) == "closing_statement"
            letter = letters.write(
                session, letters.find(Path("none"), "closing_statement"), case, TODAY
            )
            assert "this account went to Collectors on 1 June 2026" in letter.body
            assert letter.subject.startswith("Card: ")
            assert letter.gaps == ["[your name]"]
        assert letters.suggested(case_of(session, "coll").facts) == "prove_debt"
    ledger.close()


def test_who_is_owed_nothing_any_more_is_asked_for_no_relief(tmp_path: Path) -> None:
    document = make.document()
    document["debts"] = [make.debt(each, closed_on="2026-06-01") for each in ("card", "loan")]
    ledger = make.loaded(tmp_path / "closed.accord", document)
    with ledger.reading() as session:
        assert letters.suggested(case_of(session, "bank").facts) == "closing_statement"
    ledger.close()


@pytest.mark.parametrize("name", letters.NAMES)
def test_a_letter_to_family_speaks_of_no_agency_account_or_signer(
    ledger: Ledger, name: str
) -> None:
    letter = written(ledger, name, "rosa")
    said = f"{letter.subject}\n{letter.body}"
    for each in ("agenc", "who signed", "sold", "statement", "refund", "reference", "acknowledge"):
        assert each not in said
    assert "With love" in said


@pytest.mark.parametrize("name", letters.NAMES)
@pytest.mark.parametrize("creditor", ["northbank", "hillview", "marlow", "rosa", "kestrel"])
def test_every_letter_can_be_written_to_everyone(ledger: Ledger, name: str, creditor: str) -> None:
    letter = written(ledger, name, creditor)
    text = paper.text(letters.parts(letter))
    assert letter.subject
    assert "Sam Rivers" in text
    # Nothing that a template could not fill in is left but what stands in brackets.
    for bad in ("{{", "{%", "None", "Undefined", "()", " ,", "  .", "\n\n\n"):
        assert bad not in letter.body, letter.body


@pytest.mark.parametrize("name", letters.NAMES)
def test_every_letter_can_be_written_with_nothing_known(tmp_path: Path, name: str) -> None:
    empty = make.loaded(
        tmp_path / "empty.accord",
        {"accord": 1, "currency": "EUR", "creditors": [{"key": "bank", "name": "Bank"}]},
    )
    letter = written(empty, name, "bank")
    assert "[your name]" in letter.gaps
    assert "None" not in letter.body
    empty.close()


def test_a_private_situation_goes_into_no_letter(ledger: Ledger) -> None:
    situations.tell(ledger, on=on("11-20"), text="My secret", today=TODAY, private=True)
    letter = written(ledger, "hardship")
    assert "My secret" not in letter.body
    # What was true before it may not be so any more.
    assert "My employer cut my hours" not in letter.body
    assert any(each.startswith("[what happened") for each in letter.gaps)


def test_a_situation_that_is_over_is_not_told(ledger: Ledger) -> None:
    assert "boiler" not in written(ledger, "hardship", "marlow").body


def test_the_offer_shows_the_budget_and_what_is_left(ledger: Ledger) -> None:
    body = written(ledger, "offer").body
    assert "- Income in all: £1,592.88" in body
    assert "- Left for you: £81.38" in body


def test_a_collector_is_asked_about_the_creditor_before_it(ledger: Ledger) -> None:
    assert "an account that was with Kestrel Finance" in written(ledger, "prove", "marlow").body


def test_the_payment_record_goes_with_its_letter(ledger: Ledger) -> None:
    letter = written(ledger, "payment_record")
    assert "Payment record" in paper.text(letters.parts(letter))
    draft = email.message_from_bytes(letters.email(letter), policy=policy.default)
    (attached,) = draft.iter_attachments()
    assert attached.get_content_type() == "application/pdf"
    assert "Payment record" in pdf_text(attached.get_content())


def two_debts(path: Path, **lists: Any) -> Ledger:
    """A bank with two debts of its own, and what passed about them."""
    document = make.document(**lists)
    document["debts"].append(make.debt("loan"))
    return make.loaded(path, document)


def about(ledger: Ledger, name: str, debt: str) -> str:
    with ledger.reading() as session:
        case = case_of(session, "bank", debt)
        return letters.write(session, letters.find(Path("none"), name), case, TODAY).body


def test_a_call_about_another_debt_is_not_confirmed(tmp_path: Path) -> None:
    call = {
        "key": "c1", "creditor": "bank", "debt": "loan", "at": "2026-03-01T10:00:00+00:00",
        "channel": "phone", "direction": "out", "summary": "LOANCALL",
    }  # fmt: skip
    ledger = two_debts(tmp_path / "two.accord", contacts=[call])
    assert "LOANCALL" not in about(ledger, "confirm_call", "card")
    assert "LOANCALL]" in about(ledger, "confirm_call", "loan")
    ledger.close()


def test_only_the_call_in_which_it_was_agreed_is_said_to_have_agreed_it(ledger: Ledger) -> None:
    body = written(ledger, "confirm_call").body
    assert "As I understand it, we agreed:" in body
    assert "As I understand it" not in written(ledger, "confirm_call", "marlow").body


def test_what_is_late_is_not_told_early(ledger: Ledger) -> None:
    late, early = written(ledger, "renegotiate", "hillview"), written(ledger, "renegotiate")
    assert "I am behind with it" in late.body
    assert "before 31 October" not in late.subject
    assert "I am telling you early" in early.body
    assert early.subject.endswith("before 1 December 2026")


def test_with_something_late_nobody_is_told_that_i_keep_paying(ledger: Ledger) -> None:
    assert "I keep paying" not in written(ledger, "ask_in_writing", "hillview").body
    assert "I keep paying" in written(ledger, "ask_in_writing", "rosa").body


def test_the_paper_is_asked_for_all_that_its_checklist_lacks(tmp_path: Path) -> None:
    terms = {"upfront": "400.00", "written_off": "600.00"}
    for checklist in ({}, {"account": True, "method": "in cash"}):
        document = make.document(
            creditors=[{"key": "bank", "name": "Bank"}, {"key": "coll", "name": "Collectors"}],
            transfers=[{"debt": "card", "to": "coll", "on": "2026-06-01"}],
            agreements=[make.promise(terms=terms, checklist=checklist, writing="received")],
        )
        ledger = make.loaded(tmp_path / f"ask{len(checklist)}.accord", document)
        body = written(ledger, "ask_in_writing", "coll").body
        for clause in writing.CLAUSES:
            assert (f"- {clause.text}" in body) is (clause.key not in checklist), clause.key
        ledger.close()


def test_an_agreement_of_single_dates_is_told_date_by_date(ledger: Ledger) -> None:
    body = written(ledger, "ask_in_writing", "rosa").body
    assert "- £100.00 on 24 December 2026.\n- In all £300.00 in 3 payments" in body


def test_an_agreement_with_the_one_before_names_whom_it_was_made_with(ledger: Ledger) -> None:
    body = written(ledger, "ask_in_writing", "marlow").body
    assert "the agreement of 4 May 2026 with Kestrel Finance" in body


def test_what_they_offered_is_not_what_i_can_raise(ledger: Ledger) -> None:
    body = written(ledger, "settlement").body
    assert "I can raise [sum]" in body
    assert "1,050" not in body


def test_a_charge_names_what_it_is_against_and_not_what_is_agreed_now(tmp_path: Path) -> None:
    old = make.promise()
    old["terms"]["apr"] = "0"
    new = make.promise("a2", made_on="2026-06-10", supersedes="a1")
    new["terms"] |= {"apr": "15", "first_due": "2026-07-01"}
    charge = {"debt": "card", "on": "2026-01-31", "kind": "interest", "amount": "9.00"}
    made = make.loaded(
        tmp_path / "two.accord", make.document(agreements=[old, new], charges=[charge])
    )
    body = written(made, "freeze_not_applied", "bank").body
    assert "£9.00 (interest), although the agreement of 10 January 2026 says none" in body
    assert "15 %" not in body
    assert "frozen" not in body
    made.close()


# --- templates of one's own -----------------------------------------------------------------


def test_ones_own_template_is_found_and_one_of_the_same_name_replaces_ours(
    ledger: Ledger, folder: Path
) -> None:
    (folder / "thanks.j2").write_text(
        "{# Say thanks #}\nSubject: Thanks\n\nDear {{ creditor.name }}"
    )
    (folder / "hardship.j2").write_text("Subject: Mine\n\nMine")
    assert written(ledger, "thanks", folder=folder).body == "Dear Northbank"
    assert written(ledger, "hardship", folder=folder).subject == "Mine"
    titles = [each.title for each in letters.templates(folder) if each.is_own]
    assert titles == ["Hardship", "Say thanks"]


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("Subject: x\n\n{{ nobody }}", "names nobody, which there is not; there are agreement, an"),
        (
            "Subject: x\n\n{{ debt.colour }}",
            "names debt.colour, which there is not; debt has balance, is_settled, name",
        ),
        (
            "Subject: x\n\n{% for each in charges %}{{ each.colour }}{% endfor %}",
            "names colour, which there is not; there are amount, name, on, why",
        ),
        ("Subject: x\n\n{{ today.colour }}", "names colour of what has no fields: it is a text"),
        ("Subject: x\n\n{{ creditor }}", "names creditor as a whole; name one of address, email"),
        ("Subject: x\n\n{{ agreement.terms }}", "names a list as a whole; go through it"),
        (
            "Subject: x\n\n{{ offer.sum }}",
            "names offer.sum, but no offer of yours is open: put what speaks of it between",
        ),
        ("Subject: x\n\n{{ offer.colour }}", "names offer.colour, which there is not; offer has"),
        ("Subject: x\n\n{% include '/etc/passwd' %}", "takes in “/etc/passwd”, but a template s"),
        ("Subject: x\n\n{% if %}", "line 3"),
        ("Subject: x\n\n{{ today / 0 }}", "cannot be filled in"),
        ("Subject: x\n\n{{ ''.__class__.__mro__ }}", "asks for what no template may have"),
    ],
)
def test_a_template_that_cannot_be_filled_in_is_refused_by_name(
    ledger: Ledger, folder: Path, template: str, said: str
) -> None:
    (folder / "x.j2").write_text(template)
    with pytest.raises(BadInput) as refused:
        written(ledger, "x", folder=folder)
    assert refused.value.message.startswith("x.j2")
    assert said in refused.value.message
    for python in ("object", "Undefined", "letter_fields", "NoneType"):
        assert python not in refused.value.message


def test_what_is_not_known_is_false_and_said_where_it_is_needed(
    tmp_path: Path, folder: Path
) -> None:
    empty = make.loaded(
        tmp_path / "empty.accord",
        {"accord": 1, "currency": "EUR", "creditors": [{"key": "bank", "name": "Bank"}]},
    )
    (folder / "x.j2").write_text(
        "Subject: x\n\n{% if debt %}a{% endif %}{% if debt is none %}b{% endif %}"
        "{{ debt.balance | default('c') }}"
    )
    assert written(empty, "x", "bank", folder).body == "bc"
    for wants in ("{{ debt.balance }}", "{{ debt }}", "{{ debt.balance | upper }}"):
        (folder / "x.j2").write_text(f"Subject: x\n\n{wants}")
        with pytest.raises(BadInput, match="but no debt of theirs is recorded: put what speaks"):
            written(empty, "x", "bank", folder)
    empty.close()


def test_a_template_that_is_no_text_is_refused_and_takes_no_other_away(
    ledger: Ledger, folder: Path
) -> None:
    (folder / "x.j2").write_bytes(b"\xff\xfe\x00")
    assert letters.templates(folder)[-1].title == "x.j2, which cannot be read"
    with pytest.raises(BadInput, match="cannot be read as text"):
        written(ledger, "x", folder=folder)
    assert written(ledger, "hardship", folder=folder).body


@pytest.mark.parametrize("name", ["my-letter", "my letter", "My_Letter"])
def test_a_template_is_found_however_its_words_are_joined(
    ledger: Ledger, folder: Path, name: str
) -> None:
    (folder / "my-letter.j2").write_text("Say hello\nSubject: Hello\n\nHello")
    letter = written(ledger, name, folder=folder)
    assert (letter.title, letter.subject, letter.body) == ("Say hello", "Hello", "Hello")


def test_a_template_without_a_subject_is_refused(ledger: Ledger, folder: Path) -> None:
    (folder / "x.j2").write_text("Dear all")
    with pytest.raises(BadInput, match="no line that begins with “Subject:”"):
        written(ledger, "x", folder=folder)


@pytest.mark.parametrize("wrong", ["{{ '{a}'.format() }}", "{{ 'x'.encode('nope') }}"])
def test_whatever_a_template_does_wrong_is_said_by_its_name(
    ledger: Ledger, folder: Path, wrong: str
) -> None:
    (folder / "x.j2").write_text(f"Subject: x\n\n{wrong}")
    with pytest.raises(BadInput, match=r"x\.j2 cannot be filled in"):
        written(ledger, "x", folder=folder)


def test_an_unknown_letter_lists_those_there_are(folder: Path) -> None:
    with pytest.raises(NotFound, match="hardship, offer, counter-offer"):
        letters.find(folder, "lyrics")


def test_what_a_person_wrote_is_never_a_template(ledger: Ledger) -> None:
    person.save(ledger, Me("{{ today }} {% raw %}", "x"))
    assert "{{ today }} {% raw %}" in written(ledger, "hardship").body


# --- the words ------------------------------------------------------------------------------


def test_empty_lines_part_paragraphs_and_dashes_make_lists(ledger: Ledger) -> None:
    letter = letters.edited(written(ledger, "hardship"), "S", "One\n- a\n-  b\nTwo\nThree\n\nEnd")
    body = [each for each in letters.parts(letter) if isinstance(each, (Bullets, Lines, Paragraph))]
    assert body[3:] == [Paragraph("One"), Bullets(["a", "b"]), Lines(["Two", "Three"]),
                        Paragraph("End")]  # fmt: skip


def test_only_brackets_that_the_template_made_are_gaps(ledger: Ledger) -> None:
    situations.tell(
        ledger, on=on("11-20"), text="My hours [see payslip] were cut again", today=TODAY
    )
    letter = written(ledger, "offer")
    assert "[see payslip]" in letter.body
    (gap,) = letter.gaps
    assert gap == "[how much, how often, and from which day]"
    body = letter.body.replace(gap, "[£5, how often, and from which day]")
    half = letters.edited(letter, "S [1]", f"{body}\n\n[my own note from May]")
    assert half.gaps == ["[£5, how often, and from which day]"]
    assert letters.edited(letter, "S", letter.body.replace(gap, "£5 each May")).gaps == []


def test_without_words_or_a_subject_it_is_no_letter(ledger: Ledger) -> None:
    letter = written(ledger, "hardship")
    with pytest.raises(BadInput) as error:
        letters.edited(letter, "S", " \n ")
    assert error.value.field == "body"
    with pytest.raises(BadInput) as error:
        letters.edited(letter, "", "B")
    assert error.value.field == "subject"


# --- as an email ----------------------------------------------------------------------------


def test_an_email_is_a_draft_to_them_that_reads_back(ledger: Ledger) -> None:
    letter = letters.edited(written(ledger, "write_only"), "Bitte schreiben: ü 字", "Grüße 字")
    draft = email.message_from_bytes(letters.email(letter), policy=policy.default)
    assert draft["To"] == "collections@northbank.example"
    assert draft["From"] == "sam@home.example"
    assert draft["Subject"] == "Bitte schreiben: ü 字"
    assert draft["X-Unsent"] == "1"
    assert draft.get_content().startswith("Grüße 字")


@pytest.mark.parametrize(
    ("to", "written_as"),
    [
        ("hilfe@bücher.example", "hilfe@xn--bcher-kva.example"),
        ("a@Straße.example", "a@xn--strae-oqa.example"),
        ("Zoë Müller <z@bücher.example>", "Zoë Müller <z@xn--bcher-kva.example>"),
        ("jörg@bücher.example", "jörg@xn--bcher-kva.example"),
    ],
)
def test_an_address_in_other_letters_is_one_that_mail_programs_take(
    ledger: Ledger, to: str, written_as: str
) -> None:
    person.save(ledger, Me("Zoë", "x", to))
    content = letters.email(written(ledger, "write_only"))
    assert b"=?utf-8?q?hilfe" not in content.lower()
    draft = email.message_from_bytes(content, policy=policy.default)
    assert draft["From"] == written_as
    # Only a name before the @ has to stand as it is.
    assert content.isascii() is (draft["From"].defects == ()) is ("jörg" not in to)
    assert content.isascii() or f"From: {written_as}\n".encode() in content


def test_no_header_can_be_smuggled_into_an_email(ledger: Ledger) -> None:
    letter = letters.edited(written(ledger, "write_only"), "Hello\nBcc: thief@evil.example", "B")
    draft = email.message_from_bytes(letters.email(letter), policy=policy.default)
    assert draft["Bcc"] is None


# --- sending --------------------------------------------------------------------------------


def test_sending_writes_keeps_and_logs_it_in_one_undo(ledger: Ledger, tmp_path: Path) -> None:
    letter = written(ledger, "freeze_not_applied")
    with ledger.reading() as session:
        mine = session.exec(select(tables.Undertaking).where(tables.Undertaking.by == "me")).one()
    path = tmp_path / "letter.pdf"
    sent = sending.send(
        ledger, letter, format="pdf", today=TODAY, path=path, undertaking_id=mine.id
    )
    with ledger.reading() as session:
        contact = session.get_one(tables.Contact, sent.contact_id)
        (line,) = documents.of(session, ("contact", sent.contact_id))
        assert documents.content(session, line.document_id).content == path.read_bytes()
        assert (contact.channel, contact.direction) == ("letter", "out")
        assert contact.summary == letter.subject
        assert session.get_one(tables.Undertaking, mine.id).done_on == TODAY
    revisions.undo(ledger)
    with ledger.reading() as session:
        assert session.get(tables.Contact, sent.contact_id) is None
        assert session.get_one(tables.Undertaking, mine.id).done_on is None


def test_asking_for_the_paper_says_that_it_was_asked_for(ledger: Ledger) -> None:
    sending.send(ledger, written(ledger, "ask_in_writing", "rosa"), format="text", today=TODAY)
    with ledger.reading() as session:
        key = tables.Agreement.key == "a-rosa"
        assert session.exec(select(tables.Agreement).where(key)).one().writing == "requested"


def test_only_a_letter_that_tells_my_situation_counts_as_having_told_it(ledger: Ledger) -> None:
    def told(name: str) -> bool:
        sent = sending.send(ledger, written(ledger, name), format="eml", today=TODAY)
        with ledger.reading() as session:
            contact = session.get_one(tables.Contact, sent.contact_id)
            assert contact.channel == "email"
            return contact.situation_id is not None

    assert told("hardship")
    assert not told("write_only")


def test_where_the_file_cannot_be_written_nothing_is_logged(ledger: Ledger, tmp_path: Path) -> None:
    before = ledger.newest()
    path = tmp_path / "none" / "letter.pdf"
    with pytest.raises(LedgerError, match="no such folder"):
        sending.send(ledger, written(ledger, "write_only"), format="pdf", today=TODAY, path=path)
    assert ledger.newest() == before


def test_where_the_ledger_refuses_no_file_stays(ledger: Ledger, tmp_path: Path) -> None:
    path = tmp_path / "letter.pdf"
    with pytest.raises(NotFound):
        sending.send(
            ledger,
            written(ledger, "write_only"),
            format="pdf",
            today=TODAY,
            path=path,
            undertaking_id=99,
        )
    assert list(tmp_path.glob("*letter*")) == []


def test_a_letter_that_no_font_can_show_is_refused_with_the_character(ledger: Ledger) -> None:
    letter = letters.edited(written(ledger, "write_only"), "S", "Look: \ue123")
    before = ledger.newest()
    with pytest.raises(BadInput, match=r"U\+E123"):
        sending.send(ledger, letter, format="pdf", today=TODAY)
    assert ledger.newest() == before


def test_a_disk_that_fills_leaves_no_half_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "paper.txt"
    path.write_text("before")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(LedgerError, match="disk is full"):
        database.write_privately(path, b"after")
    assert path.read_text() == "before"
    assert [each.name for each in tmp_path.iterdir()] == ["paper.txt"]
