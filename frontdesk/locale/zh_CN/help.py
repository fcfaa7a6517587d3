"""The words of F1, in Chinese."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "find": "输入要找的字",
    "keys": "Tab 目录  PgUp PgDn 翻页  Esc 关闭",
    "keys_found": "Enter 到那里  Esc 看全部",
    "keys_contents": "Enter 到那里  Tab、Esc 看全部",
    "none": "没有找到。请换短一点的词，或按 Esc 看全部。",
}
