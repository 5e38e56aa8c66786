"""CMS SignedData (RFC 5652) in the one shape the house makes and accepts (protocol B0, decision 9).

Strict DER, one signer named by issuer and serial number, its certificate inside, signed attributes contentType,
messageDigest and signing-certificate-v2 (RFC 5035), no unsigned attributes. Whether the certificate is to be believed
is asked elsewhere (`crypto.certificates`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Literal, NamedTuple, NoReturn

from asn1crypto import (
    cms,
    core,
    tsp,  # noqa: F401  teaches asn1crypto the attribute signing-certificate-v2
)
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from crypto.certificates import CERTIFICATE_ERRORS, TrustStore, Usage
from crypto.der import SEQUENCE, SET, integer, nth, require_der, set_of, tlv
from crypto.national.certified import is_national
from crypto.tokens.port import Signing
from procurement.basics.problems import Problem, Refused, Tampered

ContentType = Literal["data", "tst_info"]

LIMIT = 64 * 1024
_MAX_CERTIFICATES = 6
_MANDATORY = {"content_type", "message_digest", "signing_certificate_v2"}
_ALLOWED = _MANDATORY | {"signing_time", "cms_algorithm_protection", "signing_certificate"}
_OID_DATA = bytes.fromhex("06092a864886f70d010701")
_OID_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_OID_TST_INFO = bytes.fromhex("060b2a864886f70d0109100104")
_OID_CONTENT_TYPE = bytes.fromhex("06092a864886f70d010903")
_OID_MESSAGE_DIGEST = bytes.fromhex("06092a864886f70d010904")
_OID_SIGNING_CERTIFICATE_V2 = bytes.fromhex("060b2a864886f70d010910022f")
_SHA256 = bytes.fromhex("300b0609608648016503040201")
_RSA = bytes.fromhex("300d06092a864886f70d0101010500")
_ECDSA_SHA256 = bytes.fromhex("300a06082a8648ce3d040302")
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_LENGTHS = 16
"""Most bytes by which lengths of what stands around a value grow with it"""
_HEADS = 4
"""Tags and lengths between the name of the attribute message-digest and its 32 bytes"""
_READ_ERRORS = (ValueError, TypeError, KeyError, IndexError, OverflowError, *CERTIFICATE_ERRORS)


@dataclass(frozen=True, slots=True)
class SignedObject:
    """What a verified SignedData says: who signed, the other certificates it carries, the content if it is inside."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    content: bytes | None


def sign_detached(digest: bytes, token: Signing, *, with_chain: bool = False) -> bytes:
    """DER of a detached signature over content whose SHA-256 is `digest`; `with_chain` puts the issuers inside too."""
    chain = (token.signing_certificate, *(token.chain if with_chain else ()))
    return _signed_data(digest, token, "data", None, chain)


def sign_enclosed(content: bytes, token: Signing, kind: ContentType, *, with_certificates: bool) -> bytes:
    """DER of a signature with its content inside (time-stamp tokens); with or without certificate and issuers."""
    chain = (token.signing_certificate, *token.chain) if with_certificates else ()
    return _signed_data(hashlib.sha256(content).digest(), token, kind, content, chain)


def open_detached(der: bytes, digest: bytes) -> SignedObject:
    """Check a detached signature over content whose SHA-256 is `digest`; the certificate is not judged.

    Raises `Tampered`: signature-malformed, signature-attributes-missing, signature-certificate-mismatch,
    signature-content-changed, signature-wrong.
    """
    return _open_own(der, digest) or _open(der, digest, "data")


def open_enclosed(der: bytes, kind: ContentType) -> SignedObject:
    """The same for a signature with its content inside."""
    return _open(der, None, kind)


def certificate_in(der: bytes) -> x509.Certificate:
    """The certificate a signature names its signer by, nothing checked. Raises `Tampered`."""
    require_der(der, code="signature-malformed", limit=LIMIT)
    try:
        body = cms.ContentInfo.load(der, strict=True)["content"]
        return _certificates(body["certificates"], body["signer_infos"][0]["sid"])[0]
    except _READ_ERRORS as error:
        raise malformed(type(error).__name__) from error


def believe(
    found: SignedObject, trust: TrustStore, at: datetime, usage: Usage, chain: Sequence[x509.Certificate] = ()
) -> tuple[x509.Certificate, ...]:
    """Judge the signer's certificate. A carried certificate that is no link of its path is refused: nothing protects it.

    Answers the path.

    Raises certificate-… as `TrustStore.validate`, `Tampered("signature-malformed")`.
    """
    path = trust.validate(found.certificate, (*found.others, *chain), at, usage)
    if any(other not in path for other in found.others):
        _refuse("a certificate that has no part in the signature")
    return path


