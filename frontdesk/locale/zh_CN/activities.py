"""活动登记。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.unknown_session": "没有编号为 {code} 的活动。请核对编号,或先导入活动计划。",
    "error.session_cancelled": "“{name}”已取消,不能再登记。请选择其他场次,或先恢复这一场。",
    "error.missing_name": "没有填姓名。请填写报名人的姓名。",
    "error.bad_phone": "“{value}”不是电话号码。请核对后重填。",
    "error.bad_party_size": "人数要在 1 至 {largest} 之间。请改正。",
    "error.already_signed_up": "{name} 已经报过名,编号 {seq_no}。不用再报。",
    "error.unknown_registration": "这条报名已不在名单上。请刷新名单。",
    "error.already_attended": "已经登记了到场情况。请先撤销到场登记,再取消报名。",
    "error.bad_head_count": "散客人数要在 0 至 9999 之间。请改正。",
    "error.missing_reason": "没有填原因。取消活动要写明原因。",
    "error.attendance_recorded": "“{name}”已有到场登记,不能取消。请先撤销到场登记。",
}
