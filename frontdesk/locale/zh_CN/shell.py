"""程序外壳的用语。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.operator_required": "这个操作要有操作人。请用 --as 工号(或 FRONTDESK_AS)说明是谁在操作,界面里请先登录。",
    "error.manager_required": "这个操作只有负责人能做,{name} 不能。请让负责人登录后操作。",
    "error.auditor_reads_only": "{name} 是审计员,只能查看。请换操作员登录后再改。",
    "error.key_missing": "缺少密钥文件 {path}。请从备份中恢复 keys 目录,不要新建。",
    "error.key_damaged": "密钥文件 {path} 已损坏。请从备份中恢复 keys 目录。",
    "error.field_unreadable": "这一项加密内容解不开:密钥与数据不是一套。请恢复与数据同时备份的 keys 目录。",
    "error.no_centre": "{path} 里的数据文件还没有中心信息。请换一个目录重新新建。",
    "error.bad_synchronous": "FRONTDESK_SYNCHRONOUS 只能是 FULL、NORMAL 或 OFF,不能是 {value}。请改正后再试。",
    "error.missing_value": "“{field}”不能空着。请填写后再试。",
    "error.centre_exists": "{path} 里已经有一个中心,没有改动。请换一个目录。",
    "error.home_not_writable": "不能在 {path} 里写文件({reason})。请换一个可写的目录,或腾出磁盘空间。",
    "error.sign_in_refused": "工号或密码不对。请核对后再试。",
    "error.sign_in_locked": "密码错误次数太多,请等 {seconds} 秒再试。",
    "error.pin_not_set": "{no} 还没有密码。请负责人先为其设置(frontdesk staff pin {no})。",
    "error.pin_required": "需要 {no} 的密码。请设置环境变量 FRONTDESK_PIN,或在终端里输入。",
    "error.new_pin_required": "没有给出新密码。请设置环境变量 FRONTDESK_NEW_PIN,或在终端里输入。",
    "error.pin_weak": "密码要 {digits} 至 12 位数字,且不能全相同。请换一个。",
    "error.unknown_staff": "没有工号为 {no} 的工作人员。请核对工号,或先导入工作人员名册。",
    "error.own_role": "负责人不能取消自己的权限。请由另一位负责人操作。",
    "error.usage": "命令写法不对。请用 --help 查看用法。",
    "error.file_failed": "读写 {path} 失败({reason})。请检查路径、权限和磁盘空间后再试。",
}
