"""`python -m tests.softhsm_writer LIBRARY LABEL PIN BUNDLES CHAIN`: puts keys and certificates on a token, in a process of its own."""

from __future__ import annotations

import sys

import pkcs11
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from pkcs11 import Attribute, ObjectClass
from pkcs11.constants import CertificateType
from pkcs11.util.ec import decode_ec_private_key
from pkcs11.util.rsa import decode_rsa_private_key


def main(library: str, label: str, pin: str, bundles: str, chain: str) -> None:
    token = pkcs11.lib(library).get_token(token_label=label)
    with token.open(rw=True, user_pin=pin) as session:
        for place, bundle in enumerate(bundles.split(","), start=1):
            key, certificate, _ = pkcs12.load_key_and_certificates(bytes.fromhex(bundle), None)
            assert key is not None and certificate is not None
            id = bytes([place])
            session.create_object(_certificate(certificate, id))
            der = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
            decode = decode_rsa_private_key if isinstance(key, rsa.RSAPrivateKey) else decode_ec_private_key
            signs = x509_signs(certificate)
            session.create_object(
                {
                    **decode(der),
                    Attribute.ID: id,
                    Attribute.TOKEN: True,
                    Attribute.PRIVATE: True,
                    Attribute.SENSITIVE: True,
                    Attribute.EXTRACTABLE: False,
                    Attribute.SIGN: signs,
                    Attribute.DECRYPT: not signs and isinstance(key, rsa.RSAPrivateKey),
                    Attribute.DERIVE: not signs,
                }
            )
        for place, der_hex in enumerate(filter(None, chain.split(",")), start=0x80):
            session.create_object(_certificate(x509.load_der_x509_certificate(bytes.fromhex(der_hex)), bytes([place])))


def x509_signs(certificate: x509.Certificate) -> bool:
    return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature


def _certificate(certificate: x509.Certificate, id: bytes) -> dict[Attribute, object]:
    der = certificate.public_bytes(Encoding.DER)
    parsed = Certificate.load(der)
    return {
        Attribute.CLASS: ObjectClass.CERTIFICATE,
        Attribute.CERTIFICATE_TYPE: CertificateType.X_509,
        Attribute.TOKEN: True,
        Attribute.PRIVATE: False,
        Attribute.ID: id,
        Attribute.VALUE: der,
        Attribute.SUBJECT: parsed.subject.dump(),
        Attribute.ISSUER: parsed.issuer.dump(),
        Attribute.SERIAL_NUMBER: parsed["tbs_certificate"]["serial_number"].dump(),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
