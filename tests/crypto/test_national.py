"""The national algorithms against their standards' printed vectors, and against the `openssl` command both ways."""

from __future__ import annotations

import hashlib
import json
import subprocess
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.ciphers.algorithms import SM4

from crypto.der import OCTETS, SEQUENCE, integer, tlv
from crypto.national.curve import P256, SM2P256V1, Curve
from crypto.national.sm2 import USER_ID, Sm2PrivateKey, Sm2PublicKey, is_sm2_spki
from crypto.national.sm4 import Sm4Gcm
from procurement.basics.problems import Refused, Tampered

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "national.json").read_bytes())
RECORD = b"JCS1" + bytes(range(64))


def hexed(name: str, field: str) -> bytes:
    return bytes.fromhex(VECTORS[name][field])


@pytest.fixture(scope="module")
def standard() -> Sm2PrivateKey:
    return Sm2PrivateKey.derive(hexed("sm2-sign", "private"))


@pytest.fixture(scope="module")
def key() -> Sm2PrivateKey:
    return Sm2PrivateKey.generate()


def openssl(*arguments: object, feed: bytes = b"") -> bytes:
    done = subprocess.run(["openssl", *map(str, arguments)], input=feed, capture_output=True, timeout=30, check=False)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def test_the_standards_signature_verifies_and_its_key_is_rebuilt(standard: Sm2PrivateKey) -> None:
    vector = VECTORS["sm2-sign"]
    assert standard.public.point.hex() == vector["public"]
    signature = tlv(SEQUENCE, integer(int(vector["r"], 16)), integer(int(vector["s"], 16)))
    assert standard.public.verify(signature, vector["message"].encode())
    assert not standard.public.verify(signature, b"message digesT")


def test_z_is_the_standards(standard: Sm2PrivateKey) -> None:
    """Z_A and e by the formula, so that what the library mixes in is what the standard prints."""
    point = standard.public.point[1:]
    curve = b"".join(v.to_bytes(32, "big") for v in (SM2P256V1.p - 3, SM2P256V1.b, *SM2P256V1.g))
    z = hashlib.new("sm3", (len(USER_ID) * 8).to_bytes(2, "big") + USER_ID + curve + point).digest()
    assert z == hexed("sm2-sign", "z")
    assert hashlib.new("sm3", z + b"message digest").digest() == hexed("sm2-sign", "e")


def standard_ciphertext(**changed: bytes) -> bytes:
    parts = {name: hexed("sm2-encrypt", name) for name in ("x", "y", "c3", "c2")} | changed
    x, y = (integer(int.from_bytes(parts[name], "big")) for name in ("x", "y"))
    return tlv(SEQUENCE, x, y, tlv(OCTETS, parts["c3"]), tlv(OCTETS, parts["c2"]))


def test_the_standards_ciphertext_opens(standard: Sm2PrivateKey) -> None:
    assert standard.decrypt(standard_ciphertext()) == VECTORS["sm2-encrypt"]["message"].encode()


