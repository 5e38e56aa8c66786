"""The few exceptions of the house. Each carries a code, facts and a remedy; words for people live in `ui/messages.py`."""

from __future__ import annotations

from typing import ClassVar


class Problem(Exception):
    """What went wrong, as data.

    `code` is a stable kebab-case word, `facts` are strings for the message, `remedy` says in plain English what to do
    now, `rule` is the id in the rulebook that was applied (empty when no rule of law is behind it).
    """

    status: ClassVar[int] = 400
    kind: ClassVar[str] = "problem"

    def __init__(self, code: str, remedy: str, *, rule: str = "", **facts: object) -> None:
        self.code = code
        self.remedy = remedy
        self.rule = rule
        self.facts = {name: str(value) for name, value in facts.items()}
        shown = ", ".join(f"{name}={value}" for name, value in self.facts.items())
        super().__init__(f"{code} [{rule or self.kind}] {shown}".rstrip())


class RuleBroken(Problem):
    """A rule of the law forbids the act. `rule` is always given."""

    status = 422
    kind = "rule-broken"

    def __init__(self, rule: str, code: str, remedy: str, **facts: object) -> None:
        super().__init__(code, remedy, rule=rule, **facts)


class NotAllowed(Problem):
    """This person, role or moment may not do this act."""

    status = 403
    kind = "not-allowed"


class Refused(Problem):
    """The input is not acceptable as it stands (shape, size, order, identity)."""

    status = 409
    kind = "refused"


class Tampered(Problem):
    """Bytes, signatures or digests do not agree: evidence of damage or forgery."""

    status = 422
    kind = "tampered"


class Unreachable(Problem):
    """The other side did not answer. Nothing is known to have happened."""

    status = 503
    kind = "unreachable"


class Locked(Problem):
    """A key, token, store or file cannot be used now."""

    status = 423
    kind = "locked"


class Cancelled(Problem):
    """The person stopped the work. Everything is as before."""

    status = 499
    kind = "cancelled"
