"""导入办公室的表格。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "help.staff": "导入工作人员名册",
    "help.volunteers": "导入志愿者名册",
    "help.sessions": "导入活动计划",
    "help.signups": "导入报名表",
    "help.attendance": "导入签到表",
    "help.ratings": "导入评价",
    "help.dry_run": "只检查和计数，什么也不写入",
    "blank": "（空）",
    "rejected": "第 {row} 行，“{column}”列，“{value}”：{reason}",
    "nothing_written": "共 {read} 行，有 {rejected} 格不能接受，什么也没有写入。请改正后重新导入。",
    "done": "共 {read} 行：新增 {added}，更改 {changed}，未变 {unchanged}。",
    "would": (
        "共 {read} 行：将新增 {added}，将更改 {changed}，未变 {unchanged}。"
        "这是试运行，什么也没有写入；去掉 --dry-run 即正式导入。"
    ),
    "reason.unknown_session": "没有这个编号的活动。请先导入活动计划，或改正编号。",
    "reason.session_cancelled": "这场活动已取消。如果实际举行了，请先在界面上恢复；否则请删去这一行。",
    "reason.attendance_recorded": "这场活动已有签到记录。请先撤回签到再取消，或改正备注。",
    "reason.unclear_cancellation": "看不出这场活动是否取消。如已取消，请写“取消:原因”；否则请换个开头。",
    "reason.no_sign_up": "这场活动没有这个姓名和手机尾号的报名。请改正，或记为散客。",
    "reason.ambiguous_sign_up": "这场活动有几个报名的姓名和手机尾号相同。请在界面上登记这一位，并删去这一行。",
    "reason.sign_up_cancelled": "这个报名已取消。请在界面上重新报名，或记为散客。",
    "reason.walk_in_came": "散客只记到场的人。请写“到场”，或删去这一行。",
}
