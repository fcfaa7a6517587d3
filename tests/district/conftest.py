"""A store on each engine for every test that asks for one, and a district on it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from frontdesk.district.keys import District
from frontdesk.district.store import Store, open_store
from tests.district.engines import copied_database, folder_of_this_run, make_template, server_address
from tests.district.webdesk import fill, quick_hashing

DISTRICT_SEED = bytes(range(32))


@pytest.fixture(scope="session")
def postgresql_server() -> str:
    """The address of the run's PostgreSQL server; skips where there is none to start."""
    return server_address(folder_of_this_run())


@pytest.fixture(scope="session")
def postgresql_template(postgresql_server: str) -> str:
    """The database that the tests' ones are copied from."""
    return make_template(postgresql_server)


@pytest.fixture
def postgresql_url(postgresql_server: str, postgresql_template: str) -> Iterator[str]:
    """The address of an empty store on PostgreSQL."""
    with copied_database(postgresql_server, postgresql_template) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store, once on each engine."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/district.db"
        open_store(url, create=True).close()
        return url
    return str(request.getfixturevalue("postgresql_url"))


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """An empty store, once on each engine."""
    opened = open_store(store_url)
    yield opened
    opened.close()


@pytest.fixture
def district(store: Store) -> District:
    """A district that knows of no centre yet."""
    return District(store, DISTRICT_SEED)


@pytest.fixture
def filled(district: District) -> Iterator[District]:
    """A district with centres, reports, notices and accounts, once on each engine."""
    with quick_hashing():
        fill(district)
        yield district


@pytest.fixture
def small(tmp_path: Path) -> Iterator[District]:
    """The same on SQLite, for what the engine has no part in."""
    opened = open_store(f"sqlite:///{tmp_path}/small.db", create=True)
    made = District(opened, DISTRICT_SEED)
    with quick_hashing():
        fill(made)
        yield made
    opened.close()
