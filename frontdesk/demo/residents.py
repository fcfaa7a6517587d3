"""The residents of the made-up centre: who they are, whose children they are, what they agreed to."""

from __future__ import annotations

import sqlite3
from datetime import timedelta
from random import Random
from typing import Any

from db import residents as records
from frontdesk.context import Context
from frontdesk.demo.names import NewNames, phone
from frontdesk.demo.scene import Scene
from frontdesk.residents import service as residents

RESIDENT_COUNT = 420
PHONES_OF_RESIDENTS = 5_000
AREAS = ("晨光", "新月", "海棠", "玉兰", "紫荆", "香樟")
"""Committee areas; the settings of the centre have them."""
_BORN = ((58, 86), (30, 57), (4, 29))
"""How old the three generations are, at least and at most."""
_CHILDREN = 0.6
"""Of the youngest generation so many are below 14: it is they who are signed up."""


def fill_residents(context: Context, connection: sqlite3.Connection, scene: Scene, notice: str) -> list[int]:
    """The ids of the residents; of some families two members give the same telephone, and most of these are entered as
    one household. `notice` is the version of the notice that most agreed to.
    """
    rng, about = scene.rng("residents"), scene.rng("data of residents")
    names = NewNames(rng)
    found: list[int] = []
    serial = PHONES_OF_RESIDENTS
    for _ in range(RESIDENT_COUNT):
        shared = rng.random() < 0.08
        serial += 0 if shared else 1
        gender, generation = rng.choice("女女男"), rng.choices((0, 1, 2), (45, 30, 25))[0]
        found.append(residents.resident(context, connection, names.draw(gender, generation), phone(serial)))
        relative = found[-2] if shared and len(found) > 1 and about.random() < 0.8 else None
        _describe(connection, scene, about, found[-1], gender, generation, relative, notice)
    return found


def _describe(
    connection: sqlite3.Connection,
    scene: Scene,
    rng: Random,
    resident_id: int,
    gender: str,
    generation: int,
    relative_id: int | None,
    notice: str,
) -> None:
    """Give a resident birth, area, tags and consent, and the household of a relative; of some little is known."""
    person = records.get(connection, resident_id)
    assert person is not None
    if rng.random() < 0.12:
        return
    least, most = _BORN[generation]
    if generation == 2 and rng.random() < _CHILDREN:
        most = 13
    born = scene.today - timedelta(days=round(365.25 * rng.uniform(least, most + 0.9)))
    known = rng.choices((4, 7, 10), (25, 25, 50))[0]
    said: dict[str, Any] = {"birth": born.isoformat()[:known], "gender": gender, "area": rng.choice(AREAS)}
    if rng.random() < 0.85:
        agreed = scene.today - timedelta(days=rng.randrange(5, 340))
        said |= {"consent_on": agreed.isoformat(), "consent_version": notice}
    relative = records.get(connection, relative_id) if relative_id is not None else None
    if relative is not None:
        number = relative.household or records.next_household(connection)
        records.set_household(connection, [relative.id], number)
        said |= {"household": number, "area": relative.area or said["area"]}
        child = residents.may_be_child(said["birth"], scene.today)
        if child and relative.birth and not residents.may_be_child(relative.birth, scene.today):
            said |= {
                "guardian_name": relative.name,
                "guardian_phone_cipher": relative.phone_cipher,
                "guardian_consent_on": said.get("consent_on", ""),
            }
    records.save(connection, person.model_copy(update=said))
    records.set_tags(connection, resident_id, _tags(rng, born.year, scene.today.year, relative is not None))


def _tags(rng: Random, born: int, year: int, has_family: bool) -> list[str]:
    """What somebody is tagged as: by age, and a few as new to the area."""
    age = year - born
    tags = ["老年人"] if age >= 60 else ["儿童"] if age < 14 else ["青少年"] if age < 19 else []
    if has_family and age < 19:
        tags.append("亲子家庭")
    if rng.random() < 0.08:
        tags.append("新居民")
    return tags
