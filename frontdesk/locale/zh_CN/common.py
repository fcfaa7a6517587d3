"""共用词语：星期、期号。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "weekday.1": "周一",
    "weekday.2": "周二",
    "weekday.3": "周三",
    "weekday.4": "周四",
    "weekday.5": "周五",
    "weekday.6": "周六",
    "weekday.7": "周日",
    "period.day": "{year}年{month}月{number}日",
    "period.week": "{year}年第{number}周",
    "period.week_of_month": "{year}年{month}月第{number}周",
    "period.half_month.1": "{year}年{month}月上半月",
    "period.half_month.2": "{year}年{month}月下半月",
    "period.dates.days": "{year}年{month}月{day}日至{last_day}日",
    "period.dates.months": "{year}年{month}月{day}日至{last_month}月{last_day}日",
    "period.dates.years": "{year}年{month}月{day}日至{last_year}年{last_month}月{last_day}日",
    "period.month": "{year}年{number}月",
    "period.quarter": "{year}年第{number}季度",
    "period.year": "{year}年",
    "error.font_unreadable": "{setting} 指定的字体 {path} 打不开。请改成一个 .ttf、.otf 或 .ttc 文件，或取消这项设置。",
    "file.open_elsewhere": "别的程序正打开着它",
    "file.no_right": "没有权限写到这里",
    "file.disk_full": "磁盘满了",
    "file.no_folder": "没有这个文件夹",
    "file.no_file": "这里不能放文件",
    "file.name_too_long": "文件名太长",
    "workbook.pages": "第 {page} 页，共 {pages} 页",
    "workbook.empty": "本周期没有记录",
}
