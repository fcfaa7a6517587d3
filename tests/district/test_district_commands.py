"""The district's commands: what they print, what they leave behind, and in whose name."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from frontdesk.district.commands import district_group
from frontdesk.district.keys import District, successor_path
from frontdesk.district.service import accept_report, open_district
from frontdesk.district.store import open_store
from frontdesk.errors import CodedError
from frontdesk.invocation import Invocation
from frontdesk.sync import wire
from tests.district.centres import NOW_MS, Centre, enrolled

CODE = "310114-901"
Run = Callable[..., Any]


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a store that is not there yet."""
    return f"sqlite:///{tmp_path}/district.db"


@pytest.fixture
def run(url: str) -> Run:
    """Runs a command and gives its JSON; a refusal is raised."""

    def command(*arguments: str, store: str = url, code: int = 0, plain: bool = False) -> Any:
        said = [*arguments] if plain else [*arguments, "--json"]
        result = CliRunner().invoke(
            district_group, ["--store", store, *said], obj=Invocation(operator_no="lin"), catch_exceptions=False
        )
        assert result.exit_code == code, result.output
        return result.output if plain else json.loads(result.stdout)

    return command


def refused(code: str, act: Callable[[], object]) -> dict[str, object]:
    with pytest.raises(CodedError) as caught:
        act()
    assert caught.value.code == code
    return caught.value.details


def opened(url: str, tmp_path: Path) -> District:
    return open_district(open_store(url), tmp_path / "district.db.key")


def audited(url: str) -> list[tuple[str, str]]:
    """Who did what, in order."""
    with closing(open_store(url)) as store, store.reading() as session:
        return [(row["who"], row["action"]) for row in session.rows("SELECT who, action FROM audit ORDER BY number")]


def test_init_makes_store_and_key_once(run: Run, tmp_path: Path) -> None:
    first, again = run("init"), run("init")
    assert (first["created"], again["created"]) == (True, False)
    assert first["district_key_id"] == again["district_key_id"]
    assert (tmp_path / "district.db.key").stat().st_size == 32


def test_init_on_postgresql_keeps_its_key_where_it_is_told(run: Run, postgresql_server: str, tmp_path: Path) -> None:
    from tests.district.engines import of_database, run_on

    name = f"commands_{tmp_path.name}".replace("-", "_")
    run_on(postgresql_server, f"CREATE DATABASE {name}")
    key = str(tmp_path / "keys" / "district.key")
    try:
        address = of_database(postgresql_server, name)
        first = run("--key", key, "init", store=address)
        assert (first["created"], run("--key", key, "init", store=address)["created"]) == (True, False)
        assert Path(key).stat().st_size == 32
        assert run("--key", key, "migrate", store=address)["engine"] == "PostgreSQL"
        assert refused("district_key_missing", lambda: run("--key", key + "x", "status", store=address))
    finally:
        run_on(postgresql_server, f"DROP DATABASE {name} WITH (FORCE)")


def test_the_register_is_filled_from_a_sheet_all_or_nothing(run: Run, url: str, tmp_path: Path) -> None:
    run("init")
    sheet = tmp_path / "centres.csv"
    rows = "中心编号,中心名称,街镇,启用日期,报送种类\n310114-901,安亭中心,安亭镇,2026-01-01,weekly monthly\n"
    sheet.write_text(rows + "310114-902,江桥中心,江桥镇,,hourly\n", encoding="utf-8")
    outcome = run("centre", "import", str(sheet), code=1)
    assert [(one["row"], one["reason"]) for one in outcome["rejected"]] == [(3, "not_one_of")]
    assert run("centre", "list") == {"centres": []}
    sheet.write_text(rows + "310114-902,江桥中心,江桥镇,,\n", encoding="utf-8")
    assert run("centre", "import", str(sheet), "--dry-run")["added"] == 2
    assert run("centre", "list") == {"centres": []}
    assert run("centre", "import", str(sheet))["added"] == 2
    assert run("centre", "import", str(sheet))["unchanged"] == 2
    assert [(one["code"], one["expects"]) for one in run("centre", "list")["centres"]] == [
        ("310114-901", "weekly monthly"),
        ("310114-902", "weekly"),
    ]
    run("centre", "close", "310114-902", "--until", "2026-06-30")
    assert run("centre", "list", "--street", "江桥镇")["centres"][0]["until"] == "2026-06-30"
    assert refused("no_such_centre", lambda: run("centre", "close", "x", "--until", "2026-06-30"))
    assert audited(url) == [("lin", "centres.imported"), ("lin", "centre.closed")]


