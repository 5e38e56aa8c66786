"""CMS SignedData (RFC 5652) in the one shape the house makes and accepts (protocol B0, decision 9).

Strict DER, one signer named by issuer and serial number, its certificate inside, signed attributes contentType,
messageDigest and signing-certificate-v2 (RFC 5035), no unsigned attributes. Whether the certificate is to be believed
is asked elsewhere (`crypto.certificates`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Literal, NoReturn

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from crypto.certificates import CERTIFICATE_ERRORS
from crypto.der import require_der
from crypto.tokens.port import Signing
from procurement.basics.problems import Problem, Tampered

ContentType = Literal["data", "tst_info"]

LIMIT = 64 * 1024
_MAX_CERTIFICATES = 6
_MANDATORY = {"content_type", "message_digest", "signing_certificate_v2"}
_ALLOWED = _MANDATORY | {"signing_time", "cms_algorithm_protection", "signing_certificate"}
_HASHES: dict[str, hashes.HashAlgorithm] = {
    "sha256": hashes.SHA256(),
    "sha384": hashes.SHA384(),
    "sha512": hashes.SHA512(),
}
_READ_ERRORS = (ValueError, TypeError, KeyError, IndexError, OverflowError, *CERTIFICATE_ERRORS)


@dataclass(frozen=True, slots=True)
class SignedObject:
    """What a verified SignedData says: who signed, the other certificates it carries, the content if it is inside."""

    certificate: x509.Certificate
    others: tuple[x509.Certificate, ...]
    content: bytes | None


def sign_detached(digest: bytes, token: Signing, *, with_chain: bool = False) -> bytes:
    """DER of a detached signature over content whose SHA-256 is `digest`; `with_chain` puts the issuers inside too."""
    return _signed_data(digest, token, "data", None, with_chain)


def sign_enclosed(content: bytes, token: Signing, kind: ContentType, *, with_chain: bool) -> bytes:
    """DER of a signature with its content inside (time-stamp tokens)."""
    return _signed_data(hashlib.sha256(content).digest(), token, kind, content, with_chain)


def open_detached(der: bytes, digest: bytes) -> SignedObject:
    """Check a detached signature over content whose SHA-256 is `digest`; the certificate is not judged.

    Raises `Tampered`: signature-malformed, signature-attributes-missing, signature-certificate-mismatch,
    signature-content-changed, signature-wrong.
    """
    return _open(der, digest, "data")


def open_enclosed(der: bytes, kind: ContentType) -> SignedObject:
    """The same for a signature with its content inside."""
    return _open(der, None, kind)


def _signed_data(digest: bytes, token: Signing, kind: ContentType, content: bytes | None, with_chain: bool) -> bytes:
    leaf_der = token.signing_certificate.public_bytes(serialization.Encoding.DER)
    leaf = asn1_x509.Certificate.load(leaf_der)
    attributes = cms.CMSAttributes(
        [
            _attribute("content_type", kind),
            _attribute("message_digest", digest),
            _attribute("signing_certificate_v2", _signing_certificate(leaf_der)),
        ]
    )
    signer = {
        "version": "v1",
        "sid": cms.SignerIdentifier(
            {
                "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                    {"issuer": leaf.issuer, "serial_number": leaf.serial_number}
                )
            }
        ),
        "digest_algorithm": {"algorithm": "sha256"},
        "signed_attrs": attributes,
        "signature_algorithm": _signature_algorithm(token.signing_certificate),
        "signature": token.sign(attributes.dump()),
    }
    chain = [asn1_x509.Certificate.load(c.public_bytes(serialization.Encoding.DER)) for c in token.chain]
    body: dict[str, Any] = {
        "version": "v1" if kind == "data" else "v3",
        "digest_algorithms": [{"algorithm": "sha256"}],
        "encap_content_info": {"content_type": kind},
        "certificates": [leaf, *(chain if with_chain else ())],
        "signer_infos": [signer],
    }
    if content is not None:
        body["encap_content_info"]["content"] = core.ParsableOctetString(content)
    return bytes(cms.ContentInfo({"content_type": "signed_data", "content": cms.SignedData(body)}).dump())


def _attribute(kind: str, value: Any) -> Any:
    return cms.CMSAttribute({"type": kind, "values": [value]})


def _signing_certificate(leaf_der: bytes) -> Any:
    return tsp.SigningCertificateV2({"certs": [{"cert_hash": hashlib.sha256(leaf_der).digest()}]})


def _signature_algorithm(certificate: x509.Certificate) -> Any:
    if isinstance(certificate.public_key(), rsa.RSAPublicKey):
        return algos.SignedDigestAlgorithm({"algorithm": "rsassa_pkcs1v15", "parameters": core.Null()})
    return algos.SignedDigestAlgorithm({"algorithm": "sha256_ecdsa"})


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
    found = [x509.load_der_x509_certificate(choice.chosen.dump()) for choice in inside if choice.name == "certificate"]
    issuer, serial = sid.chosen["issuer"].dump(), sid.chosen["serial_number"].native
    fitting = [c for c in found if c.serial_number == serial and c.issuer.public_bytes() == issuer]
    if len(found) != len(inside) or len(fitting) != 1:
        raise Tampered(
            "signature-certificate-mismatch", "Have the object signed again: it does not carry its certificate."
        )
    return fitting[0], tuple(c for c in found if c is not fitting[0])


def _check_attributes(signed: Any, kind: ContentType, digest: bytes, leaf: x509.Certificate) -> bytes:
    """The attributes hold what they must; answers the bytes that were signed."""
    values: dict[str, Any] = {}
    for attribute in signed:
        name = attribute["type"].native
        if name in values or name not in _ALLOWED or len(attribute["values"]) != 1:
            _refuse("attribute doubled or unknown")
        values[name] = attribute["values"][0]
    if values.keys() < _MANDATORY or not values.keys() >= _MANDATORY:
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
    raw = b"\x31" + signed.dump()[1:]
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
        if isinstance(key, ec.EllipticCurvePublicKey) and name == f"{hash_name}_ecdsa":
            require_der(signature, code="signature-malformed", limit=256)
            _bare(algorithm)
            key.verify(signature, attributes, ec.ECDSA(hash_algorithm))
        elif isinstance(key, rsa.RSAPublicKey) and name in ("rsassa_pkcs1v15", f"{hash_name}_rsa"):
            _bare(algorithm)
            key.verify(signature, attributes, padding.PKCS1v15(), hash_algorithm)
        elif isinstance(key, rsa.RSAPublicKey) and name == "rsassa_pss":
            key.verify(signature, attributes, _pss(algorithm["parameters"], hash_name), hash_algorithm)
        else:
            _refuse("signature algorithm not accepted")
    except (InvalidSignature, UnsupportedAlgorithm) as error:
        raise Tampered("signature-wrong", "Do not accept it: the signature is not over these bytes.") from error


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
