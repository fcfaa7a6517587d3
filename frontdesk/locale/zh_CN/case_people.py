"""一个人的数据里，事项和台账各栏的说法。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "number": "编号",
    "mechanism": "制度",
    "field": "栏目",
    "said": "内容",
    "state": "状态",
    "opened_on": "开始",
    "ended_on": "办结",
    "at": "时间",
    "step": "步骤",
    "reason": "说明",
    "help.dates": "按现在的日历、设置和制度重算所有没办完事项的期限",
    "dated": "已经重算：{count} 件事项的期限变了。",
}
