"""事项和台账的关联。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "other.case": "记录",
    "other.demand": "需求",
    "other.session": "活动",
    "other.follow_up": "差评工单",
    "other.letter": "信息",
    "held": "已办",
    "line": "关联{what} {ref} {title}（{state}）",
    "gone": "关联{what} {ref}（已经没有了）",
    "help.link": "关联到另一条记录的编号，或 demand:编号、session:编号、follow_up:编号、letter:编号",
    "help.unlink": "取消关联，要写理由",
}
