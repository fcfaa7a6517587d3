"""Links of records in a real file: to other records and to demands, sessions, follow-ups and letters; the log tells."""

from __future__ import annotations

import json
from contextlib import redirect_stdout
from functools import partial
from io import StringIO
from typing import Any

import pytest

from db import activities, case_people, residents
from db import cases as records
from db.activities import SignUpTerms
from db.cases import CaseLink
from db.errors import DatabaseError
from db.residents import Resident
from frontdesk.activities.monthly.demand_words import wanted_of
from frontdesk.activities.monthly.demands import add_demand, demand
from frontdesk.activities.sessions.edit import session_of
from frontdesk.activities.sessions.service import add_session
from frontdesk.cases import service
from frontdesk.cases.service import CaseView, LinkTarget
from frontdesk.cli import run
from frontdesk.common.periods import month_of
from frontdesk.context import Context
from frontdesk.reports.letters import service as letters
from frontdesk.reports.letters.errors import LettersError
from frontdesk.reports.letters.service import Begun
from tests.casesteps import refused


def repair(desk: Context, what: str = "灯坏了") -> CaseView:
    return service.open_case(desk, "repair", {"what": what})


def a_demand(desk: Context, words: str = "想学书法") -> LinkTarget:
    return LinkTarget("demand", str(add_demand(desk, wanted_of({"words": words, "head_count": "12"}))))


def a_session(desk: Context, name: str = "书法班") -> LinkTarget:
    said = {"name": name, "category": "", "day": "2026-11-20", "times": "9:00-11:00", "room": "", "lead": ""}
    wanted = session_of(desk, {**said, "category": "1", "capacity": "20"}, None, SignUpTerms())
    return LinkTarget("session", add_session(desk, wanted).session.code)


def test_a_record_is_linked_to_things_of_each_kind_and_they_tell_their_state(desk: Context) -> None:
    found, other = repair(desk), repair(desk, "门坏了")
    letter = letters.begin(desk, month_of(desk.today()), "highlight", words=Begun("书法进楼组", "正文"))
    targets = [
        LinkTarget("case", str(other.row.id)),
        a_demand(desk),
        LinkTarget("letter", str(letter.id)),
        a_session(desk),
    ]
    for one in targets:
        found = service.link(desk, found.row.id, one)
    assert [one.target for one in found.links] == targets
    assert [(one.title, one.state) for one in found.links] == [
        ("门坏了", "已登记"),
        ("想学书法", "未办"),
        ("书法进楼组", "草稿"),
        ("2026-11-20 书法班", "已发布"),
    ]
    assert found.links[0].row == other.row
    for one in targets:
        assert [row.id for row in service.linked_to(desk, one)] == [found.row.id]
    back = service.view(desk, other.row.id).links
    assert [(one.target, one.is_back, one.title) for one in back] == [
        (LinkTarget("case", str(found.row.id)), True, "灯坏了")
    ]
    assert [row.id for row in service.linked_to(desk, LinkTarget("case", str(found.row.id)))] == [other.row.id]


def test_links_stand_in_the_log_and_one_changed_past_the_program_is_named(desk: Context) -> None:
    found, target = repair(desk), a_demand(desk)
    service.link(desk, found.row.id, target)
    gone = service.unlink(desk, found.row.id, target, "挂错了")
    assert gone.links == () and gone.row.revision == 3
    assert [(one.kind, one.reason) for one in gone.log] == [("opened", ""), ("linked", ""), ("unlinked", "挂错了")]
    again = service.link(desk, found.row.id, target)
    assert len(again.links) == 1
    # A link changes nothing of the record itself, and a step after it goes on.
    fixed = service.take_step(desk, found.row.id, "fix", {"result": "换了", "cost": "3"}, revision=again.row.revision)
    assert fixed.row.revision == 5 and service.cases_astray(desk, desk.database.connection) == []
    with desk.database.write() as connection:
        connection.execute("DELETE FROM case_link")
    assert service.cases_astray(desk, desk.database.connection) == [found.row.number]


def test_what_cannot_be_linked_is_refused_and_nothing_is_kept(desk: Context) -> None:
    one, two = repair(desk), repair(desk, "门坏了")
    own, other = LinkTarget("case", str(one.row.id)), LinkTarget("case", str(two.row.id))
    assert refused(lambda: service.link(desk, one.row.id, own)).code == "linked_to_itself"
    nowhere = [LinkTarget("case", "99"), LinkTarget("demand", "99"), LinkTarget("demand", "x")]
    nowhere += [LinkTarget("session", "X"), LinkTarget("follow_up", "CP2026-1"), LinkTarget("letter", "7")]
    for wrong in nowhere:
        assert refused(partial(service.link, desk, one.row.id, wrong)).code == "no_such_thing"
    assert refused(lambda: service.unlink(desk, one.row.id, other, "x")).code == "not_linked"
    service.link(desk, one.row.id, other)
    # The other way round it is the same link, and either of them takes it back.
    assert refused(lambda: service.link(desk, two.row.id, own)).code == "linked_already"
    assert refused(lambda: service.unlink(desk, two.row.id, own, " ")).code == "reason_missing"
    assert service.unlink(desk, two.row.id, own, "不是一回事").links == ()
    assert [len(service.view(desk, case.row.id).log) for case in (one, two)] == [3, 1]
    with pytest.raises(DatabaseError), desk.database.write() as connection:
        connection.execute("INSERT INTO case_link VALUES (?, 'cat', '1', 'x', 1, 'M001')", (one.row.id,))


