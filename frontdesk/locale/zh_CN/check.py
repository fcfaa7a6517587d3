"""检查数据文件。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "sync_astray": "同步中有 {count} 处与区里签名的内容不符，第一处是{first}。请从备份恢复，并在发送之前联系区里。",
    "sync_astray.report": "报告 {subject}",
    "sync_astray.receipt": "{subject} 的回执",
    "sync_astray.document": "文件 {subject}",
    "sync_astray.district_key": "区里的密钥 {subject}",
    "sync_astray.enrolment": "密钥 {subject} 的登记",
    "skipped_documents": "区里的第 {numbers} 号文件无法验证或看不懂，没有保存；以后同步时会再取。请更新程序，或请区里重发。",
    "sound": "数据文件完好，{count} 条操作记录首尾相连。",
    "page_faults": "数据文件已损坏。请停止使用，保留原文件，用最近的备份恢复。SQLite 的说明：",
    "broken_references": "有 {count} 行指向不存在的记录。请保留原文件，用最近的备份恢复。",
    "broken_entry": "操作记录从第 {entry} 条起对不上（共 {count} 条）：有人绕过程序改过。请保留原文件，与备份核对后报告负责人。",
    "supplements_astray": "有 {count} 条补录与操作记录对不上，第一条编号是 {id}：有人绕过程序改过。请保留原文件，与备份核对后报告负责人。",
    "displaced_astray": "有 {count} 人次的一天，补录被实计时长占去的部分与重新计算的对不上，第一处是 {no} {day}：有人绕过程序改过。请保留原文件，与备份核对后报告负责人。",
    "signups_astray": "有 {count} 条报名与报名记录对不上，第一条是 {session} 的第 {number} 号：有人绕过程序改过。请保留原文件，与备份核对后报告负责人。",
    "lists_astray": "有 {count} 场活动与已发布的月度清单及其变更对不上，第一场是 {month} 的 {session}：有人绕过程序改过。请保留原文件，与备份核对后报告负责人。",
    "follow_ups_astray": "有 {count} 张差评工单与办理记录对不上，第一张是 {number}：有人绕过程序改过。请保留原文件，与备份核对后报告负责人。",
    "visits_astray": "有 {count} 次志愿服务与签到记录对不上，第一次是 {no} 在 {day} 的第 {number} 次：有人绕过程序改过。请保留原文件，与备份核对后报告负责人。",
    "letters_astray": "{count} 篇信息稿和它的审核、报送记录不一样（第一处：第 {number} 号）：有人绕过程序改过。请保留原文件，与备份核对后报告负责人。",
    "closings_astray": "{count} 版结账数字和结账时不一样（第一处：{period} 第 {edition} 版）。"
    "数据文件被别的程序改过，请从备份恢复，并报告街道。",
}
