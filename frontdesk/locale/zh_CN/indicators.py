"""指标：定义、数值和背后的记录的中文用语。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "title": "指标明细",
    "error.unknown_indicator": "没有指标“{code}”。用 frontdesk indicator list 查看全部指标。",
    "error.never_adds": "指标“{code}”数的是不重复的人，各期之和会重复计算。请直接查询整个时段。",
    "error.mixed_values": "指标“{code}”的几个数值种类不同，不能相加。请用同一指标、同一版本的数值。",
    "error.bad_definition": "指标定义文件 {file} 的 {entry}（{key}）有误：{reason}。请改正后重新打开程序。",
    "no_rate": "没有可算的数",
    "rate": "{k}/{n} = {rate}（95% 区间 {low} - {high}）",
    "joint": "；",
    "yuan": "{yuan} 元",
    "no_key": "（未填）",
    "none": "这一期没有记录可列。",
    "many": "{count} 行",
    "command.earlier": "上一期",
    "command.earlier.help": "同一指标，上一期",
    "command.later": "下一期",
    "command.later.help": "同一指标，下一期",
    "command.close": "返回",
    "command.close.help": "回到报表",
    "channel.desk": "前台",
    "channel.phone": "电话",
    "channel.hotline": "热线",
    "channel.online": "网上",
    "channel.import": "导入",
    "service_kind.visit": "到岗",
    "service_kind.supplement": "补录",
    "use_kind.session": "活动",
    "use_kind.booking": "预约",
}
