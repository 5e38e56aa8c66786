"""The cache key's home. Backends are real keyring classes; no keyring of the machine is touched (conftest)."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend
from keyring.backends import fail, null
from keyring.backends.chainer import ChainerBackend

from client.secrets import KEY_FILE, cache_key, honest_keyring, keyring_key
from procurement.basics.problems import Locked


class PlaintextKeyring(KeyringBackend):
    """What keyrings.alt ships under this name: a file in the clear."""

    priority = 0.5  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        raise AssertionError("must not be asked")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise AssertionError("must not be given anything")


class MemoryKeyring(KeyringBackend):
    """An honest keyring that lives as long as the test."""

    priority = 0.1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


@pytest.fixture(autouse=True)
def _restore() -> Iterator[None]:
    before = keyring.get_keyring()
    yield
    keyring.set_keyring(before)


def refuse_to_ask(new: bool) -> str:
    raise AssertionError("no passphrase was needed")


@pytest.mark.parametrize("backend", [null.Keyring(), fail.Keyring(), PlaintextKeyring()])
def test_dishonest_keyrings_are_refused_aloud(backend: KeyringBackend) -> None:
    keyring.set_keyring(backend)
    with pytest.raises(Locked) as caught:
        honest_keyring()
    assert caught.value.code in ("keyring-missing", "keyring-not-honest")
    assert "passphrase" in caught.value.remedy


def test_a_chain_with_nothing_behind_it_is_no_keyring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ChainerBackend, "backends", [])
    keyring.set_keyring(ChainerBackend())
    with pytest.raises(Locked):
        keyring_key("someone")


def test_an_honest_keyring_keeps_the_key(tmp_path: Path) -> None:
    keyring.set_keyring(MemoryKeyring())
    key = cache_key(tmp_path, "a", refuse_to_ask)
    assert len(key) == 32
    assert cache_key(tmp_path, "a", refuse_to_ask) == key
    assert cache_key(tmp_path, "b", refuse_to_ask) != key
    assert not (tmp_path / KEY_FILE).exists()


def test_without_one_a_passphrase_is_asked_for(tmp_path: Path) -> None:
    keyring.set_keyring(null.Keyring())
    asked: list[bool] = []

    def answer(new: bool) -> str:
        asked.append(new)
        return "correct horse battery"

    key = cache_key(tmp_path, "a", answer)
    assert cache_key(tmp_path, "a", answer) == key
    assert asked == [True, False]
    assert key not in (tmp_path / KEY_FILE).read_bytes()
    with pytest.raises(Locked) as caught:
        cache_key(tmp_path, "a", lambda new: "wrong passphrase")
    assert caught.value.code == "cache-key-passphrase-wrong"


def test_a_chosen_passphrase_is_not_forgotten_when_a_keyring_appears(tmp_path: Path) -> None:
    keyring.set_keyring(null.Keyring())
    key = cache_key(tmp_path, "a", lambda new: "correct horse battery")
    keyring.set_keyring(MemoryKeyring())
    assert cache_key(tmp_path, "a", lambda new: "correct horse battery") == key
