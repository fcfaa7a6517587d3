"""The same tests on the PostgreSQL that the system has, where it has one: an older one than the package's."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.district.engines import GIVEN

FILES = ("accepting", "accepting_machine", "opening", "partitions", "reading", "store")
UNPRIVILEGED = ("postgres", "pgserver", "nobody")


def _somebody_else() -> str | None:
    """Whom the server runs as: root it refuses."""
    if os.name != "posix" or os.geteuid() != 0:
        return None
    import pwd

    known = {one.pw_name for one in pwd.getpwall()}
    return next(name for name in UNPRIVILEGED if name in known)


@pytest.fixture
def system_server() -> Iterator[str]:
    """The address of a server made of the system's programs."""
    found = shutil.which("postgres")
    if found is None:
        pytest.skip("no PostgreSQL is installed in the system")
    programs = Path(found).resolve().parent
    user = _somebody_else()
    folder = Path(tempfile.mkdtemp(prefix="frontdesk-system-postgresql-"))
    if user is not None:
        shutil.chown(folder, user)

    def run(program: str, *given: str) -> None:
        # The server keeps what it is given open: a pipe would never end.
        nowhere = subprocess.DEVNULL
        command = [str(programs / program), "-D", str(folder / "data"), *given]
        subprocess.run(command, check=True, user=user, cwd=folder, stdin=nowhere, stdout=nowhere, stderr=nowhere)

    try:
        run("initdb", "-U", "postgres", "--auth=trust", "--encoding=UTF8", "--no-sync")
        run("pg_ctl", "-w", "-l", str(folder / "log"), "-o", f"-h '' -k {folder}", "start")
        yield f"postgresql://postgres@/postgres?host={folder}"
        run("pg_ctl", "-w", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


@pytest.mark.slow
def test_the_suite_holds_on_the_systems_postgresql(system_server: str) -> None:
    files = [str(Path(__file__).with_name(f"test_{name}.py")) for name in FILES]
    given = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-k", "postgresql or database", *files]
    done = subprocess.run(given, env={**os.environ, GIVEN: system_server}, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-4_000:]
    assert " passed" in done.stdout
    assert "skipped" not in done.stdout
