"""The gate tells a scanner from a person and loses no key of either."""

from __future__ import annotations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from frontdesk.shell.scan_gate import (
    MACHINE_SECONDS_A_KEY,
    OWN_CODE_GAP,
    SHORTEST_MACHINE_BURST,
    Released,
    ScanGate,
    looks_typed,
)

Typed = tuple[str, float]


def feed(gate: ScanGate[str], keys: list[Typed], *, in_field: bool = False) -> tuple[list[str], list[str]]:
    """Type keys, each so long after the one before; returns the codes scanned and the keys handed on."""
    codes: list[str] = []
    handed: list[str] = []
    now = 100.0

    def take(outcome: list[Released[str]]) -> None:
        for released in outcome:
            handed.extend(released.keys)
            if released.code is not None:
                codes.append(released.code)

    for key, pause in keys:
        now += pause
        take(gate.expire(now))
        take(gate.feed(key, None if key in ("f3", "\t", "\r") else key, key in ("\r", "\t"), now, in_field=in_field))
    take(gate.expire(now + 2 * OWN_CODE_GAP))
    return codes, handed


def burst(text: str, pause: float = 0.001) -> list[Typed]:
    """A scanner's keys: the text and Enter."""
    return [(key, pause) for key in text + "\r"]


CODE = "71031000101123456789"


def test_a_burst_is_a_scan_and_hands_on_nothing() -> None:
    assert feed(ScanGate(), burst(CODE)) == ([CODE], [])


def test_scans_without_a_pause_between_them_stay_apart() -> None:
    codes, handed = feed(ScanGate(), burst(CODE) * 300)
    assert (codes, handed) == ([CODE] * 300, [])


def test_a_slow_scanner_is_still_a_scanner() -> None:
    assert feed(ScanGate(), burst(CODE, 0.03)) == ([CODE], [])


def test_a_person_s_digits_and_enter_are_handed_on_in_order() -> None:
    typed = [(key, 0.12) for key in "15400001234\r"]
    assert feed(ScanGate(), typed) == ([], list("15400001234\r"))


def test_an_identity_number_with_its_x_is_one_code() -> None:
    assert feed(ScanGate(), burst("11010519491231002X")) == (["11010519491231002X"], [])


def test_full_width_digits_of_an_active_input_method_are_a_scan() -> None:
    wide = "".join(chr(0xFF10 + int(digit)) for digit in CODE)
    assert feed(ScanGate(), burst(wide)) == ([wide], [])


def test_a_burst_that_a_busy_computer_tears_is_still_one_scan() -> None:
    for place in range(1, len(CODE) + 1):
        torn = burst(CODE)
        torn[place] = (torn[place][0], OWN_CODE_GAP * 0.9)
        assert feed(ScanGate(), torn) == ([CODE], [])


def test_a_phone_typed_by_the_fastest_hand_is_not_a_scan() -> None:
    typed = [(key, 0.045) for key in "71390000123\r"]
    assert feed(ScanGate(), typed) == ([], list("71390000123\r"))


def test_words_between_scans_reach_the_form() -> None:
    typed = [("王", 0.3), ("芳", 0.1)]
    codes, handed = feed(ScanGate(), [*typed, *burst(CODE), *typed], in_field=True)
    assert (codes, handed) == ([CODE], ["王", "芳", "王", "芳"])


FOREIGN = ["https://u.wechat.com/kM3x1-2A", "WIFI:T:WPA;S:guest;P:pass5word;;", "ABC-1-2-3-4-5", "https://a.cn/x1y2z1"]
printable = st.text(
    st.characters(exclude_categories=("C", "Z"), exclude_characters="\r\t") | st.just(" "), max_size=300
)
endings = st.sampled_from(["\r", "\t", ""])


@pytest.mark.parametrize("text", FOREIGN)
def test_a_foreign_code_is_one_scan_and_no_key_also_from_a_slow_scanner(text: str) -> None:
    assert feed(ScanGate(), burst(text)) == ([text], [])
    assert feed(ScanGate(), burst(text, 0.03)) == ([text], [])


