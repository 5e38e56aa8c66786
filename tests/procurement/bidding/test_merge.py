"""Two people's work on one draft: what each changed alone is taken, what both changed is asked."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from procurement.basics.moment import at_shanghai
from procurement.bidding.draft import (
    Answer,
    BidDocument,
    BidForms,
    Enterprise,
    EvidenceLink,
    FieldValue,
    FilledCell,
    FilledForm,
    FilledRow,
    FilledTable,
    Machine,
    Person,
    QuotedFigure,
    Unlinked,
)
from procurement.bidding.merge import _LISTS, _SINGLE, Changes, changes, items, merge, with_free_codes

DAY = date(2026, 3, 2)
BASE = BidForms(
    tender="0" * 64,
    lot="1",
    supplier="91140100SUP000000A",
    name="甲公司",
    quote=(QuotedFigure(figure="total", amount=Decimal("100.00")),),
    validity_days=90,
    answers=(Answer(item="q1", how="document"), Answer(item="q2", how="commitment")),
    forms=(FilledForm(form="f1", fields=(FieldValue(field="a", text="一"), FieldValue(field="b", text="二"))),),
    enterprise=Enterprise(size="small"),
)


def _with(bid: BidForms, /, **parts: Any) -> BidForms:
    return bid.model_copy(update=parts)


def _document(code: str, mark: str) -> BidDocument:
    return BidDocument(code=code, title=mark, path=f"documents/{code}.pdf", size=1, sha256=mark * 64, pages=3)


def _row(code: str, amount: str) -> FilledRow:
    return FilledRow(row=code, cells=(FilledCell(column="amount", number=Decimal(amount)),))


def test_each_others_changes_come_together() -> None:
    mine = _with(BASE, answers=(*BASE.answers, Answer(item="q3", how="commitment")), validity_days=120)
    theirs = _with(
        BASE,
        answers=(Answer(item="q1", how="not-applicable"),),
        forms=(FilledForm(form="f1", fields=(FieldValue(field="a", text="一"), FieldValue(field="b", text="贰"))),),
        people=(Person(role="agent", name="张三"),),
    )
    found = merge(BASE, mine, theirs)
    assert found.conflicts == ()
    assert {one.item: one.how for one in found.forms.answers} == {"q1": "not-applicable", "q3": "commitment"}
    assert found.forms.validity_days == 120 and found.forms.people == theirs.people
    assert [one.text for one in found.forms.forms[0].fields] == ["一", "贰"]
    assert found.taken == 4
    again = merge(theirs, found.forms, theirs)
    assert (again.conflicts, again.taken, again.forms) == ((), 0, found.forms)


def test_what_both_changed_is_asked_item_by_item() -> None:
    mine = _with(BASE, validity_days=100, quote=(QuotedFigure(figure="total", amount=Decimal("90.00")),))
    theirs = _with(BASE, validity_days=120, quote=())
    found = merge(BASE, mine, theirs)
    assert {one.key for one in found.conflicts} == {("validity_days",), ("quote", "total")}
    assert found.forms == mine
    chosen = merge(BASE, mine, theirs, {("validity_days",): "mine", ("quote", "total"): "theirs"})
    assert chosen.forms == _with(mine, quote=())
    same = merge(BASE, mine, mine)
    assert same.conflicts == () and same.forms == mine


def test_a_form_one_dropped_and_the_other_filled_is_not_lost_when_chosen() -> None:
    mine = _with(BASE, forms=())
    theirs = _with(BASE, forms=(FilledForm(form="f1", fields=(FieldValue(field="a", text="壹"),)),))
    (conflict,) = merge(BASE, mine, theirs).conflicts
    assert conflict.key == ("forms", "f1", "1", "field", "a") and conflict.mine is None
    assert merge(BASE, mine, theirs).forms.forms == ()
    kept = merge(BASE, mine, theirs, {conflict.key: "theirs"}).forms
    assert [(one.form, [field.text for field in one.fields]) for one in kept.forms] == [("f1", ["壹"])]


def test_rows_of_a_table_merge_and_the_sum_is_left_to_be_made_again() -> None:
    base = _with(BASE, tables=(FilledTable(table="t", rows=(_row("r1", "1"), _row("r2", "2")), total=Decimal("3.00")),))
    mine = _with(BASE, tables=(FilledTable(table="t", rows=(_row("r1", "5"), _row("r2", "2")), total=Decimal("7.00")),))
    theirs = _with(
        BASE, tables=(FilledTable(table="t", rows=(_row("r1", "1"), _row("r2", "4")), total=Decimal("5.00")),)
    )
    table = merge(base, mine, theirs).forms.table("t")
    assert table == FilledTable(table="t", rows=(_row("r1", "5"), _row("r2", "4")))
    assert merge(base, base, theirs).forms.table("t") == theirs.table("t")


def test_documents_added_apart_under_one_code_are_two_documents() -> None:
    link = EvidenceLink(slot="s", item="q1", document="doc-1", first=1, last=2)
    mine = _with(BASE, documents=(_document("doc-1", "a"),))
    theirs = _with(BASE, documents=(_document("doc-1", "b"), _document("doc-2", "c")), evidence=(link,))
    moved = with_free_codes(BASE, mine, theirs)
    found = merge(BASE, mine, moved)
    assert found.conflicts == ()
    by_mark = {one.sha256[0]: one.code for one in found.forms.documents}
    assert by_mark["a"] == "doc-1" and len(set(by_mark.values())) == 3
    assert [one.document for one in found.forms.evidence] == [by_mark["b"]]
    assert {one.path for one in found.forms.documents} == {f"documents/{code}.pdf" for code in by_mark.values()}
    # The colleague goes on from the own numbering: the same file is the same document, a new one is not mixed up.
    later = _with(theirs, documents=(_document("doc-1", "d"), _document("doc-2", "c")))
    again = merge(moved, found.forms, with_free_codes(moved, found.forms, later))
    assert again.conflicts == ()
    assert {one.sha256[0] for one in again.forms.documents} == {"a", "c", "d"}
    (kept,) = again.forms.evidence
    document = again.forms.document(kept.document)
    assert document is not None and document.sha256[0] == "d"


def test_a_document_replaced_by_one_side_is_replaced() -> None:
    base = _with(BASE, documents=(_document("doc-1", "a"),))
    sealed = _with(BASE, documents=(_document("doc-1", "b"),))
    found = merge(base, base, with_free_codes(base, base, sealed))
    assert found.forms.documents == sealed.documents
    dropped = merge(base, base, _with(base, documents=()))
    assert dropped.forms.documents == () and dropped.conflicts == ()


def test_without_a_common_version_nothing_of_either_is_lost() -> None:
    mine, theirs = _with(BASE, validity_days=100), _with(BASE, people=(Person(role="agent", name="张三"),))
    found = merge(None, mine, theirs)
    assert [one.key for one in found.conflicts] == [("validity_days",)] and found.forms.people == theirs.people


def test_machines_of_both_are_kept_with_their_whole_time() -> None:
    def machine(host: str, first: int, last: int) -> Machine:
        return Machine(host=host, first_used=at_shanghai(DAY, first), last_used=at_shanghai(DAY, last))

    mine = _with(BASE, machines=(machine("one", 9, 10), machine("two", 9, 11)))
    theirs = _with(BASE, machines=(machine("two", 8, 10), machine("three", 8, 9)))
    found = merge(BASE, mine, theirs).forms.machines
    assert found == (machine("one", 9, 10), machine("two", 8, 11), machine("three", 8, 9))
    assert changes(mine, theirs) == Changes(0, 0, 0)


def test_changes_are_counted_by_part() -> None:
    after = _with(
        BASE, answers=(Answer(item="q1", how="commitment"),), validity_days=1, people=(Person(role="agent", name="张"),)
    )
    assert changes(BASE, after) == Changes(1, 2, 1, (("answers", 2), ("people", 1), ("validity_days", 1)))
    assert changes(None, BASE).added == len(items(BASE)) and changes(BASE, BASE) == Changes(0, 0, 0)


def test_two_of_one_key_are_two_items() -> None:
    twice = _with(BASE, people=(Person(role="contact", name="甲"), Person(role="contact", name="乙")))
    assert merge(BASE, BASE, twice).forms.people == twice.people


def test_every_part_of_a_bid_is_merged() -> None:
    """A field that the model gains is forgotten by no merge: it is an item, or known to be none."""
    known = {*_LISTS, *_SINGLE, "tables", "forms"}
    assert set(BidForms.model_fields) - known == {"format", "tender", "lot", "supplier", "name", "machines"}
    reason = _with(BASE, unlinked=(Unlinked(item="q1", slot="s", reason="见正文"),))
    assert merge(None, BASE, reason).forms.unlinked == reason.unlinked
    assert merge(BASE, BASE, BASE).forms.unlinked is None
