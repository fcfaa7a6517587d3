"""值守。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.unknown_staff": "没有工号为 {no} 的工作人员。请核对工号。",
}