@given(printable.filter(lambda text: len(text) >= SHORTEST_MACHINE_BURST), st.data(), endings)
def test_whatever_a_machine_types_outside_a_field_is_one_scan_and_no_key(
    text: str, data: st.DataObject, ending: str
) -> None:
    slowest = 0.99 * MACHINE_SECONDS_A_KEY
    pauses = data.draw(st.lists(st.floats(0, slowest), min_size=len(text), max_size=len(text)))
    keys = [*zip(text, pauses, strict=True), *((key, 0.001) for key in ending)]
    assert feed(ScanGate(), keys) == ([text], [])


@given(printable, st.floats(0.07, 0.6), endings, st.booleans())
def test_the_same_typed_by_a_person_is_keys(text: str, pause: float, ending: str, in_field: bool) -> None:
    assume(not text.startswith("71"))
    typed = [(key, pause) for key in text + ending]
    assert feed(ScanGate(), typed, in_field=in_field) == ([], list(text + ending))


@given(st.lists(st.text("abc:/12345", max_size=8), min_size=1, max_size=8), st.sampled_from(["\r", "\r\r"]))
def test_no_key_of_a_code_of_several_lines_is_handed_on(lines: list[str], between: str) -> None:
    keys = [(key, 0.001) for key in "BEGIN:VCARD\r" + between.join(lines) + "\r"]
    codes, handed = feed(ScanGate(), keys)
    assert (codes, handed) == (["BEGIN:VCARD", *filter(None, lines)], [])


def test_letters_are_text_while_a_field_has_the_focus_however_fast_they_come() -> None:
    assert feed(ScanGate(), [(key, 0.0) for key in "王芳wangfang"], in_field=True) == ([], list("王芳wangfang"))


