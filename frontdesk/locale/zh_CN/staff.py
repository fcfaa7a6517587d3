"""工作人员与登录。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "role.operator": "操作员",
    "role.manager": "负责人",
    "role.auditor": "审计员(只读)",
    "ask_new_pin": "为 {no} 设置密码(4 至 12 位数字)",
    "centre_made": "已新建“{name}”,数据在 {path}。",
    "no_pin_yet": "{no} 还没有密码:第一次打开 frontdesk 登录时请设置。",
    "pin_set": "已设置 {no} 的密码。",
    "role_set": "{no} 现在是{role}。",
    "help.list": "列出工作人员",
    "help.pin": "为某人设置密码(FRONTDESK_NEW_PIN 或现场输入)",
    "help.role": "设置某人的权限",
}
