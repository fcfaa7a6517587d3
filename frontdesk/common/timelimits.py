"""Time limits of cases and of following up bad ratings, in working days. Pure data.

Source of every row: mechanisms §4, whose own sources `source` names. What a source does not limit is None: the
state-level principle (国办发〔2019〕51号) sets no day.
"""

from __future__ import annotations

from typing import NamedTuple


class Preset(NamedTuple):
    """Limits in working days, make-up workdays counted. None: the source sets none.

    `first_contact`, `simple` and `complex` count from the day on which the centre came to know of the matter,
    `call_back` from the day of the result; `notice` is how many days over a limit a notice has to be made of it.
    """

    first_contact: int | None
    simple: int | None
    complex: int | None
    call_back: int | None = None
    notice: int | None = None
    source: str = ""


PRESETS: dict[str, Preset] = {
    "sh_1_5_15": Preset(1, 5, 15, source="上海 好差评、办不成事：1、5、15 个工作日（sdb.sh.gov.cn 2025）"),
    "rz_123": Preset(1, 2, 3, call_back=5, source="汝州 人社“123”，5 日内再回访满意度"),
    "dz_5": Preset(None, 5, 5, source="德州，实名差评回访率 100%"),
    "ms_15": Preset(None, 15, 15, source="眉山，回访和答复 100%"),
    "qp_5": Preset(None, 5, None, source="奉贤 办不成事：5 个工作日内有结果，电话回访"),
    "hotline_7_15": Preset(None, 7, 15, source="12345 通俗文章 2025，未见正式文本"),
    "hotline_3_13": Preset(None, 3, 13, call_back=1, notice=5, source="某局 12345 规则：咨询求助 3、批评投诉 13"),
    "none": Preset(None, None, None, source="不设时限"),
}
"""By the code that the setting `follow_up_preset` has."""


def preset_of(code: str) -> Preset:
    """The limits of a preset; none at all for a code that nobody knows any more."""
    return PRESETS.get(code, PRESETS["none"])
