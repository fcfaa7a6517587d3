"""评价。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.bad_level": "评价只有 1 至 5 五级。请按 1 至 5。",
    "error.unknown_rating": "这条评价已不能更改。请重新评价。",
    "level.5": "非常满意",
    "level.4": "满意",
    "level.3": "基本满意",
    "level.2": "不满意",
    "level.1": "非常不满意",
}
