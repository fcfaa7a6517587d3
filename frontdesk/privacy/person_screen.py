"""Everything that the file has of one person, from all tables: looked at, shown in clear, corrected, handed over,
erased.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import ClassVar

from frontdesk.access.service import Approver
from frontdesk.common.wholefile import free_path
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t, words_for
from frontdesk.privacy import service
from frontdesk.privacy.consent_screen import turn_consent
from frontdesk.privacy.service import Explanation, PersonData, Section, Subject
from frontdesk.privacy.words import erased_lines, explanation_lines, kind_words
from frontdesk.shell.agreeing import may_agree
from frontdesk.shell.command import Command
from frontdesk.shell.dialogs import Field, SavingForm, Wrong
from frontdesk.shell.framing import framed
from frontdesk.shell.pushed import PushedListScreen
from frontdesk.shell.reading import ReadDialog
from frontdesk.shell.rowlist import Column, Row

AREA = "privacy"
OWN = ("resident", "volunteer", "staff", "booking", "rating_rater")
FORMS = {"resident": "resident", "volunteer": "volunteer"}
"""By kind of person which form of the registry corrects the data."""

SHOWN_FIRST = 8
"""So many rows of a long table are shown until it is unfolded."""


class PersonScreen(PushedListScreen):
    """A heading for each table and what it has below it; names and phones masked until they are asked for."""

    area: ClassVar[str] = AREA
    title_key: ClassVar[str] = "person.title"
    list_id: ClassVar[str] = "person"
    COMMAND_TABLE: ClassVar[tuple[Command, ...]] = (
        Command(AREA, "correct", "enter"),
        Command(AREA, "consent", "ctrl+x"),
        Command(AREA, "reveal", "ctrl+t"),
        Command(AREA, "export", "ctrl+s"),
        Command(AREA, "erase", "delete"),
        Command(AREA, "together", "f8"),
        Command(AREA, "unfold", "f7", in_bar=False),
        Command(AREA, "close", "escape"),
    )

    def __init__(self, subject: Subject) -> None:
        super().__init__()
        self._subjects = [subject]
        self._data: PersonData | None = None
        self._clear = False
        self._unfolded = False

    def columns(self) -> tuple[Column, ...]:
        """What it is, and what stands there."""
        return (Column(t("privacy.column.what"), 18), Column(t("privacy.column.value")))

    def empty_words(self) -> str:
        """Nobody has nothing but who was erased."""
        return t("privacy.person.empty")

    async def load(self) -> None:
        """Gather everything; in clear only the first time that it is asked for."""
        subjects, clear = list(self._subjects), self._clear
        found = self._data
        if not clear or found is None:
            found = await self.desk_app.desk.run(lambda context: service.show(context, subjects))
        self._show(found)

    def _show(self, found: PersonData) -> None:
        self._data = found
        self.rows.set_rows([row for place, one in enumerate(found.sections) for row in self._rows(place, one)])
        kinds = t("privacy.comma").join(f"{kind_words(one.kind)} {_short(one.ref)}" for one in self._subjects)
        beside = t("privacy.person.same", count=len(found.same)) if found.same else ""
        framed(self.panel, f"{found.name}  {found.phone}".rstrip(), beside or kinds)
        self.refresh_frame()

    def _rows(self, place: int, one: Section) -> list[Row]:
        rows = [Row(f"{place}", (one.title, t("privacy.rows", count=one.total)), "heading")]
        if one.table in OWN and len(one.rows) == 1:
            return rows + [
                Row(f"{place}.{name}", (name, value))
                for name, value in zip(one.columns, one.rows[0], strict=True)
                if value
            ]
        most = len(one.rows) if self._unfolded else SHOWN_FIRST
        for number, row in enumerate(one.rows[:most]):
            told = [f"{name} {value}" for name, value in zip(one.columns, row, strict=True) if value]
            rows.append(Row(f"{place}.{number}", (f"{number + 1}", t("privacy.comma").join(told))))
        if one.total > most or one.total > len(one.rows):
            more = one.total - min(most, len(one.rows))
            rows.append(Row(f"{place}.more", ("", t("privacy.person.more", count=more)), "muted"))
        return rows

    def why_not(self, name: str) -> str | None:
        """An auditor only reads; consent is of residents and volunteers."""
        if self.is_auditor and name not in ("close", "unfold", "together"):
            return self.why_read_only()
        if self._data is not None and self._data.erased and name not in ("close", "unfold"):
            return t("privacy.person.empty")
        if name == "together" and (self._data is None or not self._data.same):
            return t("privacy.cannot.alone")
        if name == "correct" and self._subjects[0].kind not in FORMS:
            return t("privacy.cannot.correct")
        if name == "consent" and self._subjects[0].kind not in FORMS:
            return t("privacy.cannot.consent")
        return None

    async def do_correct(self) -> None:
        """The form in which the data are corrected."""
        one = self._subjects[0]
        told = int(one.ref) if one.kind == "resident" else one.ref
        await self.desk_app.open_form(FORMS[one.kind], self, told)

    async def do_consent(self) -> None:
        """Note consent; where it is given, ask whether it is withdrawn."""
        await turn_consent(self, self._subjects[0])

    def hide_clear(self) -> bool:
        """Mask names and phones again."""
        shown, self._clear = self._clear, False
        return shown

    async def do_reveal(self) -> None:
        """Show names and phones in clear until this screen is left; it is logged."""
        subjects = list(self._subjects)
        found = await self.attempt(lambda context: service.unmask(context, subjects))
        if found is not None:
            self._clear = True
            self._show(found)

    async def do_together(self) -> None:
        """Show the other entries of the same person here too."""
        assert self._data is not None
        self._subjects += [one.subject for one in self._data.same]
        self._clear = False
        await self.reload()

    async def do_unfold(self) -> None:
        """All rows of long tables, or the first of them."""
        self._unfolded = not self._unfolded
        if self._data is not None:
            self._show(self._data)

    async def do_export(self) -> None:
        """Write everything into files to hand over; asks why."""
        subjects = list(self._subjects)

        async def submit(values: dict[str, str]) -> str | Wrong | None:
            name = f"{t('privacy.export.file')}-{subjects[0].kind}-{_short(subjects[0].ref)}-{self.desk_app.today()}"
            out = free_path(self.desk_app.export_folder(), name, ".xlsx")

            def case(context: Context, approver: Approver | None = None) -> str:
                paths = service.export(context, subjects, out, values["reason"], approver=approver)
                return t("privacy.exported", path=paths[0])

            return await self._with_approval("unmask_export", case)

        fields = (Field("reason", t("privacy.export.reason"), t("privacy.export.asked")),)
        await self.app.push_screen(SavingForm(t("privacy.export.title"), fields, submit))

    async def do_erase(self) -> None:
        """Say what erasing would do, and do it when that is meant."""
        subjects = list(self._subjects)

        def case(context: Context) -> list[Explanation]:
            return [service.explain_erasing(context, one) for one in subjects]

        told = await self.attempt(case, slow=True)
        if told is None:
            return
        lines = [
            (line, "warning" if one.first and line.startswith("- ") else "") for one in told for line in _said(one)
        ]
        # Not the key that led here: Delete held down a little long would answer the question before it is read.
        keys = [] if any(one.first for one in told) else [("enter", t("privacy.erase.yes"))]

        async def answered(name: str | None) -> None:
            if name == "enter":
                await self._erase(subjects)

        title = t("privacy.erase.title")
        await self.app.push_screen(ReadDialog(title, lines, keys), answered)  # type: ignore[arg-type]

    async def _erase(self, subjects: list[Subject]) -> None:
        def case(context: Context, approver: Approver | None = None) -> str:
            return "\n".join(erased_lines(service.erase(context, subjects, approver=approver)))

        refused = await self._with_approval("erase", case, then=self._erased)
        if refused is not None:
            self.notify(str(refused), severity="warning", timeout=20)

    async def _erased(self, words: str) -> None:
        self.close()
        # On the screen under this one, where it is seen.
        self.app.call_later(self.app.notify, words, timeout=20)

    async def _with_approval(
        self,
        action: str,
        case: Callable[..., str],
        then: Callable[[str], Awaitable[None]] | None = None,
    ) -> str | Wrong | None:
        """Do it, or ask a second person first where the setting asks; what is wrong in words, None when it is done."""

        async def done(words: str) -> None:
            self.notify(words, timeout=12)

        after = then or done
        try:
            await after(await self.desk_app.desk.run_slow(case))
        except CodedError as refusal:
            if not may_agree(refusal):
                return words_for(refusal)

            async def again(approver: Approver) -> str | Wrong | None:
                try:
                    words = await self.desk_app.desk.run_slow(lambda context: case(context, approver))
                except CodedError as second:
                    return words_for(second)
                self.call_later(after, words)
                return None

            subject = " ".join(str(one) for one in self._subjects)
            await self.desk_app.open_form("approval", self, refusal, action, subject, again)
        return None


def _said(told: Explanation) -> list[str]:
    return [*explanation_lines(told), ""]


def _short(ref: str) -> str:
    """A reference as a title has room for it: of the key of a rating the beginning."""
    return ref if len(ref) <= 10 else ref[:8]
