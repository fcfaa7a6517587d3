"""Letters to the street office: no word that was typed is lost, and what was sent can be shown as it was sent."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db.errors import DatabaseError
from db.info_reports import KINDS, LetterEvent
from frontdesk.check.service import look_over
from frontdesk.common.periods import Period
from frontdesk.context import Context, Operator, open_context
from frontdesk.errors import DeskError
from frontdesk.locale import use_language, words_for
from frontdesk.reports import documents
from frontdesk.reports.brief.service import brief
from frontdesk.reports.indicators.service import values
from frontdesk.reports.letters import rules, service
from frontdesk.reports.letters.files import export_letter
from frontdesk.reports.letters.prefilling import prefilled
from frontdesk.reports.letters.service import Begun
from frontdesk.reports.service import letters_astray, period_named
from frontdesk.settings.service import set_setting
from frontdesk.today.service import today
from tests.desks import DESK, NOON, new_desk, passing_desk

WEEK = period_named("2026-W45")
"""2 to 8 November; the desk stands on Monday the 9th."""
WORDS = Begun("第45周活动报道", "本周举办活动三场。\n居民都说好。")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Context]:
    """A centre on the Monday after the week."""
    context = new_desk(tmp_path / "home")
    yield context
    context.database.close()
    use_language("zh_CN")


def window(desk: Context) -> Context:
    """Another window on the same centre."""
    return open_context(desk.home, source="desk", clock=desk.clock, operator=desk.operator, synchronous="OFF")


def clerk(desk: Context) -> Context:
    """Somebody who is no manager, in the same window."""
    with desk.database.write() as connection:
        connection.execute(
            "INSERT OR IGNORE INTO staff (no, name, kind, role) VALUES ('S002', '李四', '社工', 'operator')"
        )
    return replace(desk, operator=Operator("S002", "李四", "operator"))


def refused(act: Callable[[], object]) -> DeskError:
    with pytest.raises(DeskError) as caught:
        act()
    words = words_for(caught.value)
    assert "{" not in words and not words.startswith(caught.value.area)
    return caught.value


def begun(desk: Context, words: Begun = WORDS) -> int:
    return service.begin(desk, WEEK, "activity_news", words=words).id


def sent(desk: Context) -> int:
    number = begun(desk)
    service.step(desk, number, "reviewed")
    service.step(desk, number, "sent")
    return number


def test_a_letter_goes_from_draft_to_adopted_and_each_step_is_kept(desk: Context) -> None:
    number = sent(desk)
    after = service.step(desk, number, "adopted", "市级采用")
    assert (after.state, after.author, after.reviewer, after.decision) == ("adopted", "M001", "M001", "市级采用")
    assert [one.event for one in service.steps_of(desk, number)] == ["reviewed", "sent", "adopted"]
    assert letters_astray(desk.database.connection) == []


def test_a_returned_letter_is_revised_and_sent_again_and_what_was_sent_first_stays(desk: Context) -> None:
    number = sent(desk)
    service.step(desk, number, "returned", "请写得具体些")
    now = service.letter(desk, number)
    changed = service.save(desk, number, now.revision, "本周举办活动三场，写得具体。")
    assert (changed.state, changed.reviewer, changed.decision) == ("draft", "", "")
    assert refused(lambda: service.step(desk, number, "sent")).code == "not_now"
    service.step(desk, number, "reviewed")
    service.step(desk, number, "sent")
    texts = [one.body for one in service.steps_of(desk, number) if one.event == "sent"]
    assert texts == [WORDS.body, "本周举办活动三场，写得具体。"]
    assert [one.note for one in service.steps_of(desk, number) if one.event == "revised"] == ["请写得具体些"]
    found = service.as_sent(desk, number)
    assert found is not None and found.body == texts[1]
    assert letters_astray(desk.database.connection) == []


def test_only_a_manager_reviews_and_may_review_what_he_wrote_himself(desk: Context) -> None:
    number = begun(desk)
    assert refused(lambda: service.step(clerk(desk), number, "reviewed")).code == "manager_required"
    after = service.step(desk, number, "reviewed")
    assert after.author == after.reviewer == "M001"


@pytest.mark.parametrize(
    ("body", "code"), [("", "empty_body"), (" \n ", "empty_body"), ("好。\n【待补充：现场情况】", "left_open")]
)
def test_an_unfinished_letter_is_not_reviewed(desk: Context, body: str, code: str) -> None:
    number = begun(desk, Begun("标题", body))
    assert refused(lambda: service.step(desk, number, "reviewed")).code == code


def test_a_return_and_the_undoing_of_a_decision_need_words(desk: Context) -> None:
    number = sent(desk)
    assert refused(lambda: service.step(desk, number, "returned")).code == "words_required"
    service.step(desk, number, "adopted")
    assert refused(lambda: service.step(desk, number, "decision_undone")).code == "words_required"
    assert service.step(desk, number, "decision_undone", "记错了").state == "sent"
    assert refused(lambda: service.step(desk, number, "returned", "一" * 201)).code == "bad_note"


def test_what_was_reviewed_or_sent_is_not_written_on(desk: Context) -> None:
    number = begun(desk)
    now = service.step(desk, number, "reviewed")
    assert refused(lambda: service.save(desk, number, now.revision, "别的")).code == "not_editable"
    assert service.step(desk, number, "taken_back").reviewer == ""
    assert service.save(desk, number, now.revision + 1, "别的").body == "别的"


@pytest.mark.parametrize(
    "text", ["身份证 310114196001011234", "卡号 6222 0000 0000 0000 000", "３１０１１４１９６００１０１１２３４"]
)
def test_a_long_number_is_in_no_title_text_or_note(desk: Context, text: str) -> None:
    number = begun(desk)
    for act in (
        lambda: service.save(desk, number, 0, f"第一行\n{text}"),
        lambda: service.rename(desk, number, 0, text, "highlight", "street"),
        lambda: service.begin(desk, WEEK, "highlight", words=Begun("标题", text)),
        lambda: service.step(desk, number, "reviewed", text),
    ):
        assert refused(act).code == "long_number"
    assert service.letter(desk, number).body == WORDS.body


def test_a_pasted_text_of_many_lines_stays_as_it_is_but_for_what_nobody_sees(desk: Context) -> None:
    number = begun(desk)
    pasted = "第一行\r\n\r\n第二行\t𠮷野\u200b，😀\x07\r第三行  两个空格"
    kept = service.save(desk, number, 0, pasted).body
    assert kept == "第一行\n\n第二行 𠮷野，😀\n第三行  两个空格"
    assert refused(lambda: service.save(desk, number, 1, "一" * 20_001)).code == "body_too_long"


def test_the_second_of_two_windows_is_told_and_takes_nothing_away(desk: Context) -> None:
    number = begun(desk)
    other = window(desk)
    try:
        seen = service.letter(other, number)
        service.save(desk, number, seen.revision, "先写的")
        assert refused(lambda: service.save(other, number, seen.revision, "后写的")).code == "changed_elsewhere"
        assert refused(lambda: service.step(other, number, "reviewed", revision=seen.revision)).code == (
            "changed_elsewhere"
        )
        assert refused(lambda: service.rename(other, number, 0, "别的", "highlight", "street")).code == (
            "changed_elsewhere"
        )
        # The same text needs no saving and is no quarrel.
        assert service.save(other, number, seen.revision, "先写的").revision == 1
    finally:
        other.database.close()
    assert service.letter(desk, number).body == "先写的"


def test_what_was_typed_before_the_power_went_is_there(tmp_path: Path) -> None:
    context = new_desk(tmp_path / "home")
    number = begun(context)
    context.database.close()
    program = (
        "import os, signal, sys\n"
        "from datetime import UTC, datetime\n"
        "from pathlib import Path\n"
        "from frontdesk.context import Operator, open_context\n"
        "from frontdesk.home import Home\n"
        "from frontdesk.reports.letters.service import save\n"
        "clock = lambda: datetime(2026, 11, 9, 4, 0, tzinfo=UTC)\n"
        "person = Operator('M001', '王五', 'manager')\n"
        "desk = open_context(Home(Path(sys.argv[1])), source='desk', clock=clock, operator=person)\n"
        "for n in range(1, 4):\n"
        "    letter = save(desk, int(sys.argv[2]), n - 1, '写' * n, goes_on=n > 1)\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path / "home"), str(number)], check=False, capture_output=True
    )
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()
    after = open_context(context.home, source="desk", clock=lambda: NOON, synchronous="OFF")
    try:
        assert (service.letter(after, number).body, service.letter(after, number).revision) == ("写写写", 3)
        edits = after.database.connection.execute("SELECT count(*) FROM audit WHERE action = 'letter.edited'")
        assert edits.fetchone()[0] == 1
    finally:
        after.database.close()


def test_no_step_is_ever_changed_or_deleted(desk: Context) -> None:
    number = sent(desk)
    for statement in ("UPDATE info_report_log SET body = ''", "DELETE FROM info_report_log"):
        with pytest.raises((DatabaseError, Exception), match="stays as it was"), desk.database.write() as connection:
            connection.execute(statement)
    assert refused(lambda: service.drop(desk, number)).code == "stays"
    draft = begun(desk)
    service.drop(desk, draft)
    assert refused(lambda: service.letter(desk, draft)).code == "unknown_letter"


def test_a_window_that_holds_a_deleted_draft_writes_on_no_other(desk: Context) -> None:
    gone = begun(desk)
    service.drop(desk, gone)
    begun(desk)
    assert refused(lambda: service.save(desk, gone, 0, "写在哪里")).code == "unknown_letter"


def test_a_letter_that_was_changed_past_the_program_is_found(desk: Context) -> None:
    first, second = sent(desk), sent(desk)
    with desk.database.write() as connection:
        connection.execute("UPDATE info_report SET body = '别的' WHERE id = ?", (first,))
        connection.execute("UPDATE info_report SET state = 'adopted' WHERE id = ?", (second,))
    assert letters_astray(desk.database.connection) == [first, second]
    found = [one for one in look_over(desk).findings if one.key == "reports.letters_astray"]
    assert [(one.count, one.first, one.severity) for one in found] == [(2, {"number": first}, "broken")]


def test_letters_are_counted_by_kind_and_once_however_often_they_were_sent(desk: Context) -> None:
    day = date(2026, 11, 9)
    first, second = sent(desk), sent(desk)
    begun(desk)
    service.step(desk, second, "adopted")
    service.step(desk, first, "returned", "再写")
    assert service.counts(desk, day, day)["activity_news"] == (2, 1, 1)
    service.step(desk, first, "revised")
    service.step(desk, first, "reviewed")
    service.step(desk, first, "sent")
    assert service.counts(desk, day, day)["activity_news"] == (2, 1, 0)
    assert service.counts(desk, day, day)["highlight"] == (0, 0, 0)
    found = values(desk, ["letters_sent", "letters_adopted", "letters_returned"], day, day)
    assert found == {"letters_sent": 2, "letters_adopted": 1, "letters_returned": 0}
    assert service.counts(desk, date(2026, 11, 2), date(2026, 11, 8))["activity_news"] == (0, 0, 0)


STEPS: tuple[LetterEvent, ...] = get_args(LetterEvent)


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from([*STEPS, "save"]), st.integers(0, 3)), max_size=14))
def test_any_steps_in_any_order_leave_a_letter_that_its_log_tells(steps: list[tuple[str, int]]) -> None:
    with passing_desk() as (desk, _):
        number = begun(desk)
        out: list[str] = []
        for name, text in steps:
            before = service.letter(desk, number)
            try:
                if name == "save":
                    service.save(desk, number, before.revision, f"文字{text}")
                else:
                    service.step(desk, number, name, "有原因")  # type: ignore[arg-type]
            except DeskError:
                assert service.letter(desk, number) == before
                continue
            now = service.letter(desk, number)
            if name == "save":
                # The text that stands there needs no saving, in whatever state.
                assert now == before or before.state in rules.EDITABLE
                assert now.body == f"文字{text}"
            if name == "sent":
                out.append(now.body)
        assert letters_astray(desk.database.connection) == []
        assert [one.body for one in service.steps_of(desk, number) if one.event == "sent"] == out


# What a letter begins with.


def resident(desk: Context, name: str) -> int:
    with desk.database.write() as connection:
        cursor = connection.execute(
            "INSERT INTO resident (name, phone_key, phone_tail_key) VALUES (?, randomblob(8), randomblob(8))", (name,)
        )
        assert cursor.lastrowid is not None
        return cursor.lastrowid


def session(desk: Context, code: str, name: str, heads: int, day: str = "2026-11-04") -> None:
    at = desk.midnight(date.fromisoformat(day)) + 9 * 3_600_000
    with desk.database.write() as connection:
        connection.execute(
            "INSERT INTO session (code, day, starts_at, ends_at, name, category, capacity, state) "
            "VALUES (?, ?, ?, ?, ?, '文化', 30, 'closed')",
            (code, day, at, at + 3_600_000, name),
        )
        connection.execute(
            "INSERT INTO attendance (session_code, seats, status) VALUES (?, ?, 'walk_in')", (code, heads)
        )


def rate(desk: Context, comments: list[str], level: int = 5, day: str = "2026-11-04") -> None:
    with desk.database.write() as connection:
        for comment in comments:
            connection.execute(
                "INSERT INTO rating (key, day, known_on, subject_kind, subject, level, channel, comment)"
                " VALUES (randomblob(16), ?, ?, 'service', '综合服务台', ?, 'kiosk', ?)",
                (day, day, level, comment),
            )


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_a_letter_begins_with_no_name_no_number_and_no_small_count(desk: Context, kind: str, language: str) -> None:
    use_language(language)
    resident(desk, "张三丰")
    session(desk, "HD001", "张三丰书法展 13800001234", 12)
    session(desk, "HD002", "小班", 3)
    rate(desk, ["张三丰的太极教得好，打 13800001234"] * 4)
    words = prefilled(desk, WEEK, kind)  # type: ignore[arg-type]
    said = f"{words.title}\n{words.body}"
    assert "张三丰" not in said and "13800001234" not in said and "太极" not in said
    # Four people answered, three came to the small one.
    for small in (" 4 份", "4/4", "（4", " 3 人次", "good: 4", "person-times: 3"):
        assert small not in said
    assert "{" not in said
    if kind == "activity_news":
        assert "张*丰书法展" in said and "小班" in said and "12" in said


def test_five_answers_are_told_with_both_parts_of_the_rate_and_no_comment(desk: Context) -> None:
    rate(desk, [f"太极真好{n}" for n in range(5)])
    rate(desk, ["只有我说的话"], level=2)
    said = prefilled(desk, WEEK, "construction").body
    assert "5/6" in said and "只有我说的话" not in said


def test_of_ratings_that_an_appeal_took_out_nothing_is_told(desk: Context) -> None:
    rate(desk, ["好"] * 4)
    rate(desk, ["差"] * 3, level=1)
    with desk.database.write() as connection:
        connection.execute("UPDATE rating SET excluded = 1, ended = 1 WHERE level = 1")
    assert "不足 5 份" in prefilled(desk, WEEK, "construction").body


def test_a_running_period_says_so_and_one_without_anything_too(desk: Context) -> None:
    running = period_named("2026-W46")
    assert "没有结束" in prefilled(desk, running, "highlight").body
    assert "没有举办活动" in prefilled(desk, WEEK, "activity_news").body
    assert len(prefilled(replace_name(desk, "很长" * 40), WEEK, "activity_news").title) <= rules.LONGEST_TITLE


def replace_name(desk: Context, name: str) -> Context:
    return replace(desk, centre=desk.centre.model_copy(update={"name": name}))


def test_a_letter_is_about_the_period_that_the_street_office_expects(desk: Context) -> None:
    def now() -> Period:
        return service.letter_period(desk, date(2026, 11, 4))

    assert now().key == "2026-W45"
    set_setting(desk, "info_report_period", "half_month")
    desk.read_settings()
    assert now().key == "2026-11-H1"


# Today.


def due(desk: Context) -> str | None:
    """The period of which Today says that its letter was not sent."""
    found = [one.values["key"] for one in today(desk).due if one.kind == "letter"]
    assert len(found) <= 1
    return str(found[0]) if found else None


def test_a_centre_that_writes_no_letters_is_told_of_none(desk: Context) -> None:
    assert due(desk) is None
    service.begin(desk, WEEK.following(), "activity_news", words=WORDS)
    assert due(desk) is None, "what it begins with is this week, and that has not ended"


def test_a_letter_of_the_period_that_ended_waits_until_it_was_sent(desk: Context) -> None:
    number = begun(desk)
    assert due(desk) == "2026-W45"
    service.step(desk, number, "reviewed")
    assert due(desk) == "2026-W45"
    service.step(desk, number, "sent")
    assert due(desk) is None
    service.step(desk, number, "returned", "请写得具体些")
    assert due(desk) is None, "it was sent; that it came back is said by its state"


def back(desk: Context) -> list[tuple[object, object]]:
    """What Today says of letters that came back: their titles with the words."""
    return [(one.values["title"], one.values["words"]) for one in today(desk).due if one.kind == "letter_back"]


def test_a_letter_that_came_back_stays_on_today_with_the_streets_words_until_it_is_sent_again(desk: Context) -> None:
    number = sent(desk)
    assert back(desk) == []
    service.step(desk, number, "returned", "请写得具体些")
    here = [(WORDS.title, "请写得具体些")]
    assert back(desk) == here
    now = service.save(desk, number, service.letter(desk, number).revision, "写得具体。")
    assert back(desk) == here, "a draft of it was not sent yet"
    service.step(desk, number, "reviewed", revision=now.revision)
    assert back(desk) == here
    service.step(desk, number, "sent")
    assert back(desk) == []


@pytest.mark.parametrize("is_revised", [False, True])
def test_a_returned_letter_that_is_set_aside_leaves_today_and_counts_as_returned(
    desk: Context, is_revised: bool
) -> None:
    number = sent(desk)
    day = desk.today()
    service.step(desk, number, "returned", "请写得具体些")
    if is_revised:
        service.save(desk, number, service.letter(desk, number).revision, "写了一半")
    after = service.step(desk, number, "set_aside")
    assert back(desk) == [] and (after.state, after.body, after.decision) == ("returned", WORDS.body, "请写得具体些")
    assert values(desk, ["letters_returned"], day, day) == {"letters_returned": 1}
    assert service.steps_of(desk, number)[-1].body == ("写了一半" if is_revised else WORDS.body)
    assert letters_astray(desk.database.connection) == []
    assert [one for one in brief(desk, WEEK).decisions if one.code == "letters_returned"] == []
    # Whoever takes it up again has it on Today again.
    service.save(desk, number, after.revision, "还是再改")
    assert len(back(desk)) == 1


def test_only_what_came_back_is_set_aside(desk: Context) -> None:
    number = begun(desk)
    assert refused(lambda: service.step(desk, number, "set_aside")).code == "not_now"
    other = sent(desk)
    assert refused(lambda: service.step(desk, other, "set_aside")).code == "not_now"


def test_of_many_letters_that_came_back_the_first_are_named_and_the_rest_counted(desk: Context) -> None:
    for _ in range(5):
        service.step(desk, sent(desk), "returned", "太长")
    due = [one for one in today(desk).due if one.kind in ("letter_back", "letters_back")]
    assert len(back(desk)) == 3 and due[-1].values["count"] == 2


def test_whoever_wrote_once_is_told_of_the_next_period_by_the_setting(desk: Context) -> None:
    sent(desk)
    desk.clock = lambda: NOON + timedelta(weeks=1)
    assert due(desk) == "2026-W46"
    set_setting(desk, "info_report_period", "half_month")
    desk.read_settings()
    assert due(desk) == "2026-11-H1"
    set_setting(desk, "info_report_period", "month")
    desk.read_settings()
    assert due(desk) is None, "no letter had been begun when October ended"


# Files.


def test_the_word_file_says_what_was_sent_and_is_the_same_each_time(desk: Context, tmp_path: Path) -> None:
    docx = pytest.importorskip("docx", reason="python-docx is not installed on this processor")
    number = sent(desk)
    one, two = tmp_path / "一.docx", tmp_path / "二.docx"
    export_letter(desk, number, one)
    before = one.read_bytes()
    with desk.database.write() as connection:
        connection.execute("UPDATE info_report SET changed_at = changed_at + 999999 WHERE id = ?", (number,))
    export_letter(desk, number, two)
    assert two.read_bytes() == before
    read = [paragraph.text for paragraph in docx.Document(str(one)).paragraphs]
    assert read[0] == WORDS.title and read[-2:] == WORDS.body.split("\n")
    assert f"报送单位：{DESK.name}" in read and "日期：2026年11月9日" in read and "审核：王五" in read


def test_the_word_file_opens_in_libreoffice(desk: Context, tmp_path: Path) -> None:
    pytest.importorskip("docx", reason="python-docx is not installed on this processor")
    out = tmp_path / "信.docx"
    export_letter(desk, begun(desk, Begun("标题＜甲＞&", '=1+1\n=HYPERLINK("http://x")\n<b>不是标签</b> 𠮷')), out)
    office = shutil.which("soffice")
    if office is None:
        pytest.skip("LibreOffice is not installed")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    target = ["--convert-to", "txt:Text (encoded):UTF8", "--outdir", str(tmp_path), str(out)]
    subprocess.run([office, profile, "--headless", *target], check=True, capture_output=True, timeout=120)
    if not out.with_suffix(".txt").exists():
        pytest.skip("LibreOffice is installed without Writer")
    text = out.with_suffix(".txt").read_text(encoding="utf-8-sig")
    assert "标题＜甲＞&" in text and "=1+1" in text and "<b>不是标签</b> 𠮷" in text


def test_without_the_library_a_letter_is_plain_text(
    desk: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "docx", None)
    number = begun(desk)
    assert not documents.is_docx_possible()
    assert refused(lambda: export_letter(desk, number, tmp_path / "信.docx")).code == "no_docx"
    export_letter(desk, number, tmp_path / "信.txt")
    text = (tmp_path / "信.txt").read_bytes().decode("utf-8-sig")
    assert text.startswith(WORDS.title + "\r\n") and text.endswith("居民都说好。\r\n")
    assert "状态：草稿" in text


def test_no_other_file_is_written_and_a_full_disk_is_said(desk: Context, tmp_path: Path) -> None:
    number = begun(desk)
    assert refused(lambda: export_letter(desk, number, tmp_path / "信.pdf")).code == "unknown_ending"
    assert refused(lambda: export_letter(desk, number, tmp_path / "没有" / "信.txt")).code == "write_failed"
    assert [one.name for one in tmp_path.iterdir()] == ["home"]