@pytest.mark.parametrize(("code", "expects", "where"), [("a b", "weekly", "code"), (CODE, "hourly", "expects")])
def test_a_wrong_entry_of_the_register_is_refused(run: Run, code: str, expects: str, where: str) -> None:
    run("init")
    arguments = ("centre", "add", code, "--name", "中心", "--street", "安亭镇", "--expects", expects)
    told = refused("bad_centre_code" if where == "code" else "bad_centre", lambda: run(*arguments))
    assert told["code" if where == "code" else "where"] in (code, where)


def test_a_centre_does_not_end_before_it_begins(run: Run, tmp_path: Path) -> None:
    run("init")
    described = ("centre", "add", CODE, "--name", "中心", "--street", "安亭镇", "--since", "2026-05-01")
    told = refused("ends_before_it_begins", lambda: run(*described, "--until", "2026-04-30"))
    assert (told["since"], told["until"]) == ("2026-05-01", "2026-04-30")
    assert run(*described, "--until", "2026-05-01")["effect"] == "added"
    assert refused("ends_before_it_begins", lambda: run("centre", "close", CODE, "--until", "2026-04-30"))
    sheet = tmp_path / "centres.csv"
    sheet.write_text(f"中心编号,中心名称,街镇,停用日期\n{CODE},安亭中心,安亭镇,2026-04-30\n", encoding="utf-8")
    rejected = run("centre", "import", str(sheet), code=1)["rejected"]
    assert [(one["column"], one["reason"]) for one in rejected] == [("停用日期", "ends_early")]
    assert run("centre", "list")["centres"][0]["until"] == "2026-05-01"


def test_columns_of_a_list_that_are_not_known_are_named(run: Run, tmp_path: Path) -> None:
    run("init")
    sheet = tmp_path / "centres.csv"
    sheet.write_text(f"中心编号,中心名称,街镇,启用日\n{CODE},安亭中心,安亭镇,2026-04-30\n", encoding="utf-8")
    assert run("centre", "import", str(sheet), "--dry-run")["remarks"][0]["columns"] == "启用日"
    assert "启用日" in run("centre", "import", str(sheet), plain=True)


def test_the_deadline_is_told_and_set(run: Run, url: str) -> None:
    run("init")
    before = run("completeness", "2026-W46")["deadline"]
    assert run("deadline", "weekly")["days"] == 3
    assert run("deadline", "weekly", "5") == {"kind": "weekly", "days": 5} == run("deadline", "weekly")
    assert (before, run("completeness", "2026-W46")["deadline"]) == (
        "2026-11-18T15:59:59.999Z",
        "2026-11-20T15:59:59.999Z",
    )
    assert refused("unknown_kind", lambda: run("deadline", "hourly"))["kind"] == "hourly"
    assert refused("bad_deadline", lambda: run("deadline", "weekly", "367"))["limit"] == 366
    assert audited(url) == [("lin", "deadline.set")]


