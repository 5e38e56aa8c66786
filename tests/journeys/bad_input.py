"""What must be true of every refusal: its code, its rule and citation where law is behind it, and words for people in two languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QApplication

from client.desk import Desk
from client.gateway.answers import document_of, problem_of
from procurement.basics.problems import Problem
from procurement.basics.rules import rulebook
from procurement.wire.messages import ProblemDocument
from tests.client.journey import Journey
from tests.world import Denied, Raw
from ui.citations import cited
from ui.i18n import use_language
from ui.messages import Words, catalogue, words_of


def expect(code: str, rule: str, work: Callable[[], object]) -> ProblemDocument:
    """`work` must be refused with this code and rule; the document must be whole, and the app must have words for it."""
    document = refusal_of(code, work)
    assert (document.code, document.rule) == (code, rule), document
    assert document.remedy and document.kind
    if rule:
        row = rulebook()[rule][-1]
        assert (document.citation, document.why, document.why_en) == (row.citation, row.why, row.why_en)
        assert row.citation and row.why and row.why_en
    told(document)
    return document


def refusal_of(code: str, work: Callable[[], object]) -> ProblemDocument:
    """The problem document that comes of `work`, from the server or from the own client."""
    try:
        work()
    except Denied as denied:
        return denied.problem
    except Problem as problem:
        return document_of(problem)
    raise AssertionError(f"{code} was accepted")


def told(document: ProblemDocument) -> tuple[Words, Words]:
    """What the app shows of it, in Chinese and in English: a title of its own, a way out, the citation, no blank left."""
    assert document.code in catalogue(), f"{document.code} has no words"
    chinese, english = (_shown(document, language) for language in ("zh", "en"))
    for shown in (chinese, english):
        assert shown.title and shown.remedy and document.code in shown.details
        assert "{" not in shown.title + shown.remedy and "…" not in shown.title, shown
    assert document.citation in chinese.text and cited(document.citation, "en") in english.text
    assert _is_chinese(chinese.title) and _is_chinese(chinese.remedy)
    ours = [english.title, english.remedy]
    for fact in document.facts.values():  # names stay as they are in either language
        ours = [text.replace(fact, "") for text in ours]
    assert not any(map(_is_chinese, ours))
    assert english.remedy == document.remedy
    return chinese, english


def _shown(document: ProblemDocument, language: str) -> Words:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    use_language(app, language)
    try:
        return words_of(problem_of(document))
    finally:
        use_language(app, "zh")


def _is_chinese(text: str) -> bool:
    return any("\u4e00" <= letter <= "\u9fff" for letter in text)


def raw(journey: Journey, desk: Desk, token: Any = None) -> Raw:
    """The same party past our client, without a session; with another token if given."""
    return Raw(journey.world, desk.name, desk.actor, (desk.role,), token=token or desk.place.token)


def answered(answer: Any) -> None:
    """Raise what an HTTP answer says."""
    assert answer.headers["content-type"].startswith("application/problem+json")
    raise Denied(ProblemDocument.model_validate_json(answer.content))
