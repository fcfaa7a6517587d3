"""A disk that is full or write-protected, or lets no file grow: said by code, nothing by halves, and it goes on."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.disks import Disk, small_disk
from tests.programs import ROOT, Ended, assert_scans_whole, assert_sound, centre_with_cards, rows, run

OFFICE = ROOT / "tests" / "data" / "centre-a"
WEEK = "2026-W46"
KILOBYTE = 1024
INIT = ["init", "--code", "310114-901", "--name", "示范邻里中心", "--street", "示范街道", "--district", "示范区"]
INIT += ["--manager-no", "M001", "--manager-name", "王五"]


def writing_commands(disk: Path) -> dict[str, list[str]]:
    """Every kind of command that writes, by name; what is printed and exported goes to the same disk."""
    return {
        "import": ["import", "sessions", str(OFFICE / "活动计划.xlsx")],
        "scan": ["scan"],
        "card print": ["card", "print", "--out", str(disk / "cards.pdf")],
        "report export": ["report", "export", WEEK, "--out", str(disk / "week.xlsx")],
        "report submit": ["report", "submit", WEEK],
    }


COMMANDS = list(writing_commands(Path()))


@dataclass
class Centre:
    """A centre on a disk of its own, with an older export and older cards beside it."""

    disk: Disk
    codes: list[str] = field(default_factory=list)

    @property
    def home(self) -> Path:
        """Where the programs see it."""
        return self.disk.path / "home"

    def run(self, name: str) -> Ended:
        """Run one of the writing commands; `scan` is given a card after the other."""
        lines = [f"{code}\t2026-11-09T09:{minute:02}:00\n" for minute in range(10) for code in self.codes]
        given = "".join(lines) if name == "scan" else ""
        return run(self.home, *writing_commands(self.disk.path)[name], given=given, prefix=self.disk.prefix)

    def copy(self, folder: Path) -> Path:
        """The database as it stands on the disk, committed but not yet folded pages with it."""
        folder.mkdir()
        for suffix in ("", "-wal"):
            file = self.disk.seen / "home" / f"centre.db{suffix}"
            if file.exists():
                (folder / file.name).write_bytes(file.read_bytes())
        return folder / "centre.db"


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Disk]:
    with small_disk(tmp_path / "disk", megabytes=8) as mounted:
        if mounted is None:
            pytest.skip("this system lets its users mount no disk of their own (unshare --user --mount)")
        yield mounted


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A centre with twenty cards."""
    home = tmp_path_factory.mktemp("template") / "home"
    return home, list(centre_with_cards(home, 20).values())


@pytest.fixture
def centre(disk: Disk, template: tuple[Path, list[str]]) -> Centre:
    home, codes = template
    for file in (path for path in home.rglob("*") if path.is_file()):
        there = disk.seen / "home" / file.relative_to(home)
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(file.read_bytes())
    for old in ("cards.pdf", "week.xlsx"):
        (disk.seen / old).write_text(f"the {old} of last week")
    return Centre(disk, codes)


