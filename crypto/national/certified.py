"""SM2 certificates and revocation lists (GM/T 0015): read by `cryptography`, their keys and signatures by us (M3).

`cryptography` parses them but knows neither the curve nor the signature: the key comes out of the TBS bytes, and the
signature over the TBS bytes is verified here, always with the default user id.
"""

from __future__ import annotations

import functools

from cryptography import x509

from crypto.der import SEQUENCE, children, require_der, tlv
from crypto.national.sm2 import Sm2PublicKey, is_sm2_spki
from procurement.basics.problems import Problem

SM2_WITH_SM3 = x509.ObjectIdentifier("1.2.156.10197.1.501")
_EC_PUBLIC_KEY = x509.ObjectIdentifier("1.2.840.10045.2.1")


def sm2_key(certificate: x509.Certificate) -> Sm2PublicKey | None:
    """The certificate's SM2 key; None when it holds another kind of key."""
    if certificate.public_key_algorithm_oid != _EC_PUBLIC_KEY:
        return None
    return _key_in(certificate.tbs_certificate_bytes)


def is_national(certificate: x509.Certificate) -> bool:
    """Is this a certificate of suite S1: an SM2 key under an SM2-with-SM3 signature?"""
    return certificate.signature_algorithm_oid == SM2_WITH_SM3 and sm2_key(certificate) is not None


def issued_by(child: x509.Certificate, issuer: x509.Certificate) -> bool:
    """Did the issuer's SM2 key sign this certificate, and is the issuer's name in it?"""
    key = sm2_key(issuer)
    return (
        key is not None
        and child.issuer == issuer.subject
        and child.signature_algorithm_oid == SM2_WITH_SM3
        and key.verify(child.signature, child.tbs_certificate_bytes)
    )


def listed_by(crl: x509.CertificateRevocationList, issuer: x509.Certificate) -> bool:
    """Did the issuer's SM2 key sign this revocation list?"""
    key = sm2_key(issuer)
    return (
        key is not None
        and crl.signature_algorithm_oid == SM2_WITH_SM3
        and key.verify(crl.signature, crl.tbs_certlist_bytes)
    )


@functools.lru_cache(512)
def _key_in(tbs: bytes) -> Sm2PublicKey | None:
    try:
        require_der(tbs)
        fields = children(children(tbs)[0][1])
        spki = tlv(SEQUENCE, fields[6 if fields[0][0] == 0xA0 else 5][1])
        return Sm2PublicKey.from_spki(spki) if is_sm2_spki(spki) else None
    except (Problem, IndexError):
        return None
