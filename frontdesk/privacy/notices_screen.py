"""The privacy notices: which is in force, what each says, a new one, and paper."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.privacy import service
from frontdesk.privacy.errors import PrivacyError
from frontdesk.privacy.notices import read_notice_file
from frontdesk.privacy.service import NoticeLine
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import ChoiceDialog, Field, SavingForm, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

AREA = "privacy"


class NoticesScreen(PushedListScreen):
    """Every version, the latest first."""

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "notices.title"
    list_id: ClassVar[str] = "notices"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "read", "enter"),
        Command(AREA, "publish", "f7"),
        Command(AREA, "print", "ctrl+s"),
        Command(AREA, "close", "escape"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._listed: list[NoticeLine] = []

    def columns(self) -> tuple[Column, ...]:
        """Version, title, whether in force, how many agreed to it."""
        return (
            Column(t("privacy.column.version"), 14),
            Column(t("privacy.column.title")),
            Column(t("privacy.column.state"), 8),
            Column(t("privacy.column.agreed"), 8, "right"),
        )

    def empty_words(self) -> str:
        """How the first one is made."""
        return t("privacy.notices.empty")

    async def load(self) -> None:
        """Read them."""
        self._listed = await self.desk_app.desk.run(service.notices)
        self.rows.set_rows([_row(one) for one in self._listed])
        framed(self.panel, t("privacy.panel.notices", count=len(self._listed)))

    def _chosen(self) -> NoticeLine | None:
        return self.under_cursor(self._listed, lambda one: one.version)

    def why_not(self, name: str) -> str | None:
        """Only a notice with words is read and printed."""
        if name == "publish" and self.is_auditor:
            return self.why_read_only()
        if name in ("read", "print"):
            chosen = self._chosen()
            if chosen is None or chosen.notice is None:
                return t("privacy.cannot.no_words")
        return None

    async def do_read(self) -> None:
        """The words of the one under the cursor."""
        chosen = self._chosen()
        assert chosen is not None and chosen.notice is not None
        lines = [(line, "") for line in chosen.notice.body.split("\n")]
        await self.app.push_screen(ReadDialog(f"{chosen.notice.title}  {chosen.version}", lines))  # type: ignore[arg-type]

    async def do_publish(self) -> None:
        """A new version: the draft that follows the settings, or the words of a text file."""
        drafted = await self.attempt(service.draft)
        if drafted is None:
            return

        async def submit(values: dict[str, str]) -> str | Wrong | None:
            def case(context: Context) -> str:
                body = read_notice_file(Path(values["file"].strip())) if values["file"].strip() else drafted[1]
                return service.publish(context, values["version"], values["title"], body).version

            try:
                version = await self.desk_app.desk.run(case)
            except PrivacyError as refusal:
                field = {"bad_version": "version", "notice_exists": "version", "bad_title": "title"}.get(refusal.code)
                return Wrong(words_for(refusal), field) if field else words_for(refusal)
            except CodedError as refusal:
                return words_for(refusal)
            self.notify(t("privacy.published", version=version))
            await self.reload()
            return None

        fields = (
            Field("version", t("privacy.column.version"), f"{self.desk_app.today()}"),
            Field("title", t("privacy.column.title"), drafted[0], grows=True),
            Field("file", t("privacy.publish.file"), "", t("privacy.publish.file.hint")),
        )
        await self.app.push_screen(SavingForm(t("privacy.publish.title"), fields, submit))

    async def do_print(self) -> None:
        """Write the one under the cursor for printing."""
        chosen = self._chosen()
        assert chosen is not None
        choices = [(kind, t(f"privacy.print.{kind}")) for kind in ("docx", "pdf", "txt")]

        async def answered(kind: str | None) -> None:
            if kind is None:
                return
            name = f"{t('privacy.notice.title')}-{chosen.version}"
            out = free_path(self.desk_app.export_folder(), name, f".{kind}")
            version = chosen.version
            done = await self.attempt(lambda context: service.print_notice(context, out, version), slow=True)
            if done is not None:
                self.notify(t("privacy.exported", path=out), timeout=12)

        await self.app.push_screen(ChoiceDialog(t("privacy.print.title"), choices), answered)


def _row(one: NoticeLine) -> Row:
    title = one.notice.title if one.notice is not None else t("privacy.notice.bare")
    state = t("privacy.notice.in_force") if one.in_force else ""
    return Row(one.version, (one.version, title, state, str(one.consents)), "good" if one.in_force else "")
