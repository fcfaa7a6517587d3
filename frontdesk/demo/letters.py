"""Letters to the street office: that of three weeks ago was adopted, the next one sent, last week's is a draft."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from db.info_reports import LetterKind
from frontdesk.common.periods import week_of
from frontdesk.context import Context
from frontdesk.demo.scene import Scene
from frontdesk.reports.letters import service
from frontdesk.reports.letters.service import Begun

WRITING_HOUR, SENDING_HOUR, ADOPTING_HOUR = 10, 11, 15
ADOPTED_AFTER = 3
"""So many days after it was sent."""
ADOPTED_WORDS = "编入街道信息简报"

LUNCH = Begun(
    "社区厨房助老午餐会：一餐饭，一堂课",
    "中心的社区厨房每周办两次助老午餐会。老人来吃饭，志愿者顺便量一次血压、讲一条防骗提醒。\n"
    "一、菜单由老人自己定。每次散场前请大家说下周想吃什么，口味淡一点、软一点，都写在黑板上。\n"
    "二、同桌互相照应。固定的几位老人坐一桌，谁没有来，同桌的人当天打电话问一声。\n"
    "三、厨房的事大家做。择菜、摆碗、收拾，能动手的老人都愿意来帮忙。\n"
    "下一步，中心准备请社区医生每月来一次，讲讲怎么吃得清淡又有味道。",
)
CALLIGRAPHY = Begun(
    "书法沙龙老学员带新学员",
    "书法沙龙报名的人多，名额常常不够。中心请老学员带新学员，候补的居民也能先学起来。\n"
    "一、一位老学员带两位新学员，先教握笔和坐姿，一个月后再进沙龙。\n"
    "二、书画室空着的时候留给他们练字，在前台登记就能用。\n"
    "三、写得好的春联和扇面，送给楼里的独居老人。\n"
    "现在候补的时间短了，教的人也多了一份责任心。",
)
LEGAL = Begun(
    "法律咨询从“等人来”到“约好来”",
    "法律咨询原来先到先问，居民常常白跑一趟。现在可以在前台约好时间，带什么材料提前说清楚。\n"
    "一、预约时问清是哪一类事，请对口的律师来。\n"
    "二、要看材料的，写一张清单带回去准备。\n"
    "【待补充：约好来的居民怎么说】",
)


def letter_steps(context: Context, scene: Scene) -> list[tuple[int, Callable[[], object]]]:
    """What was done about the letters, each with its instant (UTC ms); they are numbered as they were begun."""

    def monday(weeks_ago: int) -> int:
        """The morning after the week that ended so many weeks ago; this week's may not have come yet."""
        day = week_of(scene.today - timedelta(weeks=weeks_ago)).last + timedelta(days=1)
        return min(scene.now, scene.instant(day, WRITING_HOUR * 3600))

    an_hour = (SENDING_HOUR - WRITING_HOUR) * 3_600_000
    adopted_at = monday(3) + (ADOPTED_AFTER * 24 + ADOPTING_HOUR - WRITING_HOUR) * 3_600_000
    return [
        (monday(3), partial(_begin, context, scene, 3, "highlight", LUNCH)),
        (monday(3) + an_hour, partial(_send, context, 1)),
        (adopted_at, partial(service.step, context, 1, "adopted", ADOPTED_WORDS)),
        (monday(2), partial(_begin, context, scene, 2, "typical_experience", CALLIGRAPHY)),
        (monday(2) + an_hour, partial(_send, context, 2)),
        (monday(1), partial(_begin, context, scene, 1, "activity_news", LEGAL)),
    ]


def _begin(context: Context, scene: Scene, weeks_ago: int, kind: LetterKind, words: Begun) -> None:
    period = service.letter_period(context, scene.today - timedelta(weeks=weeks_ago))
    service.begin(context, period, kind, words=words)


def _send(context: Context, number: int) -> None:
    """Review a letter and send it."""
    service.step(context, number, "reviewed")
    service.step(context, number, "sent")
