"""签到、签退、撤销、更正、待核、集体签到。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.nothing_to_undo": "{no} 今天没有可以撤销的刷卡。更早的服务请用“更正”或“作废”。",
    "error.undo_needs_manager": "已超过 {minutes} 分钟，只有负责人能撤销。请负责人登录后写明原因再撤销。",
    "error.reason_required": "请写明原因再试一次：原因会留在记录里。",
    "error.unknown_visit": "没有 {no} 在 {day} 的第 {number} 次服务。请核对编号、日期和次序。",
    "error.visit_annulled": "这次服务已作废，不能再改。需要时请补录一次新的。",
    "error.other_day": "签到时间必须在 {day} 当天。换日期请先作废这一次，再在那一天补录。",
    "error.ends_before_it_begins": "签退必须晚于签到。请核对两个时间。",
    "error.in_future": "签退时间还没有到。请填已经过去的时间。",
    "error.too_long_ago": "日期早于 {day}。请核对年份。",
    "error.past_midnight": "签退最晚只能到 {limit}。过夜的服务请先记到跨夜的服务安排上。",
    "error.overlaps": "与同一人的另一次服务（{limit}）重叠。请改时间，或先更正、作废那一次。",
    "error.above_planned": "补录时长不能超过计划时长，这里最多还能记 {minutes} 分钟。请缩短时间，或改记到别的安排。",
    "error.unknown_assignment": "没有编号为 {id} 的服务安排。请核对编号。",
    "error.unknown_session": "没有编号为 {code} 的活动场次。请核对编号。",
    "error.credit_other_day": "“{title}”不在 {day}。请选当天的服务安排或场次。",
    "error.unknown_exit": "编号 {id} 不是待核的签退，可能已经处理过。请重新打开待核列表。",
    "error.day_not_over": "{day} 还没有过完，不能结算。请明天再试。",
    "error.not_pending": "这次服务不在待核之列。要改请用“更正”。",
    "error.no_answer": "还没有填任何答复。请勾选同意后再继续。",
    "error.guardian_name_required": "请填写监护人姓名。",
    "error.bad_phone": "监护人电话不完整。请填写手机号，或带区号的座机号。",
    "days_closed": "前几天忘记签退的 {count} 人次已按规则推定，请到志愿者页面核对。",
    "help.direction": "auto 轮流签到签退；in 只签到；out 只签退",
    "help.force": "放行可以放行的拒绝（卡未生效、已到期、一天只限一次；负责人还可放行暂停）",
    "help.reason": "原因",
}
