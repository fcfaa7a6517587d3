"""Frequent terms: what many said is found, and what one person said never is."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from frontdesk.feedback.words.cutting import dictionary_cut
from frontdesk.feedback.words.rules import Answer, Cut, Term, frequent_terms

SAID = (
    "希望多开书法课",
    "书法课很好，老师耐心",
    "态度热情，服务好",
    "工作人员态度热情",
    "等得太久，排队时间长",
    "排队时间长，窗口少",
    "书法课名额太少",
    "排队排了一小时",
)


def by_spaces(sentence: str) -> list[str]:
    """Words as a dictionary would find them, where they stand apart."""
    return sentence.split()


def words(found: list[Term]) -> dict[str, int]:
    return {one.word: one.answers for one in found}


def test_without_a_dictionary_terms_are_runs_of_characters_that_many_wrote() -> None:
    found = words(frequent_terms([Answer(text) for text in SAID], 2, 20))
    assert found["书法课"] == 3
    assert found["排队"] == 3
    assert found["态度热情"] == 2
    # Parts of a term that are said by nothing else are no terms of their own.
    assert not {"书法", "法课", "度热", "度热情"} & set(found)


@pytest.mark.parametrize(
    ("said", "term"),
    [
        ("没人接电话", "没人接电话"),
        ("打了三次，没有人接电话！", "没有人接电话"),
        ("电话没人接", "电话没人接"),
        ("态度不好", "态度不好"),
        ("不是特别热情", None),
        ("不太方便", "不太方便"),
        ("未及时回复", "未及时回复"),
        ("无人值班 电梯坏了", "无人值班"),
        ("别推来推去", "别推来推"),
    ],
)
def test_a_negation_is_never_cut_off_a_term(said: str, term: str | None) -> None:
    found = words(frequent_terms([Answer(said)] * 5, 5, 20))
    assert term is None or term in found
    assert not {"人接电话", "接电话", "有人接电话", "热情", "方便", "太方便", "及时", "回复", "值班"} & set(found)


def test_what_only_looks_like_a_negation_turns_nothing_into_its_opposite() -> None:
    found = words(frequent_terms([Answer("特别耐心"), Answer("不但耐心"), Answer("老师不错，耐心")], 3, 20))
    assert found == {"耐心": 3}


@given(st.lists(st.text("没有不无未人接电话好很太，", min_size=1, max_size=12), min_size=2, max_size=6))
def test_no_term_stands_right_behind_a_negation_wherever_it_was_said(said: list[str]) -> None:
    for term in frequent_terms([Answer(text) for text in said], 2, 50):
        holding = [text for text in said if term.word in text]
        free = [text for text in holding if not re.search(f"[没不无未]{term.word}", text)]
        assert free or term.word[0] in "没不无未"
        assert term.word[-1] not in "没不无未"


def test_with_a_dictionary_terms_are_its_words() -> None:
    cut = dictionary_cut()
    if cut is None:
        pytest.skip("jieba is not installed: pip install 'frontdesk[words]'")
    found = words(frequent_terms([Answer(text) for text in SAID], 2, 20, cut))
    assert found["书法课"] == 3
    assert found["态度"] == 2
    assert "，" not in found


def test_case_and_width_do_not_make_another_word() -> None:
    answers = [Answer("ＷｉＦｉ too slow"), Answer("wifi"), Answer("WiFi!")]
    assert words(frequent_terms(answers, 3, 9)) == {"wifi": 3}


def test_who_wrote_the_same_five_times_under_one_name_counts_once() -> None:
    often = [Answer("电梯坏了", "r7")] * 5
    assert frequent_terms(often, 2, 9) == []
    assert words(frequent_terms([*often, Answer("电梯坏了")], 2, 9)) == {"电梯": 2}


@given(
    st.lists(
        st.tuples(st.text("书法课排队态度好长 wifi，", max_size=14), st.sampled_from(("", "", "r1", "n张"))),
        max_size=14,
    ),
    st.integers(2, 6),
    st.sampled_from((None, by_spaces)),
)
def test_a_term_is_in_the_words_of_as_many_raters_as_the_minimum(
    said: list[tuple[str, str]], minimum: int, cut: Cut | None
) -> None:
    answers = [Answer(text, who) for text, who in said]
    for term in frequent_terms(answers, minimum, 50, cut):
        holding = [(place, one) for place, one in enumerate(answers) if term.word in one.text.casefold()]
        raters = {one.who or place for place, one in holding}
        assert len(raters) >= term.answers >= minimum


STAND_IN = """
class Tokenizer:
    initialized = False
    def get_dict_file(self):
        return None
    def gen_pfdict(self, file):
        return {}, 0
    def cut(self, sentence):
        assert self.initialized
        return sentence.split()
"""
STARTED = """
import sys
import frontdesk.shell.app, frontdesk.shell.kiosk, frontdesk.feedback.screen, frontdesk.feedback.commands
from frontdesk import cli
from frontdesk.feedback import service
from frontdesk.feedback.words import cutting, screen, service, terms_screen
cli.run(["--help"])
cli.run(["rating", "--help"])
print("loaded" if "jieba" in sys.modules else "not loaded")
print(*cutting.dictionary_cut()("a b"), "jieba" in sys.modules)
"""


def test_the_dictionary_is_loaded_when_terms_are_asked_for_and_by_nothing_that_starts_the_program(
    tmp_path: Path,
) -> None:
    # A stand-in on the path: where jieba is missing it could not be loaded by mistake either.
    (tmp_path / "jieba.py").write_text(STAND_IN)
    path = os.pathsep.join([str(tmp_path), os.environ.get("PYTHONPATH", "")])
    done = subprocess.run(
        [sys.executable, "-c", STARTED],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
        env={**os.environ, "PYTHONPATH": path, "PYTHONIOENCODING": "utf-8"},
    )
    assert done.stdout.splitlines()[-2:] == ["not loaded", "a b True"]
    assert done.stderr == ""
