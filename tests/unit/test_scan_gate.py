"""The gate tells a scanner from a person and loses no key of either."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from frontdesk.shell.scan_gate import OWN_CODE_GAP, SHORTEST_SCAN, ScanGate

Typed = tuple[str, float]


def feed(gate: ScanGate[str], keys: list[Typed]) -> tuple[list[str], list[str]]:
    """Type keys, each so long after the one before; returns the codes scanned and the keys handed on."""
    codes: list[str] = []
    handed: list[str] = []
    now = 100.0
    for key, pause in keys:
        now += pause
        handed += gate.expire(now)
        released = gate.feed(key, None if key == "f3" else key, key == "\r", now)
        handed += released.keys
        if released.code is not None:
            codes.append(released.code)
    handed += gate.expire(now + 2 * OWN_CODE_GAP)
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
    codes, handed = feed(ScanGate(), [*typed, *burst(CODE), *typed])
    assert (codes, handed) == ([CODE], ["王", "芳", "王", "芳"])


@given(
    st.lists(
        st.tuples(st.sampled_from([*"0123456789xX王a", "\r", "f3"]), st.floats(0.0001, 0.6)),
        max_size=80,
    )
)
def test_no_key_is_lost_doubled_or_moved(keys: list[Typed]) -> None:
    """What is handed on and what was scanned, put back together, are the keys that were typed."""
    codes, handed = feed(ScanGate(), keys)
    rest, position = [key for key, _ in keys], 0
    left = list(handed)
    for code in codes:
        assert len(code) >= SHORTEST_SCAN
    scanned = sum(len(code) + 1 for code in codes)
    assert len(rest) == len(handed) + scanned
    waiting = list(codes)
    while position < len(rest):
        if left and rest[position] == left[0] and not _starts(rest, position, waiting, left):
            left.pop(0)
            position += 1
            continue
        code = waiting.pop(0)
        assert rest[position : position + len(code) + 1] == [*code, "\r"]
        position += len(code) + 1
    assert not left
    assert not waiting


def _starts(rest: list[str], position: int, waiting: list[str], left: list[str]) -> bool:
    """Whether the next scan begins here: the keys spell it and the rest cannot all be handed-on keys."""
    if not waiting:
        return False
    code = waiting[0]
    if rest[position : position + len(code) + 1] != [*code, "\r"]:
        return False
    return rest[position : position + len(code) + 1] != left[: len(code) + 1]