def _signed_data(
    digest: bytes, token: Signing, kind: ContentType, content: bytes | None, carried: Sequence[x509.Certificate]
) -> bytes:
    leaf = token.signing_certificate
    if is_national(leaf):
        raise Refused("signature-needs-other-suite", "Sign this with a certificate of suite I1 (RSA or P-256).")
    attributes = _attributes(digest, kind, leaf)
    return _written(attributes, leaf, token.sign(set_of(SET, *attributes)), kind, content, carried)


def _attributes(digest: bytes, kind: ContentType, leaf: x509.Certificate) -> tuple[bytes, ...]:
    return (
        _attribute(_OID_CONTENT_TYPE, _oid(kind)),
        _attribute(_OID_MESSAGE_DIGEST, tlv(0x04, digest)),
        _attribute(_OID_SIGNING_CERTIFICATE_V2, _signing_certificate(leaf)),
    )


def _written(
    attributes: Sequence[bytes],
    leaf: x509.Certificate,
    signature: bytes,
    kind: ContentType,
    content: bytes | None,
    carried: Sequence[x509.Certificate],
) -> bytes:
    """The whole object, as this program spells it."""
    signer = tlv(
        SEQUENCE,
        integer(1),
        tlv(SEQUENCE, leaf.issuer.public_bytes(), integer(leaf.serial_number)),
        _SHA256,
        set_of(0xA0, *attributes),
        _RSA if isinstance(leaf.public_key(), rsa.RSAPublicKey) else _ECDSA_SHA256,
        tlv(0x04, signature),
    )
    inside = b"" if content is None else tlv(0xA0, tlv(0x04, content))
    certificates = [certificate.public_bytes(serialization.Encoding.DER) for certificate in carried]
    body = tlv(
        SEQUENCE,
        integer(1 if kind == "data" else 3),
        tlv(SET, _SHA256),
        tlv(SEQUENCE, _oid(kind), inside),
        set_of(0xA0, *certificates) if certificates else b"",
        tlv(SET, signer),
    )
    return tlv(SEQUENCE, _OID_SIGNED_DATA, tlv(0xA0, body))


def _attribute(oid: bytes, value: bytes) -> bytes:
    return tlv(SEQUENCE, oid, tlv(SET, value))


def _signing_certificate(leaf: x509.Certificate) -> bytes:
    """SigningCertificateV2 with one ESSCertIDv2, SHA-256 by default and so unnamed (RFC 5035 §3)."""
    named = tlv(SEQUENCE, tlv(0x04, leaf.fingerprint(hashes.SHA256())))
    return tlv(SEQUENCE, tlv(SEQUENCE, named))


def _oid(kind: ContentType) -> bytes:
    return _OID_DATA if kind == "data" else _OID_TST_INFO


class _Form(NamedTuple):
    """A detached signature as this program spells it, but for the two things that differ from one to the next: the digest and, at
    the end, the signature value."""

    leaf: x509.Certificate
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey
    around: tuple[bytes, bytes]
    """What stands before and after the digest"""
    signed: tuple[bytes, bytes]
    """The same of the attributes, over which the signature is"""
    value: int
    """Length of the signature value"""


def _open_own(der: bytes, digest: bytes) -> SignedObject | None:
    """A detached signature in this program's own spelling with the signer's certificate alone: it is written anew from certificate
    and signature value and compared whole, which says more than reading it in parts, at a small part of the time. None: not so
    spelled, or of other content. Raises `Tampered("signature-wrong")`."""
    try:
        form = _form(_certificate_within(der), len(der))
    except (Tampered, *_READ_ERRORS):
        return None
    if form is None:
        return None
    signature = der[len(der) - form.value :]
    if digest.join(form.around) + signature != der:
        return None
    _check_value(form.key, signature, digest.join(form.signed), _HASHES["sha256"])
    return SignedObject(form.leaf, (), None)


def _certificate_within(der: bytes) -> bytes:
    """The first certificate of a SignedData, by its place alone: what is not built like that differs from what is written anew."""
    body = nth(der, nth(der, nth(der, nth(der, (0, len(der)), 0), 1), 0), 3)
    return der[slice(*body)]


