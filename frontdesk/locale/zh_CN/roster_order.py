"""岗位与AB角备案。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "help.order": "岗位与AB角备案：岗位、班次、开放时间、合同、能力",
    "error.unknown_plan": "没有编号为 {id} 的排班草案。请先看 frontdesk roster plan 列出的编号。",
}
