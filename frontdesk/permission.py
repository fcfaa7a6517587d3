"""Who may do what: said at each use case, and refused there before anything it was given is looked at.

What was true at sign-in may have been taken back meanwhile; so what changes something is confirmed once more inside its
transaction (`Context.change`, `Context.confirm_operator`). The table of all of them is `frontdesk permissions`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Any, Literal, NamedTuple, TypeVar, cast

from frontdesk.errors import DeskError

if TYPE_CHECKING:
    from frontdesk.context import Context

F = TypeVar("F", bound="Callable[..., Any]")

Who = Literal["manager", "operator", "auditor", "door", "kiosk", "command"]
"""Who acts: by role who is signed in; `door` the desk with nobody signed in, `command` a command without --as."""

WHO: tuple[Who, ...] = ("manager", "operator", "auditor", "door", "kiosk", "command")

Refusal = Literal["operator_required", "manager_required", "auditor_reads_only"]

Level = Literal["manager", "overseer", "writer", "reader", "shown", "scan", "visitor", "ballot", "door"]

LEVELS: dict[Level, frozenset[Who]] = {
    "manager": frozenset(("manager",)),
    "overseer": frozenset(("manager", "auditor")),
    "writer": frozenset(("manager", "operator")),
    "reader": frozenset(("manager", "operator", "auditor")),
    # Names and phones masked, or none at all.
    "shown": frozenset(("manager", "operator", "auditor", "command")),
    # A desk with nobody signed in takes scans as the kiosk does.
    "scan": frozenset(("manager", "operator", "kiosk")),
    # What a visitor does alone at the kiosk, and nobody by command without saying who.
    "visitor": frozenset(("manager", "operator", "kiosk")),
    # A code of a review has no name behind it: it is entered without saying who does.
    "ballot": frozenset(("manager", "operator", "command")),
    # Signing in.
    "door": frozenset(WHO),
}


class Rule(NamedTuple):
    """Who may begin a use case. `partly` are those of them whom it refuses in some cases: somebody else's PIN, what
    only a manager may decide.
    """

    level: Level
    partly: frozenset[Who] = frozenset()

    @property
    def who(self) -> frozenset[Who]:
        """Who may begin it."""
        return LEVELS[self.level]

    def code(self, who: Who) -> Refusal:
        """With which code it is refused to somebody who may not."""
        if who in ("door", "kiosk", "command"):
            return "operator_required"
        return "auditor_reads_only" if who == "auditor" else "manager_required"


RULE = "__frontdesk_rule__"
"""Where a use case keeps its rule."""


def standing(context: Context) -> Who:
    """Who acts in this context; at the kiosk nobody else than the kiosk."""
    if context.source == "kiosk":
        return "kiosk"
    operator = context.operator
    if operator is None:
        return "command" if context.source == "cli" else "door"
    return operator.role


def refusal(context: Context, rule: Rule) -> DeskError:
    """What is said to whoever acts here and may not: `operator_required`, `manager_required`, `auditor_reads_only`."""
    operator = context.operator
    if operator is None or context.source == "kiosk":
        return DeskError("operator_required")
    return DeskError(rule.code(operator.role), no=operator.no)


def allowed(level: Level, *, partly: tuple[Who, ...] = ()) -> Callable[[F], F]:
    """Mark a use case with who may begin it; anybody else is refused with what `refusal` says."""
    rule = Rule(level, frozenset(partly))
    who = rule.who

    def mark(case: F) -> F:
        @wraps(case)
        def guarded(context: Context, *args: Any, **named: Any) -> Any:
            if standing(context) not in who:
                raise refusal(context, rule)
            return case(context, *args, **named)

        setattr(guarded, RULE, rule)
        return cast("F", guarded)

    return mark
