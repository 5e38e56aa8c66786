"""`python -m bench.seal_one [--recheck] CONTAINER CERTIFICATE TRUST TARGET`: seal once; print seconds and peak memory in bytes as JSON.

It seals in the suite of the certificate. A process of its own, so that its memory is the sealing's and nobody else's. It seals as the product does; it opens the result again, as
the product always does, only with `--recheck`.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

from cryptography import x509

from bench.bids import AT, LOT, SUPPLIER, TENDER
from bench.measuring import peak
from crypto.certificates import TrustStore, suite_of
from crypto.container import BidReader
from crypto.custody import deal
from crypto.envelope import Recipient
from crypto.sealing import seal
from crypto.suites import suite_named


def main() -> None:
    recheck = sys.argv[1] == "--recheck"
    container, certificate, trust, target = (Path(word) for word in sys.argv[1 + recheck :])
    recipient = Recipient(x509.load_pem_x509_certificate(certificate.read_bytes()))
    suite = suite_named(suite_of(recipient.certificate))
    reader = BidReader(TrustStore.load(trust), AT)
    start = time.perf_counter()
    seal(
        container,
        target,
        tender=TENDER,
        lot=LOT,
        supplier=SUPPLIER,
        recipients=[recipient],
        lot_public_key=deal(1, 1, suite.name).public_key,
        suite=suite,
        reader=reader,
        recheck=recheck,
    )
    print(json.dumps([time.perf_counter() - start, peak()]))


if __name__ == "__main__":
    main()
