"""Which mechanisms that the calendar asks for the made-up centre keeps: its manager has said so of all but one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from frontdesk.cases import service
from frontdesk.context import Context
from frontdesk.demo.scene import Scene

DECIDED_DAYS, DECIDED_AT = 45, 16 * 3600
"""So many days ago, and so many seconds after midnight."""
KEPT = ("grid_training",)
LEFT = {
    "area_joint_meeting": "片区联席会议由片区网格长召集，本中心只参加",
    "list_promotion": "清单由街道统一迭代",
    "provider_grading": "配送单位由街道评级",
    "star_rating": "本街道今年不评星级",
}
"""Those that are not kept, each with the reason."""


def adopting_steps(context: Context, scene: Scene) -> list[tuple[int, Callable[[], object]]]:
    """What the manager decided, each with its instant (UTC ms); the third party's inspections wait to be decided on."""
    at = scene.instant(scene.today - timedelta(days=DECIDED_DAYS), DECIDED_AT)
    kept = partial(service.adopt, context, KEPT)
    return [(at, kept), *((at, partial(service.drop, context, (code,), reason)) for code, reason in LEFT.items())]