@lru_cache(maxsize=512)
def _form(certificate: bytes, length: int) -> _Form | None:
    """How a signature of so many bytes by this certificate is spelled. Who signs one act signs many."""
    if length > LIMIT:
        return None
    leaf = _certificate(certificate)
    key, blank = leaf.public_key(), bytes(32)
    if not isinstance(key, ec.EllipticCurvePublicKey | rsa.RSAPublicKey):
        return None
    attributes = _attributes(blank, "data", leaf)
    bare = len(_written(attributes, leaf, b"", "data", None, (leaf,)))
    for value in range(max(0, length - bare - _LENGTHS), max(0, length - bare) + 1):
        whole = _written(attributes, leaf, bytes(value), "data", None, (leaf,))
        if len(whole) == length:
            around = _around(whole[: length - value])
            return _Form(leaf, key, around, _around(set_of(SET, *attributes)), value)
    return None


def _around(spelled: bytes) -> tuple[bytes, bytes]:
    """Before and after the blank digest, found by the attribute's name."""
    at = spelled.rindex(_OID_MESSAGE_DIGEST) + len(_OID_MESSAGE_DIGEST) + _HEADS
    return spelled[:at], spelled[at + 32 :]


def _check_value(
    key: ec.EllipticCurvePublicKey | rsa.RSAPublicKey,
    signature: bytes,
    data: bytes,
    hash_algorithm: hashes.HashAlgorithm,
) -> None:
    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            require_der(signature, code="signature-malformed", limit=256)
            key.verify(signature, data, ec.ECDSA(hash_algorithm))
        else:
            key.verify(signature, data, padding.PKCS1v15(), hash_algorithm)
    except (InvalidSignature, UnsupportedAlgorithm) as error:
        raise _wrong() from error


def _wrong() -> Tampered:
    return Tampered("signature-wrong", "Do not accept it: the signature is not over these bytes.")


def _open(der: bytes, digest: bytes | None, kind: ContentType) -> SignedObject:
    require_der(der, code="signature-malformed", limit=LIMIT)
    try:
        return _open_parsed(cms.ContentInfo.load(der, strict=True), digest, kind)
    except _READ_ERRORS as error:
        raise malformed(type(error).__name__) from error


def _open_parsed(outer: Any, digest: bytes | None, kind: ContentType) -> SignedObject:
    if outer["content_type"].native != "signed_data":
        _refuse("not SignedData")
    body = outer["content"]
    if len(body["digest_algorithms"]) != 1 or len(body["signer_infos"]) != 1:
        _refuse("not exactly one signer")
    signer = body["signer_infos"][0]
    inside = body["encap_content_info"]["content"]
    content = None if isinstance(inside, core.Void) else bytes(inside)
    if body["encap_content_info"]["content_type"].native != kind or (content is None) is (digest is None):
        _refuse("another kind of content")
    if len(body["crls"]) or len(signer["unsigned_attrs"]):
        _refuse("unsigned additions")
    hash_name = _bare(signer["digest_algorithm"])
    if hash_name not in _HASHES or (digest is not None and hash_name != "sha256"):
        _refuse("hash not accepted")
    if _bare(body["digest_algorithms"][0]) != hash_name:
        _refuse("two hashes")
    if body["version"].native != ("v1" if kind == "data" else "v3") or signer["version"].native != "v1":
        _refuse("version")
    leaf, others = _certificates(body["certificates"], signer["sid"])
    if digest is None:
        digest = hashlib.new(hash_name, content or b"").digest()
    attributes = _check_attributes(signer["signed_attrs"], kind, digest, leaf)
    _check_signature(signer, attributes, hash_name, leaf)
    return SignedObject(leaf, others, content)


def _bare(algorithm: Any) -> str:
    """An algorithm's name, when it has no parameters (absent or NULL)."""
    if not isinstance(algorithm["parameters"], core.Void | core.Null):
        _refuse("parameters where none belong")
    return str(algorithm["algorithm"].native)


def _certificates(inside: Any, sid: Any) -> tuple[x509.Certificate, tuple[x509.Certificate, ...]]:
    """The signer's certificate and the others; exactly one fits issuer and serial number."""
    if not 1 <= len(inside) <= _MAX_CERTIFICATES or sid.name != "issuer_and_serial_number":
        _refuse("signer not named by issuer and serial number, with its certificate inside")
    found = [_certificate(choice.chosen.dump()) for choice in inside if choice.name == "certificate"]
    issuer, serial = sid.chosen["issuer"].dump(), sid.chosen["serial_number"].native
    fitting = [c for c in found if c.serial_number == serial and c.issuer.public_bytes() == issuer]
    if len(found) != len(inside) or len(fitting) != 1:
        raise Tampered(
            "signature-certificate-mismatch", "Have the object signed again: it does not carry its certificate."
        )
    return fitting[0], tuple(c for c in found if c is not fitting[0])