def test_a_centre_enrols_reports_and_is_read(run: Run, url: str, tmp_path: Path) -> None:
    run("init")
    run("centre", "add", CODE, "--name", "安亭中心", "--street", "安亭镇")
    run("centre", "add", "310114-902", "--name", "江桥中心", "--street", "江桥镇")
    file = tmp_path / "centre.enrol"
    run("enrol", "--centre", CODE, "--url", "http://127.0.0.1:1", "--out", str(file))
    assert wire.read_enrolment_file(file.read_bytes()).centre == CODE
    assert refused("file_exists", lambda: run("enrol", "--centre", CODE, "--url", "http://x", "--out", str(file)))
    district = opened(url, tmp_path)
    with closing(district.store):
        centre = enrolled(district, CODE)
        accept_report(district, centre.seal(figures={"person_times": 3, "ratings": 4}), NOW_MS)
    assert [one["reports"] for one in run("status")["centres"]] == [1]
    shown = run("show", CODE, "2026-W46")
    assert (shown["revision"], shown["figures"]["person_times"]) == (1, 3)
    found = run("completeness", "2026-W46", "--missing")
    assert (found["whole"]["expected"], found["whole"]["received"]) == (2, 1)
    assert [one["code"] for one in found["missing"]] == ["310114-902"]
    totals = {one["indicator"]: one["value"] for one in run("totals", "2026-W46")["whole"]}
    assert totals["ratings"] == 4
    assert "安亭镇" in run("completeness", "2026-W46", plain=True)
    assert "评价数：4" in run("totals", "2026-W46", plain=True)
    assert refused("bad_period", lambda: run("totals", "2026-W99"))


def test_a_code_is_said_to_be_typed(run: Run) -> None:
    run("init")
    answer = run("enrol", "--centre", CODE, "--typed")
    assert len(wire.read_typed_code(answer["code"]).secret) == 16
    assert CODE in run("enrol", "--centre", CODE, "--typed", plain=True)


def test_a_centre_or_a_street_that_the_register_does_not_know_is_said(run: Run) -> None:
    run("init")
    run("centre", "add", CODE, "--name", "安亭中心", "--street", "安亭镇")
    known = run("enrol", "--centre", CODE, "--typed", "--url", "https://district.example", plain=True)
    assert "https://district.example" in known
    assert "centre add" not in known
    assert "centre add" in run("enrol", "--centre", "310114-91", "--typed", plain=True)
    said = [
        run("account", "add", f"li{n}", "--role", "street", "--street", s, plain=True)
        for n, s in enumerate(("安亭镇", "安亭"))
    ]
    assert ["名册" in one for one in said] == [False, True]


def test_documents_are_issued_and_listed(run: Run, url: str, tmp_path: Path) -> None:
    run("init")
    run("centre", "add", CODE, "--name", "安亭中心", "--street", "安亭镇")
    text = tmp_path / "notice.txt"
    text.write_bytes("周五开会".encode("gb18030"))
    sent = run("notice", "send", str(text), "--title", "通知", "--important", "--read-by", "2026-12-01")
    run("notice", "send", "--title", "一家", "--text", "内容", "--centre", CODE)
    services = tmp_path / "services.csv"
    services.write_text("编号,名称,说明,联系方式\nS1,理发,每周三,二楼\n", encoding="utf-8")
    run("services", str(services), "--street", "安亭镇")
    run("lock", "2026-W45", "--reason", "已汇总")
    run("exempt", CODE, "2026-W45", "--until", "2099-12-31")
    run("unlock", "2026-W45")
    wanted = tmp_path / "indicators.json"
    assert run("indicators", "export", "--out", str(wanted))["edition"] == 0
    run("indicators", "set", str(wanted))
    run("indicators", "assign", CODE, "ratings")
    listed = run("notice", "list")["documents"]
    assert [one["kind"] for one in reversed(listed)] == [
        *("notice", "notice", "service_list", "period_lock", "exemption", "period_lock", "indicator_set"),
        "indicator_set",
    ]
    assert [one["centre"] for one in run("notice", "readers", sent["document_id"])["readers"]] == [CODE]
    assert CODE in run("notice", "readers", str(sent["number"]), plain=True)
    assert refused("no_such_document", lambda: run("notice", "readers", "99"))
    wanted.write_text("[1]", encoding="utf-8")
    assert refused("bad_indicator_file", lambda: run("indicators", "set", str(wanted)))
    assert {who for who, _ in audited(url)} == {"lin"}


@pytest.mark.parametrize(
    "arguments",
    [
        ("notice", "send", "--title", "x"),
        ("notice", "send", "--title", "x", "--text", "x", "--street", "a", "--centre", "b"),
        ("enrol", "--centre", CODE),
    ],
)
def test_options_that_contradict_each_other_are_wrong_usage(run: Run, arguments: tuple[str, ...]) -> None:
    run("init")
    run(*arguments, code=2, plain=True)


