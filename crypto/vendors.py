"""Trust profiles of CA vendors (R-035): which roots are theirs, and how their certificates name the holder.

A profile belongs to roots, not to issuers' names: anybody can write a name. The four vendors of Shanxi are listed here by
key and name; their roots come with the trust folder (`vendors.json`), as does any deviation in their subjects.
"""

from __future__ import annotations

from typing import Literal

from cryptography import x509
from cryptography.x509.oid import NameOID

from procurement.basics.value import Code, Hex32, Name, Value

CodeField = Literal["organizationIdentifier", "serialNumber", "organizationalUnitName"]
CertificateKind = Literal["unit", "legal-person", "person"]
"""单位 CA, 法人 CA (R-036), and the certificate of a person who acts for nobody else (an expert)"""

NAMES = {"bjca": "北京CA", "sxca": "山西CA", "itrus": "天威", "yixin": "颐信"}
"""The four vendors that Shanxi accepts (R-035)"""
LEGAL_PERSON = "法定代表人"
_FIELDS = {
    "organizationIdentifier": NameOID.ORGANIZATION_IDENTIFIER,
    "serialNumber": NameOID.SERIAL_NUMBER,
    "organizationalUnitName": NameOID.ORGANIZATIONAL_UNIT_NAME,
}


class Vendor(Value):
    """One CA vendor, as a verifier knows it."""

    key: Code
    name: Name
    roots: tuple[Hex32, ...]
    """SHA-256 of the DER of its roots"""
    code: CodeField = "organizationIdentifier"
    """Where its subjects carry the 统一社会信用代码 (decision 13)"""
    legal_person: Name = LEGAL_PERSON
    """The subject's title by which it marks the certificate of a legal representative"""


class VendorList(Value):
    """`vendors.json` of a trust folder."""

    vendors: tuple[Vendor, ...] = ()


def code_in(certificate: x509.Certificate, vendor: Vendor | None = None) -> str:
    """统一社会信用代码 in the subject, where this vendor writes it; "" when there is none."""
    return attribute(certificate, _FIELDS[vendor.code if vendor else "organizationIdentifier"])


def kind_of(certificate: x509.Certificate, vendor: Vendor | None = None) -> CertificateKind:
    """Whose certificate it is: the unit's, its legal representative's, or a person's own."""
    if not code_in(certificate, vendor):
        return "person"
    mark = vendor.legal_person if vendor else LEGAL_PERSON
    return "legal-person" if attribute(certificate, NameOID.TITLE) == mark else "unit"


def attribute(certificate: x509.Certificate, oid: x509.ObjectIdentifier) -> str:
    """The one value of a subject's attribute; "" when there is none, or more than one."""
    found = certificate.subject.get_attributes_for_oid(oid)
    return str(found[0].value) if len(found) == 1 else ""
