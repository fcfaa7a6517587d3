"""What comes down from the district: documents, and the exchange in which they are asked for."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.sync import frames, wire
from tests.sync import wired
from tests.sync.ends import DISTRICT_SEED

KEYS = [wired.DISTRICT_KEY]
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
codes = st.from_regex(r"[a-z][a-z0-9_]{0,20}", fullmatch=True)
days = st.dates(date(2020, 1, 1), date(2090, 1, 1))
both = st.builds(lambda zh, en: wire.BothNames(zh_CN=zh, en=en), texts, texts)
period_kinds = st.lists(st.sampled_from(wire.PERIOD_KINDS), max_size=5)
contents: st.SearchStrategy[wire.Content] = st.one_of(
    st.builds(wire.Notice, text=texts, important=st.booleans(), read_by=st.none() | days),
    st.builds(
        wire.ServiceList,
        items=st.lists(
            st.builds(wire.ListedService, code=codes, name=texts, description=texts, contact=texts), max_size=3
        ),
    ),
    st.builds(
        wire.IndicatorSet,
        edition=st.integers(1, 99),
        indicators=st.lists(st.builds(wire.AssignedIndicator, code=codes, period_kinds=period_kinds), max_size=3),
        definitions=st.lists(st.builds(wire.NewIndicator, code=codes, name=both, meaning=both, unit=texts), max_size=2),
    ),
    st.builds(wire.PeriodLock, period=st.just("2026-W46"), reason=texts, locked=st.booleans()),
    st.builds(wire.Exemption, centre=codes, period=st.just("2026-W46"), until=days, granted_by=texts, reason=texts),
    st.builds(wire.SuccessorKey, verify_key=st.binary(min_size=32, max_size=32).map(bytes.hex)),
)


def code_of(action: Any) -> str:
    with pytest.raises(wire.WireFault) as caught:
        action()
    return caught.value.code


@given(contents, st.integers(1, 10**6))
def test_a_document_opens_as_it_was_made(content: wire.Content, number: int) -> None:
    raw = wired.document(content, number)
    opened = wire.open_document(raw, KEYS)
    assert (opened.content, opened.number, opened.document_id) == (content, number, f"d{number}")
    assert wire.CONTENTS[opened.kind] is type(content)
    assert opened.is_known
    assert wired.document(content, number) == raw


def test_a_document_of_a_kind_that_this_program_does_not_know_is_opened_for_its_title() -> None:
    said = {
        "document_id": "d9",
        "number": 9,
        "kind": "questionnaire",
        "title": "问卷",
        "issued_at": wired.NOW,
        "content": {"questions": ["一", {"of": 2}]},
    }
    raw = frames.pack(b"FDDO", bytes.fromhex(wired.DISTRICT), (frames.to_json(said),), DISTRICT_SEED)
    opened = wire.open_document(raw, KEYS)
    assert (opened.title, opened.kind, opened.is_known) == ("问卷", "questionnaire", False)
    assert opened.content == wire.OtherContent({"questions": ["一", {"of": 2}]})


@pytest.mark.parametrize(
    ("changed", "where"),
    [
        ({"number": 0}, "number"),
        ({"content": []}, "content"),
        ({"kind": "district_key"}, "content"),
        ({"kind": "district_key", "content": {"verify_key": "0" * 64, "revoked": True}}, "content"),
        ({"extra": 1}, "extra"),
        ({"title": ""}, "title"),
    ],
)
def test_a_signed_document_that_does_not_hold_is_refused(changed: dict[str, object], where: str) -> None:
    said = {
        "document_id": "d9",
        "number": 9,
        "kind": "notice",
        "title": "通知",
        "issued_at": wired.NOW,
        "content": {"text": "x", "important": False, "read_by": None},
    }
    raw = frames.pack(b"FDDO", bytes.fromhex(wired.DISTRICT), (frames.to_json({**said, **changed}),), DISTRICT_SEED)
    with pytest.raises(wire.WireFault) as caught:
        wire.open_document(raw, KEYS)
    assert caught.value.code == "bad_document"
    assert str(caught.value.details["where"]).startswith(where)


@pytest.mark.parametrize(
    ("kind", "content", "texts"),
    [
        ("notice", {"text": "请周五前报送。", "colour": "red", "read_by": None}, ["请周五前报送。", "red"]),
        ("notice", {"text": ""}, []),
        ("period_lock", {"period": "2026-W46", "reason": "已汇总", "except_for": ["a"]}, ["2026-W46", "已汇总"]),
        ("indicator_set", {"edition": 3, "indicators": [{"code": "a", "period_kinds": ["day"]}]}, []),
    ],
)
def test_what_a_later_program_says_more_of_a_known_kind_is_opened_for_its_title_and_texts(
    kind: str, content: dict[str, object], texts: list[str]
) -> None:
    said = {"document_id": "d9", "number": 9, "kind": kind, "title": "通知", "issued_at": wired.NOW, "content": content}
    raw = frames.pack(b"FDDO", bytes.fromhex(wired.DISTRICT), (frames.to_json(said),), DISTRICT_SEED)
    opened = wire.open_document(raw, KEYS)
    assert (opened.kind, opened.is_known, opened.number) == (kind, False, 9)
    assert isinstance(opened.content, wire.OtherContent)
    assert (opened.content.root, sorted(opened.content.texts.values())) == (content, sorted(texts))
    with pytest.raises(ValueError, match="unknown kind"):
        wired.document(opened.content)


@given(st.binary(max_size=200) | contents.map(wired.document))
def test_the_number_that_a_document_claims_is_read_of_any_bytes(raw: bytes) -> None:
    assert wire.claimed_number(raw) in (None, 1)


def test_the_number_that_a_document_claims_is_read_whoever_signed_it() -> None:
    assert wire.claimed_number(wired.document(number=7, seed=b"?" * 32)) == 7


def test_the_successor_of_the_districts_key_is_told_by_the_present_one() -> None:
    successor = wire.verify_key_of(b"x" * 32)
    content = wire.SuccessorKey(verify_key=successor.hex())
    opened = wire.open_document(wired.document(content), KEYS)
    assert isinstance(opened.content, wire.SuccessorKey)
    assert (opened.content.key, opened.content.key_id) == (successor, wire.key_id_of(successor))
    assert code_of(lambda: wire.open_document(wired.document(content, seed=b"x" * 32), KEYS)) == "unknown_key"
    later = wired.document(number=2, seed=b"x" * 32)
    assert wire.open_document(later, [*KEYS, successor]).number == 2


def test_a_document_that_is_too_long_is_neither_made_nor_opened() -> None:
    services = [wire.ListedService(code=f"s{n}", name="服务", description="字" * 2_000) for n in range(60)]
    assert code_of(lambda: wired.document(wire.ServiceList(items=services))) == "too_large"
    assert code_of(lambda: wire.open_document(b"FDDO" + bytes(wire.MAX_DOCUMENT), KEYS)) == "too_large"


def test_the_districts_set_of_indicators_adds_its_own_and_says_for_which_periods() -> None:
    base = wire.indicator_rules()
    names = wire.BothNames(zh_CN="走访户数", en="Homes visited")
    own = wire.NewIndicator(code="homes_visited", name=names, meaning=names, unit="count")
    taken = wire.NewIndicator(code="ratings", name=names, meaning=names, unit="count", over_centres="distinct")
    wanted = wire.IndicatorSet(
        edition=2,
        indicators=[
            wire.AssignedIndicator(code="homes_visited", period_kinds=["month"]),
            wire.AssignedIndicator(code="ratings", period_kinds=["week"]),
            wire.AssignedIndicator(code="nobody_knows"),
        ],
        definitions=[own, taken],
    )
    rules = wire.rules_with(base, wanted)
    assert (rules["homes_visited"].shape, rules["homes_visited"].over_centres) == ("count", "sum")
    assert (rules["homes_visited"].leaves, rules["homes_visited"].period_kinds) == (True, ("month",))
    assert rules["ratings"].name == base["ratings"].name
    assert rules["ratings"].period_kinds == ("week",)
    assert "nobody_knows" not in rules
    values = wire.make_values({"homes_visited": 3})
    assert wire.check_values(values, rules, "monthly") == []
    assert [one.code for one in wire.check_values(values, rules, "weekly")] == ["wrong_period_kind"]


@given(
    st.integers(0, 10**9),
    st.lists(st.tuples(codes, st.integers(0, 10**13)), max_size=5),
    st.lists(contents, max_size=3),
    st.booleans(),
)
def test_an_exchange_brings_what_was_asked_for(
    since: int, read: list[tuple[str, int]], down: list[wire.Content], more: bool
) -> None:
    request = wire.make_exchange_request(
        centre=wired.CENTRE, seed=wired.SEED, recipient=wired.DISTRICT, since=since, read=read, nonce=b"n" * 16
    )
    asked = wire.open_exchange_request(request, wired.lookup)
    assert (asked.request.since, [(one.document_id, one.read_at) for one in asked.request.read]) == (since, read)
    documents = [wired.document(content, number) for number, content in enumerate(down, 1)]
    answer = wire.make_exchange_answer(
        asked, documents=documents, read_kept=[code for code, _ in read], more=more, seed=DISTRICT_SEED
    )
    found = wire.verify_exchange_answer(answer, request=request, district_keys=KEYS)
    assert (found.answer.more, found.answer.read_kept) == (more, [code for code, _ in read])
    assert [wire.open_document(raw, KEYS).content for raw in found.documents] == down


def test_an_answer_to_another_request_is_refused() -> None:
    answer = wired.exchange_answer(wired.exchange_request(since=3))
    request = wired.exchange_request(since=4)
    assert code_of(lambda: wire.verify_exchange_answer(answer, request=request, district_keys=KEYS)) == "other_exchange"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"centre": "310114-902"}, "wrong_centre"),
        ({"key_id": "0" * 32}, "bad_exchange"),
        ({"since": -1}, "bad_exchange"),
    ],
)
def test_a_request_that_speaks_for_another_centre_is_refused(changed: dict[str, object], code: str) -> None:
    said = wire.open_exchange_request(wired.exchange_request(), wired.lookup).request.model_dump() | changed
    raw = frames.pack(b"FDXQ", bytes.fromhex(wired.KEY_ID), (frames.to_json(said),), wired.SEED)
    assert code_of(lambda: wire.open_exchange_request(raw, wired.lookup)) == code


def test_what_does_not_fit_into_one_answer_is_left_for_the_next() -> None:
    large = wired.document(wire.Notice(text="字" * 49_000))
    documents = [large] * 40
    chosen, more = wire.fitting_documents(documents)
    assert 20 < len(chosen) < 40
    assert more
    asked = wire.open_exchange_request(wired.exchange_request(), wired.lookup)
    answer = wire.make_exchange_answer(asked, documents=chosen, read_kept=[], more=more, seed=DISTRICT_SEED)
    assert len(answer) <= wire.MAX_EXCHANGE_ANSWER
    found = wire.open_exchange_answer(answer, district_keys=KEYS)
    assert len(found.documents) == len(chosen)
    assert wire.fitting_documents([large]) == ([large], False)
    whole = {"documents": documents, "read_kept": [], "more": False, "seed": DISTRICT_SEED}
    assert code_of(lambda: wire.make_exchange_answer(asked, **whole)) == "too_large"  # type: ignore[arg-type]


def test_a_part_that_is_no_document_is_refused() -> None:
    asked = wire.open_exchange_request(wired.exchange_request(), wired.lookup)
    answer = wire.make_exchange_answer(asked, documents=[b"FDSR"], read_kept=[], more=False, seed=DISTRICT_SEED)
    assert code_of(lambda: wire.open_exchange_answer(answer, district_keys=KEYS)) == "bad_exchange"
