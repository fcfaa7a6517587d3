"""No row of a workbook says who rated: subjects are named from five answers up, and the order tells nothing."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from db.feedback import Rating
from frontdesk.reports.anonymity import anonymous_rows

MINIMUM = 5


def rating(key: int, subject: str, level: int = 5, day: str = "2026-11-09", comment: str = "") -> Rating:
    return Rating(
        key=key.to_bytes(16, "big"),
        day=day,
        known_on=day,
        subject_kind="session",
        subject=subject,
        level=level,
        comment=comment,
        channel="kiosk",
    )


ratings = st.lists(
    st.builds(
        rating,
        st.integers(0, 2**64),
        st.sampled_from(["S1", "S2", "S3", "S4"]),
        st.integers(1, 5),
        st.sampled_from(["2026-11-09", "2026-11-10"]),
        st.sampled_from(["", "好", "慢"]),
    ),
    max_size=30,
)


@given(ratings)
def test_a_subject_is_named_from_five_answers_up_and_the_rest_only_together(
    given: list[Rating],
) -> None:
    answers = Counter(one.subject for one in given)
    rows = anonymous_rows(given, MINIMUM, "其他")
    shown = Counter(row.subject for row in rows)
    others = shown.pop("其他", 0)
    assert shown == Counter({subject: n for subject, n in answers.items() if n >= MINIMUM})
    few = sum(n for n in answers.values() if n < MINIMUM)
    assert others == (few if few >= MINIMUM else 0)
    assert all((row.day is None) == (row.subject == "其他") for row in rows)


@given(ratings, st.randoms(use_true_random=False))
def test_the_order_of_the_answers_does_not_show(given: list[Rating], chance: object) -> None:
    turned = given[:]
    chance.shuffle(turned)  # type: ignore[attr-defined]
    assert anonymous_rows(turned, MINIMUM, "其他") == anonymous_rows(given, MINIMUM, "其他")


def test_the_only_answer_of_a_session_is_not_listed_in_a_week_with_five() -> None:
    given = [*(rating(n, "综合服务台") for n in range(5)), rating(9, "S1", 1, comment="老师迟到")]
    rows = anonymous_rows(given, MINIMUM, "其他")
    assert {row.subject for row in rows} == {"综合服务台"}
    assert len(rows) == 5
