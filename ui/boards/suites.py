"""Suites of algorithms in words, and whether the certificate that is open here can serve a tender (docs/national-suite.md)."""

from __future__ import annotations

from client.desk import Desk
from procurement.basics.statement import Suite
from ui.i18n import tr

SUITES: tuple[Suite, ...] = ("I1", "S1")
HASHES: dict[Suite, str] = {"I1": "SHA-256", "S1": "SM3"}
CIPHERS: dict[Suite, str] = {"I1": "AES-256-GCM", "S1": "SM4-GCM"}


def suite_words(suite: Suite) -> str:
    """A suite by its name and its algorithms."""
    if suite == "S1":
        return tr("国密 S1：SM2、SM3、SM4")
    return tr("通用 I1：RSA 或 P-256、SHA-256、AES")


def suite_name(suite: Suite) -> str:
    return tr("国密 S1") if suite == "S1" else tr("通用 I1")


def certificate_words(suite: Suite) -> str:
    """The kind of certificate that a suite asks for."""
    return tr("国密（SM2）证书") if suite == "S1" else tr("RSA 或 P-256 证书")


def own_suite(desk: Desk) -> Suite | None:
    """Of the certificate that is open here; None while none is."""
    place = desk.place
    return place.suite if place.unlocked and place.uses_certificate else None


def cannot_serve(desk: Desk, wanted: Suite) -> str:
    """Why the certificate that is open here cannot act in a tender of this suite; empty when it can, or none is open."""
    own = own_suite(desk)
    if own is None or own == wanted:
        return ""
    return tr(
        "项目用 {suite}，现在打开的是 {own}；请换用 {needed} 登录",
        suite=suite_name(wanted),
        own=certificate_words(own),
        needed=certificate_words(wanted),
    )
