"""Tokens: where signing and encryption keys live. One port, one module per kind of token."""

from pathlib import Path

from crypto.tokens.driver import Driver, DriverProcess
from crypto.tokens.hardware import PinState, Pkcs11Token, PluggedToken, plugged_tokens
from crypto.tokens.national import SUFFIX, NationalToken
from crypto.tokens.port import OaepHash, Signing, Token
from crypto.tokens.software import Pkcs12Token, SoftwareToken

__all__ = [
    "Driver",
    "DriverProcess",
    "NationalToken",
    "OaepHash",
    "PinState",
    "Pkcs11Token",
    "Pkcs12Token",
    "PluggedToken",
    "Signing",
    "SoftwareToken",
    "Token",
    "open_file",
    "plugged_tokens",
]


def open_file(path: Path, pin: str) -> SoftwareToken:
    """The token in a file: SM2 keys in `<name>.sm2`, RSA or P-256 keys in PKCS#12. Raises as the two kinds do."""
    return (NationalToken if path.suffix == SUFFIX else Pkcs12Token).open(path, pin)
