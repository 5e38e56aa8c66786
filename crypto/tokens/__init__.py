"""Tokens: where signing and encryption keys live. One port, one module per kind of token."""

from crypto.tokens.port import OaepHash, Signing, Token
from crypto.tokens.software import Pkcs12Token, SoftwareToken

__all__ = ["OaepHash", "Pkcs12Token", "Signing", "SoftwareToken", "Token"]
