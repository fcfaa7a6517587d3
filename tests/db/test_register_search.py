"""Everybody in the register is found by whatever a person may type of them, however many others there are."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from db.volunteers import Volunteer
from frontdesk.common.names import is_han
from frontdesk.common.pinyin import search_terms
from frontdesk.context import Context
from frontdesk.demo.names import COMPOUND, MEN, RARE, READ_OTHERWISE, SURNAMES, WOMEN
from frontdesk.volunteers.register import service as register
from tests.bench.volunteers import YARDSTICK, fill, keystroke, new_centre, typed_texts
from tests.desks import passing_desk

GIVEN = [given for generation in (*WOMEN, *MEN) for given in generation] + list(RARE)
names = st.builds(
    lambda surname, first: surname + first,
    st.sampled_from([*SURNAMES, *READ_OTHERWISE, *COMPOUND]),
    st.sampled_from(GIVEN),
)
people = st.lists(st.tuples(names, st.integers(0, 9999)), min_size=1, max_size=12)


def store_all(context: Context, wanted: list[tuple[str, int]]) -> list[Volunteer]:
    made = []
    with context.change("test.filled", "centre") as connection:
        for number, (name, tail) in enumerate(wanted):
            made.append(Volunteer(no=f"{310001 + number:07d}", name=name))
            register.store(context, connection, made[-1], f"1541234{tail:04d}")
    return made


def found(context: Context, text: str) -> list[str]:
    return [volunteer.no for volunteer in register.find(context, text)]


@settings(max_examples=25)
@given(people)
def test_every_name_is_found_by_each_character_pinyin_initials_tail_and_number(wanted: list[tuple[str, int]]) -> None:
    with passing_desk() as (context, _):
        for volunteer, (name, tail) in zip(store_all(context, wanted), wanted, strict=True):
            latin = [term for term in search_terms(name) if term.isascii()]
            texts = [name, *(one for one in name if is_han(one)), *latin, f"{tail:04d}", volunteer.no]
            texts += [term[:length] for term in latin for length in range(1, len(term))]
            assert [text for text in texts if volunteer.no not in found(context, text)] == []


@settings(max_examples=15)
@given(people, st.sampled_from(["z", "l", "王", "wang", "0310", "3", "fang"]))
def test_everybody_comes_once_and_whoever_has_just_this_term_comes_first(
    wanted: list[tuple[str, int]], text: str
) -> None:
    with passing_desk() as (context, _):
        store_all(context, wanted)
        answer = found(context, text)
        assert len(answer) == len(set(answer))
        exact = [text in search_terms(register.get(context, no).name) for no in answer]
        assert exact == sorted(exact, reverse=True)


def test_a_changed_name_and_phone_are_found_and_the_old_ones_are_not() -> None:
    with passing_desk() as (context, _):
        made = register.add(context, {"name": "单雄信", "phone": "154 0000 1234"})
        register.change(context, made.no, {"name": "曾国庆", "phone": "15400005678"})
        assert found(context, "单") == found(context, "sxx") == found(context, "1234") == []
        assert found(context, "zgq") == found(context, "5678") == [made.no]
        register.change(context, made.no, {"phone": "-"})
        assert found(context, "5678") == []
        assert found(context, "曾") == [made.no]


def test_search_reads_only_as_many_rows_as_it_shows(tmp_path: object) -> None:
    """The plan of the statement walks the index in its order: nothing is grouped or sorted."""
    with passing_desk() as (context, _):
        plan = " ".join(
            row["detail"]
            for row in context.database.connection.execute(
                "EXPLAIN QUERY PLAN SELECT ref FROM search_term WHERE kind = ? AND term >= ? AND term < ? "
                "ORDER BY term, ref",
                ("volunteer", "z", "z\U0010ffff"),
            )
        )
        assert "TEMP B-TREE" not in plan
        assert "SEARCH search_term USING PRIMARY KEY" in plan


def test_what_the_benchmark_types_finds_the_same_people_as_the_statement_written_by_hand() -> None:
    with passing_desk() as (_, folder):
        context = new_centre(folder / "bench")
        made = fill(context, 400)
        for text in typed_texts(made, 120):
            by_hand = context.database.connection.execute(YARDSTICK, (text, text + "\U0010ffff", 100_000)).fetchall()
            tail = len(text) == 4 and text.isdigit()
            wanted = list(dict.fromkeys(row["no"] for row in by_hand))
            assert tail or found(context, text)[: register.SEARCH_LIMIT] == wanted[: register.SEARCH_LIMIT]
            # Less than four digits of a phone find nobody by it.
            assert found(context, text) or text.isdigit()
        here = [row for row in keystroke(context, made[0].name) if row[2] == "here"]
        assert [row[0] for row in here] == [made[0].no]
        context.database.close()


@settings(max_examples=20)
@given(st.sets(st.integers(1, 9_999_999), max_size=40), st.integers(0, 45), st.integers(1, 20))
def test_a_page_by_place_is_the_same_slice_of_everybody_whichever_end_it_is_read_from(
    numbers: set[int], place: int, limit: int
) -> None:
    with passing_desk() as (context, _):
        with context.change("test.filled", "centre") as connection:
            for number in numbers:
                register.store(context, connection, Volunteer(no=f"{number:07d}", name="张三"), "")
        everybody = [f"{number:07d}" for number in sorted(numbers)]
        assert register.count(context) == len(everybody)
        assert [one.no for one in register.page(context, place, limit)] == everybody[place : place + limit]
        assert [one.no for one in register.page(context, place, limit, state="left")] == []
        for at, no in enumerate(everybody):
            assert register.place_of(context, no) == at