BROKEN = {
    "off-curve": standard_ciphertext(y=hexed("sm2-encrypt", "x")),
    "c3": standard_ciphertext(c3=bytes(32)),
    "c2": standard_ciphertext(c2=b"?" + hexed("sm2-encrypt", "c2")[1:]),
    "shorter": standard_ciphertext(c2=hexed("sm2-encrypt", "c2")[:-1]),
    "raw C1C3C2": b"\x04" + b"".join(hexed("sm2-encrypt", name) for name in ("x", "y", "c3", "c2")),
    "raw C1C2C3": b"\x04" + b"".join(hexed("sm2-encrypt", name) for name in ("x", "y", "c2", "c3")),
    "order C2 C3": tlv(
        SEQUENCE,
        *(integer(int(VECTORS["sm2-encrypt"][name], 16)) for name in ("x", "y")),
        *(tlv(OCTETS, hexed("sm2-encrypt", name)) for name in ("c2", "c3")),
    ),
    "trailing": standard_ciphertext() + b"\0",
    "integer not minimal": standard_ciphertext()
    .replace(b"\x02\x20\x04", b"\x02\x21\x00\x04")
    .replace(b"\x30\x7c", b"\x30\x7d"),
    "empty": b"",
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_ciphertext_of_any_other_form_is_the_one_refusal(standard: Sm2PrivateKey, name: str) -> None:
    with pytest.raises(Tampered) as caught:
        standard.decrypt(BROKEN[name])
    assert caught.value.code == "unwrap-failed"


def test_sm3_and_sm4_are_the_standards() -> None:
    for data, digest in VECTORS["sm3"]["cases"]:
        assert hashlib.new("sm3", bytes.fromhex(data)).hexdigest() == digest
    block = hexed("sm4", "plaintext")
    ecb = Cipher(SM4(hexed("sm4", "key")), modes.ECB()).encryptor()
    block = ecb.update(block)
    assert block == hexed("sm4", "once")
    for _ in range(999_999):
        block = ecb.update(block)
    assert block == hexed("sm4", "million")


def test_sm4_gcm_is_that_of_rfc_8998() -> None:
    nonce, aad, plain = (hexed("sm4-gcm", field) for field in ("nonce", "aad", "plaintext"))
    cipher = Sm4Gcm(hexed("sm4-gcm", "key"))
    sealed = cipher.encrypt(nonce, plain, aad)
    assert sealed == hexed("sm4-gcm", "ciphertext") + hexed("sm4-gcm", "tag")
    assert cipher.decrypt(nonce, sealed, aad) == plain
    for wrong in (b"", sealed[:15], sealed[:-1] + bytes([sealed[-1] ^ 1]), bytes([sealed[0] ^ 1]) + sealed[1:]):
        with pytest.raises(InvalidTag):
            cipher.decrypt(nonce, wrong, aad)
    with pytest.raises(InvalidTag):
        cipher.decrypt(nonce, sealed, None)


@pytest.mark.parametrize("size", [0, 1, 15, 16, 17, 31, 1 << 20])
def test_sm4_gcm_writes_into_buffers_of_the_exact_size(size: int) -> None:
    cipher, data = Sm4Gcm(b"k" * 16), bytes(range(256)) * (size // 256 + 1)
    sealed, plain = memoryview(bytearray(size + 16)), memoryview(bytearray(size))
    assert cipher.encrypt_into(b"n" * 12, data[:size], None, sealed) == size + 16
    assert cipher.decrypt_into(b"n" * 12, sealed, None, plain) == size
    assert plain == data[:size]
    with pytest.raises(ValueError, match="size"):
        cipher.encrypt_into(b"n" * 12, data[:size], None, memoryview(bytearray(size + 17)))
    with pytest.raises(ValueError, match="size"):
        cipher.decrypt_into(b"n" * 12, sealed, None, memoryview(bytearray(size + 1)))


def test_the_command_line_reads_the_ciphertext_as_counter_mode(tmp_path: Path) -> None:
    """`openssl enc` has no GCM: counter mode from block 2 on is the same stream (SP 800-38D, 7.1)."""
    key, nonce, data = bytes(range(16)), bytes(range(12)), bytes(range(250))
    sealed = Sm4Gcm(key).encrypt(nonce, data, None)
    counter = (nonce + b"\0\0\0\2").hex()
    assert openssl("enc", "-d", "-sm4-ctr", "-K", key.hex(), "-iv", counter, feed=sealed[:-16]) == data


def test_signatures_hold_both_ways_with_the_command_line(tmp_path: Path, key: Sm2PrivateKey) -> None:
    data, public, private = tmp_path / "data", tmp_path / "public.der", tmp_path / "private.der"
    data.write_bytes(b"statement")
    public.write_bytes(key.public.spki)
    private.write_bytes(key.pkcs8)
    signature = tmp_path / "signature"
    signature.write_bytes(key.sign(b"statement"))
    raw = ("-rawin", "-digest", "sm3", "-keyform", "DER", "-pkeyopt", f"distid:{USER_ID.decode()}", "-in", data)
    openssl("pkeyutl", "-verify", "-pubin", "-inkey", public, "-sigfile", signature, *raw)
    theirs = openssl("pkeyutl", "-sign", "-inkey", private, *raw)
    assert key.public.verify(theirs, b"statement")
    other = [*raw[:6], "distid:ALICE123@YAHOO.COM", *raw[7:]]
    assert not key.public.verify(openssl("pkeyutl", "-sign", "-inkey", private, *other), b"statement")


def test_envelopes_hold_both_ways_with_the_command_line(tmp_path: Path, key: Sm2PrivateKey) -> None:
    public, private = tmp_path / "public.der", tmp_path / "private.der"
    public.write_bytes(key.public.spki)
    private.write_bytes(key.pkcs8)
    sealed = key.public.encrypt(RECORD)
    assert openssl("pkeyutl", "-decrypt", "-keyform", "DER", "-inkey", private, feed=sealed) == RECORD
    assert key.decrypt(openssl("pkeyutl", "-encrypt", "-pubin", "-keyform", "DER", "-inkey", public, feed=RECORD)) == (
        RECORD
    )


def test_keys_of_the_command_line_are_read(tmp_path: Path) -> None:
    made = openssl("genpkey", "-algorithm", "SM2", "-outform", "DER")
    key = Sm2PrivateKey(made)
    assert key.public.verify(key.sign(b"x"), b"x")
    assert Sm2PrivateKey(key.pkcs8).public.spki == key.public.spki
    assert is_sm2_spki(key.public.spki)


def test_a_key_of_another_curve_and_a_point_off_the_curve_are_refused(key: Sm2PrivateKey) -> None:
    with pytest.raises(ValueError, match="SM2"):
        Sm2PrivateKey(openssl("genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256", "-outform", "DER"))
    wrong = bytearray(key.public.point)
    wrong[-1] ^= 1
    for point in (bytes(wrong), b"", bytes(65), P256.encode(P256.g)):
        with pytest.raises(Refused, match="public-key-malformed"):
            Sm2PublicKey(point)
    with pytest.raises(Refused, match="public-key-malformed"):
        Sm2PublicKey.from_spki(key.public.spki + b"\0")


def test_anything_but_strict_der_is_no_signature(key: Sm2PrivateKey) -> None:
    good = key.sign(b"x")
    for wrong in (b"", good[:-1], good + b"\0", b"\x30\x81" + good[1:], good[:4] + b"\0" + good[4:]):
        assert not key.public.verify(wrong, b"x")


@pytest.mark.parametrize("scalar", [bytes(32), SM2P256V1.order.to_bytes(32, "big"), b"\1" * 31])
def test_a_scalar_outside_its_range_is_no_key(scalar: bytes) -> None:
    with pytest.raises(ValueError, match="scalar"):
        Sm2PrivateKey.derive(scalar)


@pytest.mark.parametrize("curve", [P256, SM2P256V1], ids=lambda curve: curve.name)
def test_public_arithmetic_agrees_with_the_curve(curve: Curve) -> None:
    three = curve.add(curve.add(curve.g, curve.g), curve.g)
    assert three == curve.multiple(curve.g, 3) == curve.total([curve.g] * 3)
    assert three is not None
    assert curve.contains(three)
    assert curve.decode(curve.compress(three)) == curve.decode(curve.encode(three)) == three
    assert curve.multiple(curve.g, curve.order) is None
    assert not curve.contains(None)


def test_many_threads_use_one_key(key: Sm2PrivateKey) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def work(number: int) -> bool:
        data = number.to_bytes(4, "big") * 8
        return key.public.verify(key.sign(data), data) and key.decrypt(key.public.encrypt(data)) == data

    with ThreadPoolExecutor(4) as pool:
        assert all(pool.map(work, range(40)))
