"""The form of one step for several records, and what became of each."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace

from frontdesk.cases import filling, forms
from frontdesk.cases.bulk import Bulk, revisions, take_steps
from frontdesk.cases.filling import FormView
from frontdesk.cases.form_screen import CaseForm
from frontdesk.context import Context
from frontdesk.errors import CodedError
from frontdesk.locale import t
from frontdesk.shell.base import DeskScreen
from frontdesk.shell.framing import framed
from frontdesk.shell.reading import ReadDialog

Taken = Callable[[Bulk], Awaitable[None]]


async def ask_for_all(screen: DeskScreen, ids: Sequence[int], step: str, taken: Taken) -> None:
    """Ask once for what a step needs and take it for all of these records, which are of one definition; `taken` is told
    what became of each.
    """
    found = await screen.attempt(lambda context: (revisions(context, ids), _form_of_all(context, ids[0], step)))
    if found is not None:
        seen, view = found
        await screen.app.push_screen(BulkForm(view, ids, seen, taken))


def _form_of_all(context: Context, first: int, step: str) -> FormView:
    """The form of a step that shows nothing of any one record; days that are today for each of them stand in it."""
    view = filling.form_of(context, "", first, step)
    asked = forms.asked_fields(view.definition, view.purpose, view.transition, {})
    today = {one.key: view.today.isoformat() for one in asked if one.field.default == "today"}
    return replace(view, asked=asked, before=today, begun=None)


class BulkForm(CaseForm):
    """What is typed is said of every record; it is not kept before it is saved."""

    def __init__(self, view: FormView, ids: Sequence[int], seen: Mapping[int, int], taken: Taken) -> None:
        code = view.transition.code if view.transition is not None else ""
        super().__init__(view, (view.definition.code, 0, code), None, {}, None)
        self._ids, self._seen = tuple(ids), seen
        self._taken = taken

    def title_words(self) -> str:
        """Which step, of how many records."""
        step = self._view.transition.name if self._view.transition is not None else ""
        return t("case_desk.bulk.title", name=self._view.definition.name, step=step, count=len(self._ids))

    def _frame(self) -> None:
        framed(self.query_one("#case-form-panel"), self.title_words(), t("case_desk.bulk.about"))

    async def load(self) -> None:
        """It shows no record that another window could have moved."""

    async def keep(self) -> None:
        """Nothing of it is kept."""
        self._timer = None

    async def _save(self) -> None:
        asked = self._view.asked
        said, reason = forms.told(asked, forms.begin(asked, {}), self._parts.typed, self._view.purpose)
        ids, seen, step = self._ids, self._seen, self.about[2]
        try:
            bulk = await self.desk_app.desk.run(lambda context: take_steps(context, ids, step, said, reason, seen=seen))
        except CodedError as failure:
            self._refuse(failure)
            return
        if not bulk.done:
            # What is wrong with the form is wrong for all of them.
            self._wrong = bulk.refused[0][1]
            self._say()
            return
        self._saved = True
        self.close()
        self.app.call_later(self._taken, bulk)


async def tell(screen: DeskScreen, bulk: Bulk) -> None:
    """Say how many records took the step, and which did not and why."""
    said = t("case_desk.bulk.taken", count=len(bulk.done))
    if not bulk.refused:
        screen.notify(said)
        return
    lines = [(said, "good"), *((_refused(row.number, words), "warning") for row, words in bulk.refused)]
    await screen.app.push_screen(ReadDialog(t("case_desk.bulk.result"), lines))  # type: ignore[arg-type]


def _refused(number: str, words: str) -> str:
    return t("case_desk.bulk.refused", number=number, words=words)
