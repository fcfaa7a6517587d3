"""放假安排：节假日和调休上班日。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "help.out": "写到哪个 .xlsx 文件",
    "help.show": "列出一年或一月的节假日和调休上班日，如 2026、2026-10；不写就是今年",
    "help.set": "改正某一天：holiday 放假，makeup 调休上班，clear 恢复为平常的日子",
    "help.name": "名称，如 春节",
    "help.export": "写成表格，别的中心可以直接导入；不写 --period 就是今年和以后各年",
    "help.period": "只写这一期，如 2027",
    "unknown": "注意：{year} 年的放假安排尚未录入，暂按周一至周五上班计算。通知发布后，请用 frontdesk import calendar 导入。",
    "working_days": "{period}：{count} 个工作日",
    "worked": "上班",
    "not_worked": "休息",
    "exported": "已把 {count} 天写到 {out}。",
    "kind.holiday": "休",
    "kind.makeup": "班",
    "kind.mon": "平日",
    "kind.tue": "平日",
    "kind.wed": "平日",
    "kind.thu": "平日",
    "kind.fri": "平日",
    "kind.sat": "周末",
    "kind.sun": "周末",
    "error.bad_period": "“{value}”不是年份或月份。请写成 2026 或 2026-10。",
    "error.bad_day": "“{value}”不是日期。请写成 2027-02-20。",
    "error.day_out_of_range": "{day} 不在 {minimum} 到 {maximum} 之间。请核对年份。",
    "error.makeup_on_weekday": "{day} 是周一至周五，本来就上班，不用设为调休上班。请核对日期；要取消放假，请用 clear。",
    "error.bad_name": "名称最多 {limit} 个字，不能含换行和控制字符。请改短后再试。",
    "error.export_failed": "写不了 {path}（{reason}）。请关闭正在使用它的 WPS 或 Excel，或换一个文件夹再试。",
}
