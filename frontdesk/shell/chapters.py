"""Which chapter of the manual belongs to which screen, by its heading in Chinese and in English."""

from __future__ import annotations

from frontdesk.locale import current_language

CHAPTERS: dict[str, tuple[str, str]] = {
    "access": ("谁能做什么", "Who may do what"),
    "activities": ("一天的活动", "A day's sessions"),
    "assignments": ("服务安排", "Assignments"),
    "attendance": ("签到", "Attendance"),
    "attendance.penalties_title": ("缺席和限制报名", "No-shows and restrictions"),
    "attendance.sheets_title": ("签到表和报名票", "Sheets and tickets"),
    "audit": ("操作记录", "The audit log"),
    "backup_screen": ("每天自动备份", "A backup every day"),
    "backup_usb": ("备份到U盘", "A backup on a stick"),
    "brief": ("研判简报", "The weekly brief"),
    "brief.totals_title": ("成效统计", "Impact totals"),
    "check": ("检查", "The check"),
    "checkin.screen": ("忘记签退和更正", "Forgotten exits and corrections"),
    "checkin.screen.group.title": ("整队签到", "Team check-in"),
    "checkin.screen.refusals.title": ("刷卡被拒绝时", "When a scan is refused"),
    "closing": ("交报表", "Hand the week over"),
    "comments": ("意见和常用词", "Comments and frequent words"),
    "exchange": ("粘贴框", "The paste box"),
    "feedback": ("评价", "Ratings"),
    "feedback.records.title": ("评价明细和导出", "Ratings one by one, and export"),
    "feedback.services.title": ("评价对象", "What can be rated"),
    "feedback.slips.title": ("代录和纸质评价单", "On behalf of somebody, and paper slips"),
    "fees": ("收费和退费", "Fees and refunds"),
    "followup": ("差评工单", "Follow-ups of bad ratings"),
    "hours.screen": ("服务时长", "Hours of service"),
    "hours.screen.certificates_title": ("志愿服务证明", "Certificates"),
    "hours.screen.notices_title": ("时长公示", "Public notices"),
    "imports": ("导入办公室的表格", "Import the office's sheets"),
    "indicators": ("指标是怎么算的", "How indicators are counted"),
    "keychange": ("换加密密钥", "Changing the field key"),
    "letters": ("信息报送", "Letters to the street office"),
    "monthly": ("月度项目清单", "The monthly list"),
    "monthly.demand": ("居民需求", "Demands"),
    "notices": ("区里的通知", "Notices from the district"),
    "parked_screen": ("待核的卡", "Parked cards"),
    "privacy": ("个人信息", "Personal data"),
    "privacy.retention.title": ("保存期限", "Retention"),
    "recovery_key": ("恢复密钥", "The recovery key"),
    "register": ("志愿者详情和达人库", "A volunteer's details and the talent pool"),
    "reports": ("看数字和导出", "Figures and export"),
    "residents": ("居民名册", "Register of residents"),
    "restore_screen": ("恢复演练", "Rehearsing a restore"),
    "review": ("部门评价", "Reviews of departments"),
    "rooms": ("场地和预约", "Rooms and bookings"),
    "roster_order": ("岗位与AB角备案", "Posts, A and B: the standing order"),
    "roster_screen": ("值班表", "The roster"),
    "safety": ("安全", "Safe-keeping"),
    "series": ("系列活动", "Series"),
    "settings": ("本中心的设置", "The centre's settings"),
    "signup_screen": ("报名", "Sign-up"),
    "signup_screen.queue.title": ("候补和通知", "The queue and people to tell"),
    "signup_screen.tell.title": ("候补和通知", "The queue and people to tell"),
    "staff": ("登录和锁定", "Sign in and lock"),
    "staff.list.title": ("给同事密码和权限", "Give your colleagues PINs and roles"),
    "staff.wizard.title": ("新建中心", "Set the centre up"),
    "statistics": ("评价统计", "Statistics of ratings"),
    "sync_screen": ("上报和同步", "Submit and sync"),
    "today": ("今天", "Today"),
    "usb_screen": ("没有网络：用U盘", "Without a network: a USB stick"),
    "volunteers": ("志愿者", "Volunteers"),
}
"""By the area of a screen, or by area and title where one area has several screens."""


def chapter_of(area: str, title_key: str) -> str | None:
    """The heading of a screen's chapter in the language in force; None for a screen that has none."""
    headings = CHAPTERS.get(f"{area}.{title_key}") or CHAPTERS.get(area)
    return headings[current_language() != "zh_CN"] if headings else None
