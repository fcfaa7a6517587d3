"""演示中心。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "generating": "正在生成演示中心（数据全是虚构的）……",
    "kept": "演示中心已生成，在 {path}。",
    "manager": "负责人：{no} {name}，密码 {pin}",
    "recovery_key": "示例的恢复密钥：{groups}",
    "how_to_open": "打开：frontdesk --home {path}",
    "help.keep": "生成到这个目录并保留，不打开界面",
    "help.code": "中心编号；几个示范中心向同一个区报送时用",
    "help.seed": "随机种子：同一天、同一种子，数据相同",
    "bad_today": "年份要在 {first} 至 {last} 之间。请换一个日期。",
    "error.folder_not_empty": "目录 {path} 不是空的，没有改动。请换一个新目录。",
}
