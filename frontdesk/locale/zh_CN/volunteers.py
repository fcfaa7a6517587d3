"""志愿者：刷卡、发卡、工时的中文用语。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.malformed": "没有读到完整的志愿者卡。请把卡放平再刷一次，或在搜索框里输入姓名、志愿者编号。",
    "error.foreign_code": "这不是志愿者卡，内容没有保存。请刷本中心发的志愿者卡，或在搜索框里输入姓名。",
    "error.bad_check_digit": "卡号有一位不对。请再刷一次；如果是手工输入，请核对卡上的 20 位数字。",
    "error.bad_mac": "这张卡不是本中心发的。请志愿者出示本中心的卡，或在搜索框里找到本人后补发新卡。",
    "error.bad_volunteer_no": "志愿者编号“{volunteer_no}”不是 7 位数字，无法制卡。"
    "请先在志愿者名册里改正编号。",
    "error.bad_serial": "卡序号 {serial} 不在 0 到 {highest} 之间，无法制卡。"
    "请给这位志愿者换一个编号后再发卡。",
    "error.no_cards_to_print": "没有要打印的志愿者卡。请先选择志愿者，或先用“发卡”给他们发卡。",
    "error.print_failed": "写不了文件 {path}（{reason}）。"
    "请关闭正在打开它的程序、检查磁盘空间，或换一个位置再试。",
    "error.font_unreadable": "{setting} 指定的字体 {path} 打不开。"
    "请改成一个 .ttf、.otf 或 .ttc 文件，或取消这项设置。",
    "card.title": "志愿者卡",
    "card.found": "拾到此卡，请交还本中心前台。",
}
