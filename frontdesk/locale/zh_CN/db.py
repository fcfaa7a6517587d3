"""数据库文件的故障。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.no_database": "这里还没有中心的数据（{path}）。请先运行 frontdesk init，或直接运行 frontdesk 按向导新建。",
    "error.not_ours": "{path} 不是本程序的数据文件，没有改动它。请检查 --home 指向的目录是否正确。",
    "error.newer_database": "{path} 由更新版本的程序写成（文件版本 {file}，本程序 {program}），没有改动它。请安装最新版程序再打开；一定要用本程序的，用升级前的副本或备份恢复（frontdesk restore）。",
    "error.upgraded_meanwhile": "{path} 刚才已由更新版本的程序升级（文件版本 {file}，本窗口 {program}），刚才的操作没有保存。请关闭本窗口，用新版程序重新打开。",
    "error.upgrade_under_way": "另一个窗口正在升级 {path}，还没有完成。请等它打开以后再试，不要关闭它。",
    "error.no_room_to_upgrade": "{path} 所在的磁盘放不下升级前的副本，没有升级，文件没有改动（版本 {file}，本程序 {program}）。升级需要 {need_mb} MB，还差 {missing_mb} MB。请清理磁盘后再打开。",
    "error.cannot_open": "打不开 {path}（{reason}）。请检查目录是否存在、磁盘是否插好，再试一次。",
    "error.read_only": "{path} 所在的磁盘是只读的，无法保存。请换一个可写的位置，或请管理员恢复写权限。",
    "error.disk_full": "磁盘已满，刚才的操作没有保存。请删除不用的文件腾出空间，再做一次。",
    "error.disk_fault": "磁盘读写出错（{reason}），刚才的操作没有保存。请检查磁盘，并尽快备份 {path}。",
    "error.wrong_layout": "{path} 与本程序的版本不符（{reason}），刚才的操作没有保存。磁盘没有问题：请升级程序后重新打开；仍然如此的，用最近的备份恢复。",
    "error.damaged": "数据文件已损坏（{path}）。请停止使用，保留原文件，用最近的备份恢复。",
    "error.busy": "另一个窗口占用太久，刚才的操作没有保存。请关闭多余的窗口再试。",
    "error.conflict": "内容与已有记录冲突（{reason}），没有保存。请刷新后再试。",
}
