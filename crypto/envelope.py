"""The two envelopes of a sealed bid (protocol B2, profile M1).

`env_s` carries the supplier's share to the supplier's own encryption certificates: CMS AuthEnvelopedData (RFC 5083)
with AES-256-GCM (RFC 5084), the content key under RSAES-OAEP (RFC 4055) or ECDH P-256 with the X9.63 KDF and AES-256
key wrap (RFC 5753). `env_o` carries the opening share to the lot key: HPKE base mode (RFC 9180). In suite S1 both are SM2
ciphertexts, `env_s` a list with one for each certificate (decision 11).

An envelope is read by taking it apart and building it again: whatever does not come out byte for byte is outside the
profile. So there is one encoding, one list of algorithms and no place for further attributes or trailing bytes.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography import x509
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.x963kdf import X963KDF
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from crypto.cms_enveloped import MAX_RECIPIENTS, Agreement, AuthEnveloped, Identifier, Transport, shared_info
from crypto.keys import HPKE, hpke_seal
from crypto.national.certified import is_national, sm2_key
from crypto.national.sm2 import Sm2PrivateKey, Sm2PublicKey
from crypto.suites import I1, S1, Suite, same
from crypto.tokens.port import OaepHash, Token
from procurement.basics.problems import Refused, Tampered
from procurement.bidding.sealed import NationalRecipient

RECORD_S = b"JCS1"
RECORD_O = b"JCO1"
CONTENT_LIMIT = 256
LotPrivateKey = ec.EllipticCurvePrivateKey | Sm2PrivateKey
EnvelopeS = bytes | tuple[NationalRecipient, ...]
_OAEP = {"sha1": hashes.SHA1, "sha256": hashes.SHA256}


@dataclass(frozen=True, slots=True)
class Recipient:
    """An encryption certificate of the supplier, and the hash its token can do OAEP with (decision 9)."""

    certificate: x509.Certificate
    oaep: OaepHash = "sha1"


def wrap_s(ctx: bytes, s: bytes, recipients: Sequence[Recipient], suite: Suite = I1) -> EnvelopeS:
    """`env_s`: R_s = "JCS1" || ctx || s to every recipient: DER in I1, a list in S1. Raises `Refused` for unsuitable
    certificates."""
    if suite is S1:
        return wrap_national(RECORD_S + ctx + s, [one.certificate for one in recipients])
    return seal_record(RECORD_S + ctx + s, recipients)


def unwrap_s(envelope: EnvelopeS, token: Token, ctx: bytes) -> bytes:
    """The share s, if the record names this very bid (C3). Raises `Tampered("unwrap-failed")` for all else, or `Locked`."""
    record = open_record(envelope, token) if isinstance(envelope, bytes) else unwrap_national(envelope, token)
    return _share(record, RECORD_S, ctx)


def wrap_o(ctx: bytes, o: bytes, lot_public_key: bytes, suite: Suite = I1) -> bytes:
    """`env_o`: R_o = "JCO1" || ctx || o to the lot key, a SEC1 point. I1: enc || ct of HPKE, 149 bytes; S1: SM2, DER."""
    if suite is S1:
        return Sm2PublicKey(lot_public_key).encrypt(RECORD_O + ctx + o)
    return hpke_seal(lot_public_key, RECORD_O + ctx + o, suite.label("open-share", ctx))


def unwrap_o(envelope: bytes, lot_private_key: LotPrivateKey, ctx: bytes, suite: Suite = I1) -> bytes:
    """The opening share o. Raises `Tampered("unwrap-failed")`."""
    if (suite is S1) != isinstance(lot_private_key, Sm2PrivateKey):
        raise unwrap_failed()
    if isinstance(lot_private_key, Sm2PrivateKey):
        return _share(lot_private_key.decrypt(envelope), RECORD_O, ctx)
    try:
        record = HPKE.decrypt(envelope, lot_private_key, suite.label("open-share", ctx))
    except (InvalidTag, ValueError) as error:
        raise unwrap_failed() from error
    return _share(record, RECORD_O, ctx)


def wrap_national(record: bytes, recipients: Sequence[x509.Certificate]) -> tuple[NationalRecipient, ...]:
    """A short record to SM2 certificates, encrypted to each by itself. Raises `Refused`."""
    if not recipients:
        raise Refused("envelope-without-recipient", "Plug in a token with an encryption certificate.")
    unique = {identifier_of(one): one for one in recipients}
    if len(unique) > MAX_RECIPIENTS:
        raise Refused("bid-header-too-large", "Seal to fewer certificates.", limit=MAX_RECIPIENTS)
    return tuple(_wrap_national(record, name, one) for name, one in unique.items())


def unwrap_national(envelope: Sequence[NationalRecipient], token: Token) -> bytes:
    """The record sealed to the token's SM2 certificate. One error for every failure (M2)."""
    certificate = token.encryption_certificate
    if certificate is None or len(envelope) > MAX_RECIPIENTS:
        raise unwrap_failed()
    name = identifier_of(certificate)
    mine = [one.sealed for one in envelope if (one.issuer, one.serial) == (name.issuer, f"{name.serial:x}")]
    if len(mine) != 1:
        raise unwrap_failed()
    return token.sm2_decrypt(mine[0])