@lru_cache(maxsize=256)
def _certificate(der: bytes) -> x509.Certificate:
    """A certificate by its bytes, which are strict DER. Who signs one act signs many: each is parsed once, its extensions and key, too."""
    return x509.load_der_x509_certificate(require_der(der, code="signature-malformed", limit=LIMIT))


def _check_attributes(signed: Any, kind: ContentType, digest: bytes, leaf: x509.Certificate) -> bytes:
    """The attributes hold what they must; answers the bytes that were signed."""
    raw = b"\x31" + signed.dump()[1:]  # before its parts are looked at: from then on asn1crypto encodes anew
    values: dict[str, Any] = {}
    for attribute in signed:
        name = attribute["type"].native
        if name in values or name not in _ALLOWED or len(attribute["values"]) != 1:
            _refuse("attribute doubled or unknown")
        values[name] = attribute["values"][0]
    if not values.keys() >= _MANDATORY:
        raise Tampered(
            "signature-attributes-missing",
            "Have the object signed again by a program that writes contentType, messageDigest and signing-certificate-v2.",
            missing=", ".join(sorted(_MANDATORY - values.keys())),
        )
    if values["content_type"].native != kind:
        _refuse("attribute of another kind of content")
    if values["message_digest"].native != digest:
        raise Tampered("signature-content-changed", "Fetch the object again: it is not what was signed.")
    _check_certificate_named(values["signing_certificate_v2"]["certs"][0], leaf)
    return require_der(raw, code="signature-malformed", limit=LIMIT)


def _check_certificate_named(named: Any, leaf: x509.Certificate) -> None:
    """ESSCertIDv2 (RFC 5035): its hash, and issuer with serial number when given, are the signer's."""
    algorithm = _bare(named["hash_algorithm"])
    fits = algorithm in _HASHES and named["cert_hash"].native == leaf.fingerprint(_HASHES[algorithm])
    if fits and not isinstance(named["issuer_serial"], core.Void):
        fits = named["issuer_serial"]["serial_number"].native == leaf.serial_number
    if not fits:
        raise Tampered("signature-certificate-mismatch", "Do not accept it: another certificate was put in its place.")


def _check_signature(signer: Any, attributes: bytes, hash_name: str, leaf: x509.Certificate) -> None:
    key, algorithm = leaf.public_key(), signer["signature_algorithm"]
    name, signature, hash_algorithm = algorithm["algorithm"].native, signer["signature"].native, _HASHES[hash_name]
    try:
        if (isinstance(key, ec.EllipticCurvePublicKey) and name == f"{hash_name}_ecdsa") or (
            isinstance(key, rsa.RSAPublicKey) and name in ("rsassa_pkcs1v15", f"{hash_name}_rsa")
        ):
            _bare(algorithm)
            _check_value(key, signature, attributes, hash_algorithm)
        elif isinstance(key, rsa.RSAPublicKey) and name == "rsassa_pss":
            key.verify(signature, attributes, _pss(algorithm["parameters"], hash_name), hash_algorithm)
        else:
            _refuse("signature algorithm not accepted")
    except (InvalidSignature, UnsupportedAlgorithm) as error:
        raise _wrong() from error


def _pss(parameters: Any, hash_name: str) -> padding.PSS:
    algorithm = _HASHES[hash_name]
    mask = parameters["mask_gen_algorithm"]
    if (
        parameters["hash_algorithm"]["algorithm"].native != hash_name
        or mask["algorithm"].native != "mgf1"
        or mask["parameters"]["algorithm"].native != hash_name
        or parameters["salt_length"].native != algorithm.digest_size
    ):
        _refuse("PSS parameters not accepted")
    return padding.PSS(padding.MGF1(algorithm), algorithm.digest_size)


def malformed(reason: str) -> Problem:
    """The object is not of the one accepted shape."""
    return Tampered("signature-malformed", "Have the object signed again in the accepted form.", reason=reason)


def _refuse(reason: str) -> NoReturn:
    raise malformed(reason)
