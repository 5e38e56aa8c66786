"""`python -m bench.stamp_one SOURCE TARGET FONT`: seal a PDF once; print seconds and peak memory in bytes as JSON.

A process of its own, so that its memory is the sealing's and nobody else's. As the product does it: the round seal is
drawn, stands on the last page and crosses all pages' edges, under one signature with time-stamp and long-term evidence.
"""

from __future__ import annotations

import json
import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

from bench.measuring import peak
from crypto.authority import TestAuthority
from crypto.pdf_evidence import evidence_for, evidence_of_token
from crypto.pdf_seal import seal_pdf
from crypto.seal_places import at_point, sheets_of, straddling
from crypto.stamp import round_seal
from crypto.timestamps import TimestampAuthority

AT = datetime(2026, 4, 29, 2, 40, tzinfo=UTC)
NAME, CODE = "上海国际招标有限公司", "91310000132207927C"


def main() -> None:
    source, target, font = (Path(word) for word in sys.argv[1:])
    authority = TestAuthority.create("测试签发机构")
    token, trust = authority.issue_organisation(NAME, CODE).token, authority.trust(AT)
    clock = TimestampAuthority(authority.issue_tsa("测试时间戳").token)
    digest = secrets.token_bytes(32)
    start = time.perf_counter()
    seal = round_seal(NAME, CODE, font)
    pages = len(sheets_of(source))
    evidence = evidence_for(token.signing_certificate, token.chain, trust, AT, "sign")
    evidence |= evidence_of_token(clock.stamp(digest, AT), digest, trust)
    seal_pdf(
        source,
        target,
        token,
        field="supplier",
        stamps=[at_point(pages, 400, 200, seal), *straddling(source, seal)],
        reason="投标文件",
        at=AT,
        timestamper=lambda imprint: clock.stamp(imprint, AT),
        evidence=evidence,
    )
    print(json.dumps([time.perf_counter() - start, peak()]))


if __name__ == "__main__":
    main()