def tables(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table of a file."""
    assert_sound(database)
    names = [name for (name,) in rows(database, "SELECT name FROM sqlite_schema WHERE type = 'table'")]
    return {name: rows(database, f"SELECT * FROM {name}") for name in names}


@pytest.mark.parametrize(
    ("free", "name"),
    [
        *((0, name) for name in COMMANDS),
        (36 * KILOBYTE, "scan"),
        *(pytest.param(36 * KILOBYTE, name, marks=pytest.mark.slow) for name in COMMANDS if name != "scan"),
        *(pytest.param(20 * KILOBYTE, name, marks=pytest.mark.slow) for name in COMMANDS),
    ],
)
def test_a_full_disk_is_said_and_nothing_is_written_by_halves(
    centre: Centre, tmp_path: Path, name: str, free: int
) -> None:
    before, rows_before = centre.disk.files(), tables(centre.copy(tmp_path / "before"))
    centre.disk.fill(free)
    ended = centre.run(name)
    after = centre.disk.files()
    if ended.code == 0:
        # What fits into the room that is left is no failure.
        assert free
    else:
        assert ended.error in ("disk_full", "print_failed", "export_failed")
    assert set(after) == set(before)
    if name != "report export" or ended.code:
        assert (after["cards.pdf"], after["week.xlsx"]) == (before["cards.pdf"], before["week.xlsx"])
    copied = centre.copy(tmp_path / "after")
    if name == "scan":
        answered = [answer for answer in ended.answers if "error" not in answer]
        assert len(assert_scans_whole(copied)) == len(answered)
        assert_sound(copied)
    elif ended.code:
        assert tables(copied) == rows_before
    centre.disk.empty()
    assert centre.run(name).code == 0
    assert_sound(centre.copy(tmp_path / "again"))


@pytest.mark.parametrize(
    "name", [name if name == "scan" else pytest.param(name, marks=pytest.mark.slow) for name in COMMANDS]
)
def test_a_write_protected_disk_is_said_and_stays_as_it_is(centre: Centre, name: str) -> None:
    before = centre.disk.files()
    centre.disk.write_protect()
    assert centre.run(name).error == "read_only"
    assert centre.disk.files() == before
    centre.disk.write_protect(False)
    assert centre.run(name).code == 0


@pytest.mark.parametrize(("name", "code"), [("card print", "print_failed"), ("report export", "export_failed")])
def test_a_file_for_a_write_protected_place_is_refused_in_words(
    centre: Centre, template: tuple[Path, list[str]], name: str, code: str
) -> None:
    before = centre.disk.files()
    centre.disk.write_protect()
    arguments = writing_commands(centre.disk.path)[name]
    assert run(template[0], *arguments, prefix=centre.disk.prefix).error == code
    assert centre.disk.files() == before


@pytest.mark.parametrize(
    "free_kilobytes", [0, 16, 128, *(pytest.param(free, marks=pytest.mark.slow) for free in (4, 8, 48, 256))]
)
def test_a_set_up_on_a_full_disk_leaves_no_centre_and_succeeds_afterwards(disk: Disk, free_kilobytes: int) -> None:
    home = disk.path / "home"
    disk.fill(free_kilobytes * KILOBYTE)
    assert run(home, *INIT, prefix=disk.prefix).error in ("home_not_writable", "disk_full")
    assert set(disk.files()) <= {f"home/keys/{name}.key" for name in ("audit", "card", "field", "lookup")}
    assert {len(key) for key in disk.files().values()} <= {32}
    disk.empty()
    assert run(home, *INIT, prefix=disk.prefix).code == 0
    assert run(home, *INIT, prefix=disk.prefix).error == "centre_exists"


def test_a_set_up_on_a_write_protected_disk_is_refused_in_words(disk: Disk) -> None:
    disk.write_protect()
    assert run(disk.path / "home", *INIT, prefix=disk.prefix).error == "home_not_writable"
    assert disk.files() == {}


@pytest.mark.skipif(shutil.which("prlimit") is None, reason="prlimit, which limits the size of files, is not installed")
@pytest.mark.parametrize("name", COMMANDS)
def test_where_no_file_may_grow_the_failure_is_said_and_nothing_is_written(
    template: tuple[Path, list[str]], tmp_path: Path, name: str
) -> None:
    home, codes = tmp_path / "home", template[1]
    for file in (path for path in template[0].rglob("*") if path.is_file()):
        there = home / file.relative_to(template[0])
        there.parent.mkdir(parents=True, exist_ok=True)
        there.write_bytes(file.read_bytes())
    (tmp_path / "week.xlsx").write_text("the week.xlsx of last week")
    files = sorted(tmp_path.rglob("*"))
    before = tables(home / "centre.db")
    # The signal of the limit is ignored by Python, so that a write fails as on a broken disk.
    limit = ["prlimit", f"--fsize={KILOBYTE}"]
    given = "".join(f"{code}\n" for code in codes)
    ended = run(home, *writing_commands(tmp_path)[name], given=given, prefix=limit)
    assert ended.error in ("disk_fault", "disk_full", "print_failed", "export_failed")
    assert tables(home / "centre.db") == before
    assert (tmp_path / "week.xlsx").read_text() == "the week.xlsx of last week"
    assert sorted(path for path in tmp_path.rglob("*") if not path.name.endswith(("-wal", "-shm"))) == files
