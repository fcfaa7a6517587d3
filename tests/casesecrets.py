"""A centre with a record of every definition, in which somebody stands wherever one can: in each field that is about
people, and by name and number in all free words beside it.
"""

from __future__ import annotations

from dataclasses import replace

from db.staff import Role
from frontdesk.cases import service
from frontdesk.cases.definition.model import Definition, FieldDefinition
from frontdesk.cases.masks import FREE
from frontdesk.cases.matrix import COMPETENCY
from frontdesk.cases.service import CaseView
from frontdesk.context import Context, Operator
from tests.db.test_case_papers import Writer

NAME, PHONE = "欧阳秘密", "13800004321"
ADDRESS, NOTE = "暗巷七弄三号", "家里的私事"
SECRETS = {"name": NAME, "phone": PHONE, "address": ADDRESS, "note": NOTE}
"""What no list, paper, file or answer may have in the clear; of each kind of personal field another. Identity numbers
are kept nowhere: `common/longnumbers.py` refuses them where they are typed.
"""

OWN = "whoever"
_OWN = """\
code = "whoever"
kind = "case"
group = "house"
name = { zh_CN = "什么人" }
about = { zh_CN = "每一种关于人的栏都有。" }
number = { prefix = "SM" }
fields = [
  { code = "what", kind = "text", name = { zh_CN = "事" }, required = true, column = true, search = true },
  { code = "body", kind = "organisation", name = { zh_CN = "单位" }, column = true },
  { code = "who", kind = "person", name = { zh_CN = "谁" }, column = true },
  { code = "phone", kind = "text", name = { zh_CN = "电话" }, personal = "phone", column = true },
  { code = "lives", kind = "text", name = { zh_CN = "住处" }, personal = "address", column = true },
  { code = "private", kind = "long_text", name = { zh_CN = "私事" }, personal = "note", column = true },
  { code = "others", kind = "list", name = { zh_CN = "别人" }, fields = [
    { code = "name", kind = "text", name = { zh_CN = "姓名" }, personal = "name" },
    { code = "phone", kind = "text", name = { zh_CN = "电话" }, personal = "phone" },
    { code = "lives", kind = "text", name = { zh_CN = "住处" }, personal = "address" },
    { code = "private", kind = "text", name = { zh_CN = "私事" }, personal = "note" },
    { code = "said", kind = "text", name = { zh_CN = "说了什么" } },
  ] },
]
states = [
  { code = "new", name = { zh_CN = "新" } },
  { code = "done", name = { zh_CN = "完" }, end = "done" },
]
transitions = [
  { code = "finish", name = { zh_CN = "办完" }, from = ["new"], to = "done", reason = "required" },
]
papers = [
  { kind = "slip", title = { zh_CN = "人单" }, fields = [
    "what", "body", "who", "phone", "lives", "private", "others",
  ] },
  { kind = "ledger", title = { zh_CN = "人册" }, fields = [
    "what", "body", "who", "phone", "lives", "private", "others",
  ] },
]
"""


def within(text: object) -> list[str]:
    """Which of the secrets stand in something that is shown, printed or written."""
    words = "".join(str(text).split())
    return [kind for kind, secret in SECRETS.items() if secret in words]


class SecretWriter(Writer):
    """Writes records about the same person, who is also named in all words that are free."""

    def typed(self, definition: Definition, one: FieldDefinition) -> object:
        """Something that a field takes."""
        if one.kind in ("person", *FREE) and one.personal is not None:
            return SECRETS[one.personal]
        found = super().typed(definition, one)
        if one.kind in FREE and isinstance(found, str) and one.code not in ("line", "item"):
            # A matter of the matrix is a heading: in the rows of its indicators nothing says whose record it is of.
            words = PHONE if definition.code == COMPETENCY and one.code == "matter" else told_of(definition)
            return f"{words}{found}"[: one.most or 200]
        return found


def names_somebody(definition: Definition) -> bool:
    """Whether a field or column of a definition holds names."""
    return any(one.personal == "name" for field in definition.fields for one in (field, *field.fields))


def told_of(definition: Definition) -> str:
    """Free words about somebody; by name only where a field has the name too: else nobody could know it for one."""
    return f"{NAME if names_somebody(definition) else ''}{PHONE}"


def filled(desk: Context) -> dict[str, CaseView]:
    """A record of every definition, and of one of the centre's own, with all that its steps say."""
    folder = desk.home.path / "definitions"
    folder.mkdir(exist_ok=True)
    (folder / f"{OWN}.toml").write_text(_OWN, encoding="utf-8")
    writer, made = SecretWriter(desk), dict[str, CaseView]()
    for code, definition in service.definitions(desk).items():
        if definition.kind == "duty":
            continue
        seen = writer.filled(writer.opened(code))
        made[code] = service.add_note(writer.of("M001"), seen.row.id, f"{told_of(seen.definition)}来过")
    return made


def seen_by(desk: Context) -> dict[str, Context]:
    """The same centre as each of those looks at it who may."""
    roles: tuple[tuple[Role, str], ...] = (("manager", "M001"), ("operator", "W002"), ("auditor", "W003"))
    found = {str(role): replace(desk, operator=Operator(no, no, role)) for role, no in roles}
    return {**found, "command": replace(desk, operator=None, source="cli")}
