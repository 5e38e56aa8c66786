"""The kept copy of a committed sheet: its member's token opens it, nothing else does, and it belongs to one commitment."""

from __future__ import annotations

import pytest

from crypto.authority import TestAuthority
from crypto.sheet_copy import SheetCopy, open_copy, seal_copy
from procurement.basics.problems import Problem

C, OTHER = "1c" * 32, "2c" * 32
SHEET = b"marks of one member" * 2000


@pytest.mark.parametrize("kind", ["ec", "rsa"])
def test_only_the_members_token_opens_the_copy(kind: str) -> None:
    authority = TestAuthority.create("CA")
    mine = authority.issue_person("周明", "SXZJ20260001", kind=kind).token  # type: ignore[arg-type]
    other = authority.issue_person("吴燕", "SXZJ20260002").token
    assert mine.encryption_certificate is not None
    file = seal_copy(SHEET, C, mine.encryption_certificate)
    assert open_copy(file, C, mine) == SHEET
    assert SHEET[:16] not in file
    for token, commitment in ((other, C), (mine, OTHER)):
        with pytest.raises(Problem) as refused:
            open_copy(file, commitment, token)
        assert refused.value.code == "unwrap-failed"


def test_a_changed_copy_does_not_open() -> None:
    token = TestAuthority.create("CA").issue_person("周明", "SXZJ20260001").token
    assert token.encryption_certificate is not None
    good = SheetCopy.from_bytes(seal_copy(SHEET, C, token.encryption_certificate))
    flipped = bytes([good.content[0] ^ 1]) + good.content[1:]
    swapped = SheetCopy.from_bytes(seal_copy(SHEET, C, token.encryption_certificate)).envelope
    for change in ({"content": flipped}, {"content": good.content[:-1]}, {"envelope": swapped}):
        with pytest.raises(Problem) as refused:
            open_copy(good.model_copy(update=change).to_bytes(), C, token)
        assert refused.value.code == "unwrap-failed"
    with pytest.raises(Problem) as refused:
        open_copy(b"junk", C, token)
    assert refused.value.code == "sheet-copy-malformed"
