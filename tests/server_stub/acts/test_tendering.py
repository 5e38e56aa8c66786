from tests.server_stub.acts.conftest import Station


def test_walk(on: Station) -> None:
    on("report")