def _wrap_national(record: bytes, name: Identifier, certificate: x509.Certificate) -> NationalRecipient:
    key = sm2_key(certificate)
    if key is None:
        raise Refused("recipient-key-unsuitable", "Use an SM2 encryption certificate for a tender of suite S1.")
    return NationalRecipient(issuer=name.issuer, serial=f"{name.serial:x}", sealed=key.encrypt(record))


def seal_record(record: bytes, recipients: Sequence[Recipient]) -> bytes:
    """A short record as AuthEnvelopedData to all recipients, one content key for all. Raises `Refused`."""
    if not recipients or len(record) > CONTENT_LIMIT:
        raise Refused("envelope-without-recipient", "Plug in a token with an encryption certificate.")
    key, nonce = os.urandom(32), os.urandom(12)
    sealed = AESGCM(key).encrypt(nonce, record, None)
    unique = {identifier_of(one.certificate): one for one in recipients}
    infos = tuple(_wrap_key(key, one) for one in unique.values())
    return AuthEnveloped(infos, nonce, sealed[:-16], sealed[-16:]).to_der()


def open_record(envelope: bytes, token: Token) -> bytes:
    """The record in an AuthEnvelopedData, opened by the token's encryption key. One error for every failure (M2)."""
    certificate = token.encryption_certificate
    try:
        if certificate is None:
            raise ValueError("the token opens nothing")
        parts = AuthEnveloped.from_der(envelope)
        mine = parts.recipient(identifier_of(certificate))
        key = _unwrap_key(mine, token)
        if len(key) != 32:
            raise ValueError("not a key of AES-256")
        return AESGCM(key).decrypt(parts.nonce, parts.content + parts.tag, None)
    except (InvalidTag, InvalidUnwrap, ValueError, Tampered) as error:
        raise unwrap_failed() from error


def recipients_of(envelope: EnvelopeS) -> list[Identifier]:
    """To whom an envelope is sealed: issuer (DER) and serial number. Raises `Tampered("envelope-outside-profile")`."""
    try:
        if not isinstance(envelope, bytes):
            return [Identifier(one.issuer, int(one.serial, 16)) for one in envelope]
        return [one.identifier for one in AuthEnveloped.from_der(envelope).recipients]
    except ValueError as error:
        raise Tampered(
            "envelope-outside-profile", "Do not use this envelope: it is not of the one accepted form.", reason=error
        ) from error


def identifier_of(certificate: x509.Certificate) -> Identifier:
    """issuerAndSerialNumber."""
    return Identifier(certificate.issuer.public_bytes(), certificate.serial_number)


def unwrap_failed() -> Tampered:
    """The one answer to every failure to open an envelope."""
    return Tampered("unwrap-failed", "Use the token to which this object was sealed.")


def _share(record: bytes, magic: bytes, ctx: bytes) -> bytes:
    if len(record) != 68 or not same(record[:36], magic + ctx):
        raise unwrap_failed()
    return record[36:]


def _wrap_key(key: bytes, recipient: Recipient) -> Transport | Agreement:
    if is_national(recipient.certificate):
        raise Refused("recipient-key-unsuitable", "An SM2 certificate receives bids of suite S1 only.")
    public, identifier = recipient.certificate.public_key(), identifier_of(recipient.certificate)
    if isinstance(public, rsa.RSAPublicKey) and public.key_size >= 2048:
        algorithm = _OAEP[recipient.oaep]
        wrapped = public.encrypt(key, padding.OAEP(padding.MGF1(algorithm()), algorithm(), None))
        return Transport(identifier, recipient.oaep, wrapped)
    if isinstance(public, ec.EllipticCurvePublicKey) and isinstance(public.curve, ec.SECP256R1):
        ephemeral = ec.generate_private_key(ec.SECP256R1())
        point = ephemeral.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        secret = ephemeral.exchange(ec.ECDH(), public)
        return Agreement(identifier, point, aes_key_wrap(_wrapping_key(secret), key))
    raise Refused("recipient-key-unsuitable", "Use an encryption certificate with RSA (2048 bits or more) or P-256.")


def _unwrap_key(recipient: Transport | Agreement, token: Token) -> bytes:
    if isinstance(recipient, Transport):
        return token.oaep_decrypt(recipient.wrapped, recipient.oaep)
    return aes_key_unwrap(_wrapping_key(token.ecdh(recipient.point)), recipient.wrapped)


def _wrapping_key(secret: bytes) -> bytes:
    """X9.63 KDF with SHA-256 over ECC-CMS-SharedInfo (RFC 5753, 7.2), 32 bytes."""
    return X963KDF(hashes.SHA256(), 32, shared_info()).derive(secret)
