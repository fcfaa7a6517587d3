"""What the office writes about sessions, read. Pure."""

from __future__ import annotations

import re

_CANCELLED = re.compile(r"已?取消(?:$|[\s:：,，。.;；、(（\-—]+|(?=因|由于))(.*)", re.DOTALL)


def cancellation(remark: str) -> str | None:
    """The reason in a remark that cancels a session (取消:讲师请假); None for another remark.

    '' where no reason is given. The word must stand alone or before a mark or the reason: 取消报名请提前来电
    cancels nothing.
    """
    match = _CANCELLED.match(remark)
    if match is None:
        return None
    reason = match[1].strip()
    for opening, closing in ("()", "（）"):
        if reason.count(closing) > reason.count(opening):
            # The bracket was opened before the reason: 取消(讲师请假).
            reason = reason.removesuffix(closing)
    return reason
