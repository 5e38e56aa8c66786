"""Answers that say no: RFC 9457 problem documents become the house's own exceptions, and back."""

from __future__ import annotations

from typing import NoReturn, TypeVar

from client.gateway.transport import Answer
from procurement.basics.problems import (
    Cancelled,
    Locked,
    NotAllowed,
    Problem,
    Refused,
    RuleBroken,
    Tampered,
    Unreachable,
)
from procurement.basics.rules import rulebook
from procurement.basics.value import Value
from procurement.wire.messages import ProblemDocument
from procurement.wire.versions import TOO_OLD

V = TypeVar("V", bound=Value)

_KINDS: dict[str, type[Problem]] = {
    kind.kind: kind for kind in (NotAllowed, Refused, Tampered, Unreachable, Locked, Cancelled)
}
_KINDS["fault"] = Unreachable  # the platform's own fault: nothing is known to have happened
_SAID = "_said"


def problem_of(document: ProblemDocument) -> Problem:
    """The exception for a problem document, with rule and citation in its facts."""
    facts = {name.replace("-", "_"): text for name, text in document.facts.items()}
    for reserved in ("rule", "code", "remedy", "self"):
        facts.pop(reserved, None)
    if document.citation:
        facts.setdefault("citation", document.citation)
    if document.refusal:
        facts.setdefault("refusal", document.refusal)
    problem: Problem
    if document.kind == RuleBroken.kind:
        problem = RuleBroken(document.rule, document.code, document.remedy, **facts)
    else:
        kind = _KINDS.get(document.kind, Refused)
        problem = kind(document.code, document.remedy, rule=document.rule, **facts)
    problem.__dict__[_SAID] = document
    return problem


def said(problem: Problem) -> ProblemDocument | None:
    """The server's own words, when the problem came from there."""
    found = problem.__dict__.get(_SAID)
    return found if isinstance(found, ProblemDocument) else None


def document_of(problem: Problem) -> ProblemDocument:
    """A document to keep for a problem: the server's own when it came from there."""
    kept = said(problem)
    if kept is not None:
        return kept
    rows = rulebook().get(problem.rule, ())
    return ProblemDocument(
        type=f"urn:jincai:{problem.code}",
        title=problem.code,
        status=problem.status,
        code=problem.code,
        kind=problem.kind,
        rule=problem.rule,
        citation=rows[-1].citation if rows else "",
        why=rows[-1].why if rows else "",
        why_en=rows[-1].why_en if rows else "",
        remedy=problem.remedy,
        facts={name.replace("_", "-").lower(): text for name, text in problem.facts.items()},
    )


def is_final(problem: Problem) -> bool:
    """Whether the server itself has judged the act, so that sending it again cannot help.

    A program too old for the platform was not heard at all: after an update the same act may be sent.
    """
    return said(problem) is not None and not isinstance(problem, Unreachable) and problem.code not in TOO_OLD


def raise_for(answer: Answer) -> None:
    """Raise what an answer of 400 and above says."""
    if answer.status >= 400:
        _raise(answer)
    if answer.status >= 300:
        raise Unreachable("server-redirects", "Check the platform's address.", status=answer.status)


def read_answer(kind: type[V], body: bytes) -> V:
    """The message in a good answer. Raises `Unreachable("answer-unreadable")`: what the platform did is then not known."""
    try:
        return kind.model_validate_json(body)
    except (ValueError, OverflowError) as error:
        raise _unreadable(200) from error


def read_text(body: bytes) -> str:
    """A good answer that is text. Raises `Unreachable("answer-unreadable")`."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        raise _unreadable(200) from error


def _unreadable(status: int) -> Unreachable:
    return Unreachable("answer-unreadable", "Try again later; tell the platform's operator.", status=status)


def _raise(answer: Answer) -> NoReturn:
    if answer.body and answer.headers.get("content-type", "").startswith("application/problem+json"):
        try:
            document = ProblemDocument.model_validate_json(answer.body)
        except ValueError as error:
            raise _unreadable(answer.status) from error
        raise problem_of(document)
    if answer.status >= 500:
        raise Unreachable("server-failed", "Try again later; nothing is lost.", status=answer.status)
    kind = NotAllowed if answer.status in (401, 403) else Refused
    raise kind("server-refused", "Sign in again; if it stays, tell the platform's operator.", status=answer.status)