def test_a_session_that_a_record_is_linked_to_is_not_deleted(desk: Context) -> None:
    found = repair(desk)
    with desk.database.write() as connection:
        assert not activities.is_used(connection, "HD009")
        records.link(
            connection,
            CaseLink(case_id=found.row.id, other="session", ref="HD009", kind="belongs", at=1, operator_no="M001"),
        )
        assert activities.is_used(connection, "HD009")


def test_a_letter_that_a_record_is_linked_to_is_not_deleted(desk: Context) -> None:
    letter = letters.begin(desk, month_of(desk.today()), "highlight", words=Begun("书法进楼组", "正文"))
    found, target = repair(desk), LinkTarget("letter", str(letter.id))
    service.link(desk, found.row.id, target)
    with pytest.raises(LettersError, match="linked"):
        letters.drop(desk, letter.id)
    service.unlink(desk, found.row.id, target, "挂错了")
    letters.drop(desk, letter.id)


def test_targets_are_found_by_number_code_and_words(desk: Context) -> None:
    found, wanted, session = repair(desk, "书法室的灯"), a_demand(desk), a_session(desk)
    own = LinkTarget("case", str(found.row.id))
    assert [one.target for one in service.search_targets(desk, "书法")] == [own, wanted, session]
    assert [one.target for one in service.search_targets(desk, found.row.number.lower())] == [
        LinkTarget("case", str(found.row.id))
    ]
    assert [one.title for one in service.search_targets(desk, session.ref)] == ["2026-11-20 书法班"]
    assert service.search_targets(desk, "  ") == []
    assert demand(desk, int(wanted.ref)).words == "想学书法"


def test_a_field_of_a_person_leads_to_somebody_of_the_register(desk: Context) -> None:
    with desk.database.write() as connection:
        person = residents.insert(connection, Resident(name="赵一", phone_key=b"k" * 16, phone_tail_key=b"t" * 16))
    named = {"what": "灯坏了", "reported_by": {"name": "赵一", "resident": person}}
    found = service.open_case(desk, "repair", named)
    assert found.now.values["reported_by"] == "赵一" and found.residents == {"reported_by": person}
    assert case_people.fields_of_residents(desk.database.connection, [person]) == [(found.row.id, "reported_by")]
    assert "赵一" not in "".join(one.said for one in found.log)
    # Another name without anybody of the register is nobody of it.
    after = service.correct(desk, found.row.id, {"reported_by": "钱二"}, "听错了")
    assert after.now.values["reported_by"] == "钱二" and after.residents == {}
    nobody = {"what": "门", "reported_by": {"name": "孙三", "resident": 999}}
    wrong = refused(lambda: service.open_case(desk, "repair", nobody))
    assert (wrong.code, wrong.details["key"]) == ("not_there", "reported_by")


def test_the_command_line_links_and_takes_links_back(desk: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FRONTDESK_HOME", str(desk.home.path))
    monkeypatch.setenv("FRONTDESK_AS", "M001")
    target = a_demand(desk)
    number = repair(desk).row.number

    def case(*words: str) -> tuple[int, Any]:
        with redirect_stdout(StringIO()) as out:
            code = run(["case", *words, "--json"])
        return code, json.loads(out.getvalue()) if code == 0 else None

    word = f"demand:{target.ref}"
    code, linked = case("link", number, word)
    assert code == 0 and linked["links"] == [{"other": "demand", "ref": target.ref, "kind": "belongs"}]
    code, opened = case("open", "repair", "--set", "what=门", "--for", number)
    assert opened["links"] == [{"other": "case", "ref": number, "kind": "belongs"}]
    assert case("link", number, "cat:1")[0] == 1 and case("link", number, "demand:99")[0] == 1
    assert case("unlink", number, word)[0] == 2
    code, gone = case("unlink", number, word, "--reason", "挂错了")
    assert code == 0 and [one["ref"] for one in gone["links"]] == [opened["number"]]
    with redirect_stdout(StringIO()) as out:
        assert run(["case", "show", number]) == 0
    assert f"关联记录 {opened['number']} 门（已登记）" in out.getvalue()
