"""Use cases of the settings: what a centre may change, what it is now, and changing it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from db import centre as centres
from frontdesk.common.longnumbers import refuse_long_number
from frontdesk.context import Context
from frontdesk.errors import DeskError
from frontdesk.locale import words_for
from frontdesk.permission import allowed
from frontdesk.settings import rules
from frontdesk.settings.rules import Bounds, Value
from frontdesk.settings.words import allowed_words, damaged_words, label

if TYPE_CHECKING:
    import sqlite3

    from frontdesk.access.service import Approval, Approver
    from frontdesk.checking import Invariant


__all__ = [
    "Listed",
    "SettingError",
    "consequence",
    "damaged",
    "damaged_words",
    "invariants",
    "listed",
    "reset",
    "set_setting",
    "subject",
]


class SettingError(DeskError):
    """A refusal about settings: `unknown_setting`, `not_allowed`."""

    area = "settings"


class Listed(NamedTuple):
    """One setting as it stands, with its group, what it is until it is changed, and what it may be."""

    name: str
    group: str
    value: Value
    default: Value
    bounds: Bounds
    is_damaged: bool = False
    """Whether something is stored that it cannot be, so that the default is in force."""

    @property
    def is_changed(self) -> bool:
        """Whether it is something else than the default."""
        return self.value != self.default


def listed(context: Context) -> list[Listed]:
    """Every setting, group by group in their order."""
    context.read_settings()
    return [
        Listed(
            name,
            group,
            getattr(context.settings, name),
            rules.default(name),
            rules.BOUNDS[name],
            name in context.damaged_settings,
        )
        for group, names in rules.GROUPS.items()
        for name in names
    ]


def damaged(connection: sqlite3.Connection) -> list[str]:
    """The settings that are stored as what they cannot be, by name."""
    return list(rules.damaged(centres.settings(connection)))


@allowed("manager")
def set_setting(context: Context, name: str, text: str, *, approver: Approver | None = None) -> Value:
    """Give a setting the value that a person typed or chose; returns it as it is kept.

    One audit entry has the value before and after; nothing is written where they are the same. Switching off that
    something needs a second person needs one itself, as long as there is another manager with a PIN.
    Raises SettingError `unknown_setting` and `not_allowed`, DeskError `long_number`, and what `Context.require_manager`
    and `access.service.approved` raise.
    """
    _known(name)
    context.require_manager()
    if rules.BOUNDS[name].kind in ("text", "texts"):
        refuse_long_number(text)
    try:
        value = rules.typed(name, text)
    except DeskError as refusal:
        raise SettingError("not_allowed", name=label(name), allowed=allowed_words(name)) from refusal
    _write(context, name, value, approver)
    return value


@allowed("manager")
def reset(context: Context, name: str, *, approver: Approver | None = None) -> Value:
    """Bring the default of a setting back; returns it. Raises what `set_setting` raises."""
    _known(name)
    context.require_manager()
    value = rules.default(name)
    _write(context, name, value, approver)
    return value


def consequence(context: Context, name: str) -> str:
    """What the setting as it stands leads to for what is on record, in words; "" where that goes without saying."""
    if name != "report_week_ends":
        return ""
    # Reports are many modules, and only this setting asks them.
    from frontdesk.reports import service as reports

    try:
        return reports.counting_words(context)
    except DeskError as refusal:
        return words_for(refusal)


def _known(name: str) -> None:
    if name not in rules.BOUNDS:
        raise SettingError("unknown_setting", name=name)


def subject(name: str, value: Value) -> str:
    """What a second person agrees to when a setting is changed."""
    return f"{name}={value}"


def _agreed(context: Context, name: str, value: Value, approver: Approver | None) -> Approval | None:
    """That a second person agrees that something needs none any more; None where nothing of the kind is changed."""
    if not rules.frees(name, getattr(rules.Settings.of(centres.settings(context.database.connection)), name), value):
        return None
    # No other setting asks it.
    from frontdesk.access import service as access

    return access.approved(context, "settings", subject(name, value), approver)


def _write(context: Context, name: str, value: Value, approver: Approver | None) -> None:
    """Store a value, or nothing where it is the default, with what it was before."""
    approval = _agreed(context, name, value, approver)
    with context.database.write() as connection:
        context.confirm_operator(connection)
        context.require_manager()
        stored = centres.settings(connection)
        before = getattr(rules.Settings.of(stored), name)
        if approval is not None:
            approval.use(context, connection)
        elif rules.frees(name, before, value):
            # Another window has switched it on meanwhile.
            from frontdesk.access.service import AccessError

            raise AccessError("approval_required")
        was_damaged = name in rules.damaged(stored)
        if before != value or was_damaged:
            centres.set_setting(connection, name, None if value == rules.default(name) else value)
            # Of what was no value nothing is repeated: it may be anything.
            said = {
                "before": None if was_damaged else _noted(context, name, before),
                "after": _noted(context, name, value),
                **(approval.detail if approval is not None else {}),
            }
            context.note(connection, "setting.changed", name, **said)
    context.read_settings()


def _noted(context: Context, name: str, value: Value) -> Value:
    """A value as the audit log has it: of what may be a name or a phone a keyed hash, '' staying ''."""
    if name not in rules.PERSONAL or value == "":
        return value
    return context.keys.fingerprint(f"setting:{name}:{value}").hex()[:16]


def invariants() -> tuple[Invariant, ...]:
    """What always holds of these records; see `frontdesk.settings.checking`."""
    from frontdesk.settings.checking import INVARIANTS

    return INVARIANTS