PATHS = ["/tmp/x/签到表-HD26112202.xlsx", "'C:/2026/20261122签到.xlsx'", "12345678x.xlsx", "/tmp/HD26112202"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("ending", ["\r", "\t", ""])
@pytest.mark.parametrize("pause", [0.0, 0.001, 0.03])
def test_a_path_that_is_typed_into_a_field_in_a_burst_is_text(path: str, ending: str, pause: float) -> None:
    assert feed(ScanGate(), [(key, pause) for key in path + ending], in_field=True) == ([], list(path + ending))


@given(
    st.sampled_from(["", "a", "/x-"]), st.text("0123456789", min_size=15, max_size=20), st.sampled_from(["", ".xlsx"])
)
def test_a_long_number_is_caught_in_a_field_whatever_stands_beside_it(before: str, number: str, after: str) -> None:
    keys = [(key, 0.001) for key in before + number + after + "\r"]
    assert feed(ScanGate(), keys, in_field=True)[0] == [number]


@pytest.mark.parametrize("pause", [0.06, 0.3, 2.0])
def test_a_foreign_number_scanned_after_a_person_s_letter_is_a_scan(pause: float) -> None:
    keys = [("王", 0.3), ("6", pause), *burst("901234567892")]
    assert feed(ScanGate(), keys, in_field=True) == (["6901234567892"], ["王"])


def test_a_key_that_is_held_down_is_a_person_s() -> None:
    assert feed(ScanGate(), [(" ", 0.033)] * 40) == ([], [" "] * 40)


def test_a_card_that_runs_into_a_person_s_last_key_is_a_scan_all_the_same() -> None:
    assert feed(ScanGate(), [(" ", 0.3), *burst(CODE)]) == ([CODE], [" "])
    noise = "\ufffd" * 4
    assert feed(ScanGate(), burst(noise + CODE)) == ([CODE], list(noise))
    wrapped = f"https://a.cn/{CODE}"
    assert feed(ScanGate(), burst(wrapped)) == ([wrapped], [])


@pytest.mark.parametrize("ending", ["\t", ""])
def test_a_scanner_that_ends_with_tab_or_nothing_scans_all_the_same(ending: str) -> None:
    assert feed(ScanGate(), [(key, 0.001) for key in CODE + ending]) == ([CODE], [])


def test_an_enter_that_comes_late_is_meant_for_nobody_and_the_next_one_for_whoever_has_the_focus() -> None:
    typed = [*((key, 0.001) for key in CODE), ("\r", 0.5), ("\r", 0.3)]
    assert feed(ScanGate(), typed) == ([CODE], ["\r"])


def test_a_card_typed_slowly_by_an_old_scanner_or_by_hand_is_a_scan() -> None:
    assert feed(ScanGate(), burst(CODE, 0.06)) == ([CODE], [])
    assert feed(ScanGate(), burst(CODE, 0.2)) == ([CODE], [])


@given(st.integers(1, 19), st.floats(0.31, 2.0), st.sampled_from(["\r", "\t", ""]))
def test_a_card_torn_by_a_long_pause_hands_on_no_more_than_two_digits(place: int, pause: float, ending: str) -> None:
    """Each part is a scan that is refused; what a person could have typed is at most two digits of it."""
    keys = [(key, 0.001) for key in CODE + ending]
    keys[place] = (keys[place][0], pause)
    codes, handed = feed(ScanGate(), keys)
    assert codes
    assert len([key for key in handed if key.isdigit()]) <= 2


def test_what_a_text_expander_types_may_be_meant_for_a_field() -> None:
    assert looks_typed("15400001234")
    assert looks_typed("2580")
    assert not looks_typed(CODE)
    assert not looks_typed(CODE[:4])
    assert not looks_typed("11010519491231002X")
    assert not looks_typed("284412345678901234")


@given(
    st.from_regex(r"[1-6][0-9]{14,18}[0-9Xx]?", fullmatch=True),
    st.floats(0, 0.049),
    st.sampled_from(["\r", "\t", ""]),
    st.booleans(),
)
def test_a_long_number_at_a_scanner_s_pace_never_reaches_a_field(
    number: str, pause: float, ending: str, in_field: bool
) -> None:
    codes, handed = feed(ScanGate(), [(key, pause) for key in number + ending], in_field=in_field)
    assert (codes, handed) == ([number], [])
    assert not looks_typed(number)


@given(st.integers(8, 17), st.floats(0.31, 0.9))
def test_the_rest_of_a_torn_number_is_known_for_one(place: int, pause: float) -> None:
    gate: ScanGate[str] = ScanGate()
    now, found = 100.0, []
    for at, key in enumerate("310114199003078812"):
        now += pause if at == place else 0.001
        found += gate.expire(now)
        found += gate.feed(key, key, False, now, in_field=True)
    found += gate.feed("\r", None, True, now, in_field=True)
    rests = [one for one in found[1:] if one.code is not None]
    assert all(one.torn for one in rests)
    assert len([key for one in found for key in one.keys if key.isdigit()]) <= 2
    gate.meant_for_field()
    assert feed(gate, [(key, 0.001) for key in "2580\r"], in_field=True)[0] == ["2580"]


@given(
    st.lists(
        st.tuples(st.sampled_from([*"0123456789xX王a", "\r", "\t", "f3"]), st.floats(0.0001, 0.6)),
        max_size=80,
    ),
    st.booleans(),
)
def test_no_key_is_lost_doubled_or_moved(keys: list[Typed], in_field: bool) -> None:
    """What is handed on and what was scanned, put back together, are the keys that were typed, but for Enter and Tab
    that ended a scan or followed it at a machine's pace.
    """
    codes, handed = feed(ScanGate(), keys, in_field=in_field)
    typed = [key for key, _ in keys]
    scanned = sum(len(code) for code in codes)
    endings = len(typed) - len(handed) - scanned
    assert 0 <= endings <= (sum(key in "\r\t" for key in typed) if codes else 0)
    rest = iter(typed)
    assert all(any(key == other for other in rest) for key in handed), "the keys handed on are in the order typed"


@given(st.lists(st.tuples(st.sampled_from([*"0123456789", "\r", "f3"]), st.floats(0.07, 0.6)), max_size=60))
def test_whatever_a_person_types_reaches_the_widget_unless_it_is_a_card_of_ours(keys: list[Typed]) -> None:
    codes, handed = feed(ScanGate(), keys)
    assert all(code.startswith("71") and len(code) >= 12 for code in codes)
    if not codes:
        assert handed == [key for key, _ in keys]
