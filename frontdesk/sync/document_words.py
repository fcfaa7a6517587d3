"""A document of the district in words, line by line."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from frontdesk.common.text import without_controls
from frontdesk.locale import current_language, t
from frontdesk.sync import wire

if TYPE_CHECKING:
    from frontdesk.sync.notices import Notice

Line = tuple[str, Literal["", "good", "warning", "bad", "muted", "heading"]]


def document_lines(one: Notice, moment: Callable[[int], str]) -> list[Line]:
    """When it came, what it says, and who here has read it."""
    lines: list[Line] = [(t("notices.issued", number=one.number, at=moment(one.issued_at)), "muted")]
    if one.read_until is not None:
        lines.append((t("notices.read_until", day=one.read_until.isoformat()), "warning"))
    said = "\n".join(_content_lines(one))
    lines += [("", ""), *((line, "") for line in without_controls(said).split("\n")), ("", "")]
    if one.read_at is not None:
        told = t("notices.told") if one.told_at is not None else t("notices.not_told")
        lines.append((t("notices.was_read", at=moment(one.read_at), no=one.reader, told=told), "muted"))
    return lines


def _content_lines(one: Notice) -> list[str]:
    content = one.content
    if isinstance(content, wire.Notice):
        return [content.text]
    if isinstance(content, wire.ServiceList):
        return _service_lines(content)
    if isinstance(content, wire.IndicatorSet):
        return _indicator_lines(content)
    if isinstance(content, wire.PeriodLock):
        key = "notices.text.locked" if content.locked else "notices.text.unlocked"
        return [t(key, period=content.period), content.reason]
    if isinstance(content, wire.Exemption):
        until = content.until.isoformat()
        said = t("notices.text.exempt", period=content.period, centre=content.centre, until=until)
        return [said, t("notices.text.granted_by", name=content.granted_by), content.reason]
    if isinstance(content, wire.SuccessorKey):
        return [t("notices.text.key", key_id=content.key_id)]
    texts = [said if name == "text" else f"{name}  {said}" for name, said in content.texts.items()]
    return [t("notices.text.other"), *(["", *texts] if texts else [])]


def _service_lines(content: wire.ServiceList) -> list[str]:
    lines = [t("notices.text.services", count=len(content.items))]
    for item in content.items:
        lines.append(f"{item.code}  {item.name}")
        lines += [f"    {part}" for part in (item.description, item.contact) if part]
    return lines


def _indicator_lines(content: wire.IndicatorSet) -> list[str]:
    lines = [t("notices.text.indicators", edition=content.edition, count=len(content.indicators))]
    named = {one.code: getattr(one.name, current_language()) for one in content.definitions}
    for one in content.indicators:
        kinds = t("notices.text.comma").join(t(f"notices.period.{kind}") for kind in one.period_kinds)
        lines.append("  ".join(part for part in (one.code, named.get(one.code, ""), kinds) if part))
    return lines
