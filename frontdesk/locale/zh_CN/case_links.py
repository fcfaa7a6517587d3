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
    "help.loop": "需求到评价走到哪一步：demand:编号、记录的编号、session:编号",
    "help.from": "从需求、活动或另一条记录登记一条，内容先填好",
    "loop.demand": "需求 {number} {words}（{asked} 人，{state}）",
    "loop.order": "{number} {title}（{state}）",
    "loop.session": "活动 {code} {title}（{state}）",
    "loop.held": "活动 {code} {title}，到场 {attended} 人次",
    "loop.rated": "，评价 {n} 份，满意率 {rate}（{low}～{high}）",
    "loop.few": "，评价不满 {least} 份，不显示",
    "loop.stands": "走到：{state}",
    "stands.asked": "有需求，还没有点单",
    "stands.ordered": "已点单，还没有排活动",
    "stands.planned": "已排活动，还没有办",
    "stands.held": "已办，评价还不够",
    "stands.rated": "已评价",
    "stands.stopped": "点单没有办成",
    "belong": "事项 {numbers}",
    "no_definition": "这种制度的文件不在了，只能看。",
    "folder_right": "自己的定义文件都能用。",
}
