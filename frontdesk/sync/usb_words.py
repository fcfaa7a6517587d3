"""What was written to a stick and read from one, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from frontdesk.locale import t
from frontdesk.sync.words import problem_words

if TYPE_CHECKING:
    from frontdesk.sync.usb import UsbWritten
    from frontdesk.sync.usb_reading import UsbRead


def written_words(written: UsbWritten) -> str:
    """Which file was written, what is in it, and what to do with it."""
    holds = [t("usb_screen.wrote.reports", count=written.reports)]
    if written.readings:
        holds.append(t("usb_screen.wrote.readings", count=written.readings))
    if written.has_enrolment:
        holds.append(t("usb_screen.wrote.enrolment"))
    if written.has_rotation:
        holds.append(t("usb_screen.wrote.rotation"))
    lines = [t("usb_screen.wrote", file=written.path.name, holds=t("usb_screen.comma").join(holds))]
    if written.left:
        lines.append(t("usb_screen.wrote.left", count=written.left))
    return "\n".join((*lines, t("usb_screen.then")))


def read_words(read: UsbRead) -> str:
    """What the answers brought, and what is to be done about it."""
    parts = []
    for key, count in (
        ("received", read.received),
        ("refused", read.refused),
        ("arrived", len(read.arrived)),
        ("told", read.told),
    ):
        if count:
            parts.append(t(f"usb_screen.read.{key}", count=count))
    if read.registered:
        parts.append(t("usb_screen.read.registered"))
    if read.key_changed:
        parts.append(t("usb_screen.read.key_changed"))
    lines = [t("usb_screen.comma").join(parts) if parts else t("usb_screen.read.nothing_new")]
    if parts:
        lines = [t("usb_screen.read", brought=lines[0])]
    if read.refused:
        lines.append(t("usb_screen.read.look_why"))
    if read.strange:
        lines.append(t("usb_screen.read.strange", count=read.strange))
    if read.problem:
        lines.append(problem_words(read.problem, read.message))
    if not read.refused and parts:
        lines.append(t("usb_screen.read.over"))
    return "\n".join(lines)
