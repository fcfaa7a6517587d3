"""The people of the made-up centre: staff, their posts and absences, volunteers, their cards, residents."""

from __future__ import annotations

import sqlite3
from datetime import date, timedelta
from random import Random

from db import leave as leaves
from db import staff as staff_records
from db import volunteers as volunteer_records
from db.leave import LeaveKind
from db.staff import Staff
from db.volunteers import Card, Volunteer, VolunteerState
from frontdesk.calendar.service import calendar_for
from frontdesk.context import Context
from frontdesk.demo.names import NewNames, phone
from frontdesk.demo.residents import fill_residents
from frontdesk.demo.scene import People, Scene, is_weekend
from frontdesk.volunteers import service as volunteers

MANAGER_NO = "1001"
MANAGER_NAME = "顾闻溪"
POSTS = ("综合服务台", "活动管理", "志愿者管理", "为老服务", "空间运营")
STAFF_COUNT = 12
VOLUNTEER_COUNT = 240
BORN_TODAY = (3, 57)
BORN_THIS_MONTH = (12, 90)
MINORS = (226, 230, 236, 238)
"""Places in the order of registering; all of them serve."""
BIRTH_DAY_SHARE = 0.8
NOTICE_VERSION = "2025-01"
TEAMS = ("晨曦助老队", "便民服务队", "亲子阅读队", "平安巡逻队", "护河队", "助餐服务队", "法律咨询队", "")
TEAM_WEIGHTS = (46, 44, 36, 34, 24, 24, 12, 20)
SKILLS = (
    "",
    "量血压",
    "理发",
    "修伞磨刀",
    "书法",
    "太极拳",
    "摄影",
    "烘焙",
    "手语",
    "英语",
    "法律",
    "钢琴",
    "急救",
    "编织",
)
KIND_OF_LEAVE: dict[str, LeaveKind] = {
    "年休假": "annual",
    "参加街道培训": "training",
    "病假": "sick",
    "外出走访": "official",
    "调休": "other",
}
PHONES_OF_VOLUNTEERS = 1_000
PHONES_OF_GUARDIANS = 3_000


def fill_people(context: Context, connection: sqlite3.Connection, scene: Scene) -> People:
    """Write everybody inside a running transaction; returns who they are."""
    return People(
        staff=_staff(context, connection, scene),
        volunteers=_volunteers(context, connection, scene),
        residents=fill_residents(context, connection, scene, NOTICE_VERSION),
    )


def _staff(context: Context, connection: sqlite3.Connection, scene: Scene) -> list[Staff]:
    """The manager, who holds no post, and the holders of the posts, A and B in turn."""
    rng = scene.rng("staff")
    names = NewNames(rng)
    people = []
    for number in range(STAFF_COUNT):
        no = str(int(MANAGER_NO) + number)
        name = MANAGER_NAME if no == MANAGER_NO else names.draw(rng.choice("女女男"), rng.choice((1, 1, 2)))
        level = rng.choice(("社会工作者(初级)", "社会工作者(中级)", "", ""))
        person = Staff(
            no=no,
            name=name,
            kind="专职" if number < 8 else "第三方" if number < 11 else "物业",
            phone_cipher=context.keys.seal(phone(number)),
            certificate=level or None,
            certificate_until=(scene.today + timedelta(days=rng.randrange(40, 900))).isoformat() if level else None,
            weekly_hours=40 if number < 11 else 24,
            role="manager" if no == MANAGER_NO else "operator",
        )
        staff_records.put(connection, person)
        people.append(person)
    for place, post in enumerate(POSTS):
        staff_records.assign_post(connection, people[1 + 2 * place].no, post, "A")
        staff_records.assign_post(connection, people[2 + 2 * place].no, post, "B")
    # The counter is never left alone: it has a second A.
    staff_records.assign_post(connection, people[-1].no, POSTS[0], "A")
    _absences(context, connection, scene, people)
    return people


def _absences(context: Context, connection: sqlite3.Connection, scene: Scene, people: list[Staff]) -> None:
    """Who is away when: somebody now and then, on weekends A and B took turns, never both of a post.

    From its first day on the roster says who rests, and knows of every leave; on the next working day an A is away,
    whose hand-over is due.
    """
    rng = scene.rng("absences")
    next_day = calendar_for(context, scene.today, scene.last).add_working_days(scene.today, 1)
    for day in scene.all_days():
        if is_weekend(day) and day < scene.roster_first:
            for place in range(len(POSTS)):
                resting = people[1 + 2 * place + (day.toordinal() + place) % 2]
                _away(connection, scene, resting.no, day, "轮休")
        elif day == next_day:
            _away(connection, scene, people[1 + 2 * rng.randrange(1, len(POSTS))].no, day, "年休假")
        elif not is_weekend(day) and day != scene.today and rng.random() < 0.4:
            absent = people[rng.randrange(1, STAFF_COUNT - 1)]
            _away(connection, scene, absent.no, day, rng.choice(tuple(KIND_OF_LEAVE)))


