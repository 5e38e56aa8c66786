"""SM4-GCM (GB/T 32907, RFC 8998) behind the same few calls as `AESGCM`, without copies for whole chunks."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

TAG_SIZE = 16
_ROOM = 15  # `update_into` asks for up to one block less a byte more than it writes


class Sm4Gcm:
    """SM4 in GCM with 12-byte nonces and 16-byte tags; the interpreter's lock is free while it works."""

    def __init__(self, key: bytes) -> None:
        """`key` has 16 bytes. Raises `ValueError`."""
        self._algorithm = SM4(key)

    def encrypt(self, nonce: bytes, data: bytes, aad: bytes | None) -> bytes:
        """Ciphertext and tag."""
        out = memoryview(bytearray(len(data) + TAG_SIZE))
        self.encrypt_into(nonce, data, aad, out)
        return bytes(out)

    def decrypt(self, nonce: bytes, sealed: bytes, aad: bytes | None) -> bytes:
        """The plaintext. Raises `InvalidTag`."""
        out = memoryview(bytearray(max(0, len(sealed) - TAG_SIZE)))
        self.decrypt_into(nonce, sealed, aad, out)
        return bytes(out)

    def encrypt_into(
        self, nonce: bytes, data: bytes | bytearray | memoryview, aad: bytes | None, out: bytearray | memoryview
    ) -> int:
        """Ciphertext and tag into `out`, which has exactly their size; answers that size."""
        size = len(data)
        if len(out) != size + TAG_SIZE:
            raise ValueError("the buffer has another size")
        context = Cipher(self._algorithm, modes.GCM(nonce)).encryptor()
        if aad:
            context.authenticate_additional_data(aad)
        context.update_into(data, out)
        context.finalize()
        out[size:] = context.tag
        return size + TAG_SIZE

    def decrypt_into(
        self, nonce: bytes, sealed: bytes | bytearray | memoryview, aad: bytes | None, out: bytearray | memoryview
    ) -> int:
        """The plaintext into `out`, which has exactly its size and means nothing after `InvalidTag`."""
        view = memoryview(sealed)
        size = len(view) - TAG_SIZE
        if size < 0:
            raise InvalidTag
        if len(out) != size:
            raise ValueError("the buffer has another size")
        context = Cipher(self._algorithm, modes.GCM(nonce, bytes(view[size:]))).decryptor()
        if aad:
            context.authenticate_additional_data(aad)
        most = max(0, size - _ROOM)
        context.update_into(view[:most], out)
        out[most:] = context.update(view[most:size])
        context.finalize()
        return size
