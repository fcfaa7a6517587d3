"""值守。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.unknown_staff": "没有工号为 {no} 的工作人员。请核对工号。",
    "day": "{month}月{day}日 {weekday}",
    "violation.vacant_acting": "{day} {shift} {post} 没有人当班（空岗）。",
    "violation.vacant_standby": "{day} {shift} {post} 没有备班，当班的人缺勤就会空岗。",
    "violation.unqualified": "{name} 不是{post}的 A角、B角，也没有考核合格，不能站这个岗。",
    "violation.lapsed": "{name} 站{post}所需的证书 {until} 到期，{day} 已失效。",
    "violation.away": "{name} {day} 不在（请假或缺勤 {first} 至 {last}）。",
    "violation.weekday": "{name} 的合同不含{day}这一天。",
    "violation.too_early": "{starts} 上班太早：{name} 最早 {earliest}。",
    "violation.too_late": "{ends} 下班太晚：{name} 最晚 {latest}。",
    "violation.both_roles": "{name} {day} 在{post}既当班又备班，必须是两个人。",
    "violation.acts_twice": "{name} {day} {starts} 至 {ends} 同时在 {posts} 当班，一个时段只能在一个岗位当班。",
    "violation.three_posts": "{name} {day} {starts} 至 {ends} 要管 {posts}，兼岗最多两个岗位。",
    "violation.double_duty": "{name} {day} {starts} 至 {ends} 兼岗：{posts}。",
    "violation.backs_twice": "{name} {day} {starts} 至 {ends} 同时给 {posts} 备班，一个时段只能备一个岗位。",
    "violation.cover_not_shared": "{post}的备班不得兼岗，{name} {day} 正在{other}当班。",
    "violation.overlap": "{name} {day} 的班到 {ends}，与 {next_day} {starts} 开始的班时间重叠。",
    "violation.two_shifts": "{name} {day} 排了两个班次：{shifts}，一天只能上一个。",
    "violation.rest": "{name} {day} {ends} 下班，{next_day} {starts} 上班，只隔 {hours} 小时（至少 {minimum} 小时）。",
    "violation.sequence": "{name} {day} 上{shift}，第二天不得接{next_shift}。",
    "violation.max_run": "{name} 从 {first} 到 {last} 连续上 {days} 天班（最多 {maximum} 天）。",
    "violation.min_run": "{name} 从 {first} 到 {last} 只连续上 {days} 天班（至少 {minimum} 天）。",
    "violation.min_days_off": "{name} {first} 下班到 {last} 上班之间只休息 {days} 天（至少 {minimum} 天）。",
    "violation.weekly_hours": "{name} 在 {week} 那一周共 {hours} 小时（最多 {maximum} 小时，备班一样计时）。",
    "violation.monthly_hours": "{name} {month} 共 {hours} 小时（最多 {maximum} 小时，备班一样计时）。",
    "violation.max_weekends": "{name} {month} 有 {count} 个周末上班（最多 {maximum} 个）。",
    "violation.ab_both_away": "{post}的 A角、B角 {day} 都不在：{names}。",
}
