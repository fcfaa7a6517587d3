"""Who may do what: said at each use case, and refused there before anything it was given is looked at.

What was true at sign-in may have been taken back meanwhile; so what changes something is confirmed once more inside its
transaction (`Context.change`, `Context.confirm_operator`). The table of all of them is `frontdesk permissions`.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import TYPE_CHECKING, Concatenate, Literal, NamedTuple, ParamSpec, TypeVar

from frontdesk.errors import DeskError

if TYPE_CHECKING:
    from frontdesk.context import Context

P = ParamSpec("P")
T = TypeVar("T")

Who = Literal["manager", "operator", "auditor", "door", "kiosk", "command"]
"""Who acts: by role who is signed in; `door` the desk with nobody signed in, `command` a command without --as."""

WHO: tuple[Who, ...] = ("manager", "operator", "auditor", "door", "kiosk", "command")

Level = Literal["manager", "overseer", "writer", "reader", "shown", "scan", "visitor", "door"]

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
    if "operator" in rule.who:
        return DeskError("auditor_reads_only", no=operator.no)
    return DeskError("manager_required", no=operator.no)


def allowed(
    level: Level, *, partly: tuple[Who, ...] = ()
) -> Callable[[Callable[Concatenate[Context, P], T]], Callable[Concatenate[Context, P], T]]:
    """Mark a use case with who may begin it; anybody else is refused with what `refusal` says."""
    rule = Rule(level, frozenset(partly))
    who = rule.who

    def mark(case: Callable[Concatenate[Context, P], T]) -> Callable[Concatenate[Context, P], T]:
        @wraps(case)
        def guarded(context: Context, /, *args: P.args, **named: P.kwargs) -> T:
            if standing(context) not in who:
                raise refusal(context, rule)
            return case(context, *args, **named)

        setattr(guarded, RULE, rule)
        return guarded

    return mark