def test_a_stick_is_taken_in_and_answered_by_a_file(run: Run, url: str, tmp_path: Path) -> None:
    run("init")
    district = opened(url, tmp_path)
    with closing(district.store):
        centre = enrolled(district, CODE)
    sent = tmp_path / "up.fdu"
    sealed = centre.seal()
    sent.write_bytes(up(centre, district, sealed))
    folder = tmp_path / "stick"
    assert refused("no_out_folder", lambda: run("usb", "in", str(sent), "--out", str(folder)))
    folder.mkdir()
    answer = run("usb", "in", str(sent), "--out", str(folder))
    assert (answer["centre"], answer["reports"]) == (CODE, 1)
    down = wire.open_usb_down(Path(answer["file"]).read_bytes(), [district.verify_key])
    assert wire.verify_receipt(down.receipts[0], sealed=sealed, district_key=district.verify_key)
    stick = str(sent.parent)
    assert run("usb", "in", stick, "--out", str(folder))["reports"] == 1
    (tmp_path / "other.FDU").write_bytes(b"")
    several = refused("usb_several_found", lambda: run("usb", "in", stick, "--out", str(folder)))
    assert (several["count"], several["files"]) == (2, "other.FDU, up.fdu")
    assert refused("usb_nothing_found", lambda: run("usb", "in", str(folder), "--out", str(folder)))
    run("centre", "add", CODE, "--name", "安亭中心", "--street", "安亭镇")
    (key,) = run("centre", "list")["centres"][0]["keys"]
    assert (key["key_id"], key["state"], key["revoked_at"]) == (centre.key_id, "valid", None)
    listed = run("centre", "list", plain=True)
    assert (centre.key_id in listed, "周报" in listed, "weekly" in listed) == (True, True, False)
    run("revoke", key["key_id"])
    assert [one["state"] for one in run("status")["centres"][0]["keys"]] == ["revoked"]
    assert f"{centre.key_id}  " in run("centre", "list", plain=True)
    again = run("usb", "in", str(sent), "--out", str(folder))
    assert [one["code"] for one in again["parts"]] == ["revoked_key"]
    assert refused("file_unreadable", lambda: run("usb", "in", str(tmp_path / "none"), "--out", str(folder)))


def up(centre: Centre, district: District, *reports: bytes) -> bytes:
    return wire.make_usb_up(
        seed=centre.seed,
        centre=centre.code,
        district_key=district.verify_key,
        bundle_id="b1",
        made_at=NOW_MS,
        reports=reports,
    )


@pytest.mark.parametrize("arguments", [("status", "--help"), ("notice", "send", "--help"), ("init", "--help")])
def test_help_needs_no_store_and_what_needs_one_says_so(arguments: tuple[str, ...]) -> None:
    unset = {"FRONTDESK_STORE": None}
    told = CliRunner().invoke(district_group, arguments, obj=Invocation(), env=unset)
    assert (told.exit_code, "--json" in told.output) == (0, True)
    lacking = CliRunner().invoke(district_group, ["status"], obj=Invocation(), env=unset)
    assert (lacking.exit_code, "--store" in lacking.output) == (2, True)


def test_the_key_is_changed_and_the_next_command_has_the_new_one(run: Run, url: str, tmp_path: Path) -> None:
    first = run("init")["district_key_id"]
    changed = run("rotate-key")
    assert changed["replaces"] == first
    assert Path(changed["key_file"]) == successor_path(tmp_path / "district.db.key", changed["district_key_id"])
    assert run("init")["district_key_id"] == changed["district_key_id"]


def test_accounts_are_made_listed_reset_and_closed(run: Run) -> None:
    run("init")
    made = run("account", "add", "zhang", "--role", "district")
    run("account", "add", "anting", "--role", "street", "--street", "安亭镇")
    assert run("account", "reset", "zhang")["password"] != made["password"]
    run("account", "close", "anting")
    listed = run("account", "list")["accounts"]
    assert [(one["name"], one["closed_at"] is None) for one in listed] == [("zhang", True), ("anting", False)]
    assert "zhang" in run("account", "list", plain=True)
