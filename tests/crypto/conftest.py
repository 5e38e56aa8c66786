"""Certificates for these tests: one authority, an organisation of each key kind, made once."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crypto.authority import Issued, TestAuthority
from crypto.certificates import TrustStore

AT = datetime(2026, 4, 1, 2, 0, tzinfo=UTC)
CODE = "91140000TEST000001"


@pytest.fixture(scope="session")
def authority() -> TestAuthority:
    return TestAuthority.create("晋采测试认证")


@pytest.fixture(scope="session")
def trust(authority: TestAuthority) -> TrustStore:
    return authority.trust()


@pytest.fixture(scope="session", params=["ec", "rsa"])
def organisation(authority: TestAuthority, request: pytest.FixtureRequest) -> Issued:
    return authority.issue_organisation("太原测试科技有限公司", CODE, kind=request.param)


@pytest.fixture(scope="session")
def at() -> datetime:
    return AT
