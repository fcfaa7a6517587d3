"""What a rater may add at the kiosk: single aspects, tags, a comment, a name. Nothing of it has to be said."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.screen import Screen
from textual.widget import Widget
from textual.widgets import Input

from frontdesk.common.text import wrap
from frontdesk.errors import CodedError
from frontdesk.feedback import service as feedback
from frontdesk.locale import t, words_for
from frontdesk.shell.banner import ScanBanner
from frontdesk.shell.line import Line, chain
from frontdesk.shell.plain import Plain

if TYPE_CHECKING:
    from frontdesk.shell.kiosk import KioskApp

FIELDS = ("comment", "name", "phone")
DETAILS_LINES = (*feedback.ASPECTS, "tags", *FIELDS)
"""What is asked, from top to bottom."""


class ChoiceLine(Plain):
    """A line of digits: one of the five levels for an aspect. A digit chooses and goes on to the next line."""

    can_focus = True

    def __init__(self, name: str) -> None:
        super().__init__("", id=f"aspect-{name}", classes="choice-line")
        self.aspect = name
        self.level: int | None = None

    def on_mount(self) -> None:
        """Say what is asked."""
        self._draw()

    def _draw(self) -> None:
        said = t("shell.kiosk.not_said") if self.level is None else f"{self.level} {t(f'feedback.level.{self.level}')}"
        self.update(t("shell.kiosk.aspect", name=t(f"feedback.aspect.{self.aspect}"), said=said))

    def take_key(self, key: str) -> bool:
        """Take a level, take it back with 0, or go to the next line."""
        if key in ("1", "2", "3", "4", "5", "0"):
            self.level = int(key) or None
            self._draw()
            self.screen.focus_next()
            return True
        return _moved(self, key)


class TagsLine(Plain):
    """The centre's tags; a digit puts one on or takes it off."""

    can_focus = True

    def __init__(self, tags: Sequence[str]) -> None:
        super().__init__("", id="tags", classes="tags-line")
        self._tags = tuple(tags)
        self.chosen: set[str] = set()

    def on_mount(self) -> None:
        """Show them."""
        self._draw()

    def on_resize(self) -> None:
        """Break the lines anew."""
        self._draw()

    def _draw(self) -> None:
        width = max(20, self.app.size.width - 4)
        lines = [""]
        for number, tag in enumerate(self._tags, 1):
            shown = f"{number}[{'x' if tag in self.chosen else ' '}] {tag}"
            longer = f"{lines[-1]}   {shown}" if lines[-1] else shown
            if len(wrap(longer, width)) > 1:
                lines.append(shown)
            else:
                lines[-1] = longer
        self.update("\n".join([t("shell.kiosk.tags"), *lines]))

    def take_key(self, key: str) -> bool:
        """Put a tag on or take it off, or go to the next line."""
        if key.isascii() and key.isdigit() and 0 < int(key) <= len(self._tags):
            self.chosen ^= {self._tags[int(key) - 1]}
            self._draw()
            return True
        return key.isdigit() or _moved(self, key)


def _moved(line: Widget, key: str) -> bool:
    """Whether a key leads to another line."""
    if key in ("enter", "down"):
        line.screen.focus_next()
    elif key == "up":
        line.screen.focus_previous()
    else:
        return False
    return True


class KioskDetails(Screen[bool]):
    """The further questions about one rating. Esc leaves without adding anything; Enter in the last line keeps all.

    Whoever walks away has aspects, tags and comment kept as they are; the name counts only with the last Enter.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("up", "app.focus_previous", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("ctrl+s", "keep", show=False),
    ]

    def __init__(self, key: bytes, about: str, tags: Sequence[str]) -> None:
        super().__init__()
        self._key = key
        self._about = about
        self._tags = tuple(tags)
        self._busy = False

    def compose(self) -> ComposeResult:
        """Aspects, tags, comment, name and phone, one below the other."""
        yield Plain(t("shell.kiosk.details_title"), id="details-title")
        yield Plain(t("feedback.subject", name=self._about), id="details-about")
        yield ScanBanner()
        for name in feedback.ASPECTS:
            yield ChoiceLine(name)
        if self._tags:
            yield TagsLine(self._tags)
        for name in FIELDS:
            with Horizontal(classes="details-field"):
                yield Plain(t(f"shell.kiosk.details.{name}"), classes="details-label")
                yield Line(placeholder=t(f"shell.kiosk.details.{name}.hint"), compact=True, id=f"details-{name}")
        yield Plain("", id="details-wrong")
        yield Plain(t("shell.kiosk.details_keys"), id="details-keys")

    def on_mount(self) -> None:
        """Begin with the first aspect."""
        chain(list(self.query(Line)))
        self.query_one("#details-comment", Line).max_length = feedback.MOST_ON_THE_SPOT
        self.query(ChoiceLine).first().focus()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Keep all from the last line."""
        event.stop()
        await self.action_keep()

    async def action_keep(self) -> None:
        """Keep everything that was said."""
        if self._busy:
            return
        self._busy = True
        try:
            wrong = await self._keep(with_name=True)
        finally:
            self._busy = False
        if wrong is None:
            self._close(said=True)
            return
        self.query_one("#details-wrong", Plain).update("\n".join(wrap(words_for(wrong), self.app.size.width - 4)))
        field = str(wrong.details.get("field", ""))
        if field in FIELDS:
            self.query_one(f"#details-{field}", Line).focus()

    async def time_out(self) -> None:
        """Nobody is there any more: what was said stays, the name does not."""
        if self._busy:
            return
        self._busy = True
        wrong = await self._keep(with_name=False)
        self._close(said=wrong is None)

    def action_leave(self) -> None:
        """Add nothing."""
        if not self._busy:
            self._close(said=False)

    async def _keep(self, *, with_name: bool) -> CodedError | None:
        """Write down what was said; None when that is done, else why not."""
        aspects = {one.aspect: one.level for one in self.query(ChoiceLine)}
        tags = [tag for line in self.query(TagsLine) for tag in line.chosen]
        words = {name: self.query_one(f"#details-{name}", Line).value for name in FIELDS}
        if not with_name:
            words |= {"name": "", "phone": ""}
        if not tags and not any(words.values()) and not any(aspects.values()):
            return None
        app, key = cast("KioskApp", self.app), self._key
        try:
            await app.desk.run(lambda context: feedback.add_details(context, key, aspects=aspects, tags=tags, **words))
        except CodedError as failure:
            return failure
        return None

    def _close(self, *, said: bool) -> None:
        if self in self.app.screen_stack:
            self.dismiss(said)