def _away(connection: sqlite3.Connection, scene: Scene, staff_no: str, day: date, reason: str) -> None:
    """One day of absence: reported at eight in the morning of the day, or approved before the roster was made."""
    kind, on = KIND_OF_LEAVE.get(reason, "other"), day.isoformat()
    if day < scene.roster_first:
        leaves.add(connection, staff_no, on, on, at=scene.instant(day, 8 * 3600), kind=kind, reason=reason)
        return
    asked = scene.instant(scene.roster_made, 9 * 3600)
    leave_id = leaves.add(connection, staff_no, on, on, at=asked, kind=kind, reason=reason, planned=True, state="asked")
    leaves.set_state(connection, leave_id, "approved", by=MANAGER_NO, at=asked)


def _volunteers(context: Context, connection: sqlite3.Connection, scene: Scene) -> list[Volunteer]:
    rng = scene.rng("volunteers")
    names = NewNames(rng)
    found = []
    for number in range(VOLUNTEER_COUNT):
        mobile = phone(PHONES_OF_VOLUNTEERS + number)
        volunteer = _volunteer(
            rng, names, scene, number, context.keys.seal(mobile), context.keys.lookup(f"phone:{mobile}")
        )
        volunteer = _known_better(context, scene, volunteer, number)
        volunteers.store(context, connection, volunteer, mobile)
        _cards(connection, scene, rng, volunteer)
        found.append(volunteer)
    return found


def _volunteer(
    rng: Random, names: NewNames, scene: Scene, number: int, phone_cipher: bytes, phone_key: bytes
) -> Volunteer:
    """One volunteer; numbers rise with the day of registration, the last of them in the year just past."""
    gender = rng.choice("女女女男男")
    generation = rng.choices((0, 1, 2), (40, 40, 20))[0]
    born = scene.today.year - (rng.randrange(64, 82), rng.randrange(40, 64), rng.randrange(19, 40))[generation]
    newest = scene.today - timedelta(days=20)
    age = (newest - date(scene.today.year - 7, 1, 1)).days
    registered = newest - timedelta(days=age - round(age * (number + rng.random()) / VOLUNTEER_COUNT))
    state: VolunteerState = "suspended" if number % 41 == 17 else "left" if number % 60 == 31 else "active"
    return Volunteer(
        no=f"03{10_001 + number}",
        name=names.draw(gender, generation),
        gender=gender,
        birth_month=f"{born}-{rng.randrange(1, 13):02d}",
        phone_cipher=phone_cipher,
        phone_key=phone_key,
        team=rng.choices(TEAMS, TEAM_WEIGHTS)[0],
        skill=rng.choice(SKILLS),
        registered_on=registered.isoformat(),
        state=state,
        state_since="" if state == "active" else (scene.today - timedelta(days=170)).isoformat(),
        state_reason={"active": "", "suspended": "长期未参加服务", "left": "搬离本区"}[state],
    )


def _known_better(context: Context, scene: Scene, volunteer: Volunteer, number: int) -> Volunteer:
    """The volunteer with what only the newer forms ask for: the day of birth of most, the consent, a minor's guardian.

    Two have their birthday today, of two others only this month is known; four are minors, of the team that reads with
    children.
    """
    rng = scene.rng(f"form {number}")
    agreed = max(volunteer.registered_on, (scene.first - timedelta(days=60)).isoformat())
    said: dict[str, object] = {"consent_version": NOTICE_VERSION, "consent_on": agreed}
    if rng.random() < BIRTH_DAY_SHARE:
        said["birth_day"] = f"{rng.randrange(1, 29):02d}"
    if number in BORN_TODAY:
        # A leap year, because today may be 29 February.
        said |= {"birth_month": f"{1952 + 4 * (number % 4)}-{scene.today:%m}", "birth_day": f"{scene.today:%d}"}
    if number in BORN_THIS_MONTH:
        said |= {"birth_month": f"{volunteer.birth_month[:4]}-{scene.today:%m}", "birth_day": ""}
    if number in MINORS:
        said |= {
            "birth_month": f"{scene.today.year - 16}-{rng.randrange(1, 13):02d}",
            "team": "亲子阅读队",
            "guardian_name": volunteer.name[:1] + rng.choice(("建平", "晓燕", "文斌", "丽萍")),
            "guardian_phone_cipher": context.keys.seal(phone(PHONES_OF_GUARDIANS + number)),
            "guardian_consent_on": volunteer.registered_on,
        }
    return volunteer.model_copy(update=said)


def _cards(connection: sqlite3.Connection, scene: Scene, rng: Random, volunteer: Volunteer) -> None:
    """A card for everybody; a few lost theirs and have a second one."""
    lost = rng.random() < 0.05
    registered = date.fromisoformat(volunteer.registered_on)
    issued = max(registered, scene.first)
    first = Card(
        volunteer_no=volunteer.no,
        serial=1,
        state="replaced" if lost else "issued",
        valid_from="",
        issued_at=scene.instant(issued, 34_200),
    )
    volunteer_records.put_card(connection, first)
    if lost:
        again = issued + timedelta(days=round((scene.today - issued).days * rng.uniform(0.2, 0.8)))
        second = Card(
            volunteer_no=volunteer.no,
            serial=2,
            state="issued",
            valid_from=again.isoformat(),
            issued_at=scene.instant(again, 36_000),
        )
        volunteer_records.put_card(connection, second)
