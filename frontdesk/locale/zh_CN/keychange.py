"""密钥的文字。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.key_not_written": "写不了 {path}（{reason}），没有任何改动。请腾出空间或检查目录权限，再做一次。",
}
