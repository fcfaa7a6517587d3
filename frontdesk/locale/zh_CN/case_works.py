"""自动算的栏目和自动采集的佐证。"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "works": "自动算的栏目（不用填）",
    "collects": "自动采集（办理时先填好，可以改）",
    "joint": "、",
    "line": "{field}：{how}",
    "column": "{list}的{column}",
    "sum": "{of}合计{where}",
    "count": "数{of}的行数{where}",
    "count_true": "数{of}为“是”的行{where}",
    "where": "（{pairs}相同的行）",
    "weighted": "{points} × {weight} ÷ 100，各行相加，四舍五入",
    "add": "{of} 相加",
    "difference": "{first} 减 {others}",
    "multiply": "{of} 相乘",
    "mixed": "{of} 加权相加，四舍五入",
    "lesser": "{of} 中最小的",
    "share": "{part} ÷ {whole}，按 {per} 分之几算，四舍五入",
    "classed": "{of} {steps}，不到的为{otherwise}",
    "class": "{least} 起为{value}",
    "within": "{of} {limits}",
    "least": "不低于 {limit}",
    "most": "不高于 {limit}",
    "vote_more": "{votes_for} 多于 {votes_against}",
    "vote_majority": "{votes_for} 达到 {came} 的 {of}/{whole}",
    "vote_quorum": "{came} 达到 {members} 的 {of}/{whole}，且{rule}",
    "ranks": "按 {of} 从高到低排名次，相同的并列",
    "collected_staff": "{field}：按“{period}”那天，取工作人员和证书",
    "collected": "{field}：按“{period}”的那一期，取 {indicators}",
}
