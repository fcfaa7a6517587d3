"""Words of sending received reports once more."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "help": "把区里收过的报表再送一次，全部或指定 PERIOD：区里恢复了旧备份时用",
    "help.since": "区里在这一天及以后收到的，如 2026-11-20",
    "usage": "写报告期，或用 --since 写日期，两者只用一个。",
    "progress.held": "[{done}/{total}] {period} 第 {revision} 版：区里有",
    "progress.taken": "[{done}/{total}] {period} 第 {revision} 版：区里重新收下",
    "progress.refused": "[{done}/{total}] {period} 第 {revision} 版：被退回（{reason}）",
    "progress.failed": "[{done}/{total}] {period} 第 {revision} 版：没有答复（{reason}）",
    "done": "区里都有了：{held} 份本来就有，{taken} 份重新收下。本中心的记录没有变化。",
    "nothing": "还没有区里收过的报表可以再送。",
    "error.none_received": "区里没有收过本中心 {period} 的报表。请看“frontdesk sync status”；未送出的用“frontdesk sync”送。",
    "error.not_answered": "有 {left} 份没有再送到（{problem}），本中心的记录没有变化。请检查网络，再运行一次同一命令；份数很多时写明报告期，或用晚一些的日期。",
    "error.not_taken": "区里退回了 {refused} 份；{held} 份本来就有，{taken} 份重新收下。本中心的记录没有变化。"
    "请把原因告诉区里；区里收不下的，请用更正再上报一次。",
}
