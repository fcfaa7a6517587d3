"""Finding residents, and what a list shows of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from db import residents as records
from db import search
from db.residents import Resident
from frontdesk.common.names import mask_name
from frontdesk.common.phones import mask_phone, normalise_phone
from frontdesk.context import Context
from frontdesk.permission import allowed
from frontdesk.residents.errors import ResidentError
from frontdesk.residents.keeping import SEARCH_KIND, index_waiting, phone_key, phone_of, tail_key, tail_term
from frontdesk.residents.rules import age_band

SEARCH_LIMIT = 200

WAITING_WITH_A_SEARCH = 10
"""How many residents a search makes be found itself. Where more wait, the desk is at work on them: a search that wrote
too would wait for it, and a key for the search. Until then they are found by the beginning of the name as it stands.
"""


class ResidentLine(NamedTuple):
    """A resident as lists know one: the name in full, to be masked where a visitor may look; the phone is masked."""

    id: int
    name: str
    phone: str
    birth: str
    band: str
    """The age as a list shows it: 60-69."""
    gender: str
    area: str
    tags: tuple[str, ...]
    household: int | None

    @property
    def masked(self) -> str:
        """The name as a list shows it."""
        return mask_name(self.name)


def lines(context: Context, people: Sequence[Resident]) -> list[ResidentLine]:
    """These residents as lists know them, in their order."""
    tags = records.tags(context.database.connection, [one.id for one in people])
    return [
        ResidentLine(
            one.id,
            one.name,
            mask_phone(phone_of(context, one)),
            one.birth,
            age_band(one.birth, context.today()),
            one.gender,
            one.area,
            tags.get(one.id, ()),
            one.household,
        )
        for one in people
    ]


@allowed("shown")
def find(context: Context, text: str, limit: int = 20) -> list[ResidentLine]:
    """At most `limit` residents (-1: all of them) for what stands in a search box; those added last while it is empty.

    Found by characters of the name, pinyin, initials with every reading, a whole phone, or the last four digits of
    one, the person's or the guardian's. Whose name begins with what was typed comes first, so that 侯 finds a 侯
    before a 夏侯; then whose pinyin or initials are just that.
    """
    from frontdesk.common.pinyin import query_key

    connection = context.database.connection
    waiting = len(records.to_index(connection, WAITING_WITH_A_SEARCH + 1))
    writes = context.operator is not None and context.operator.role != "auditor" and not connection.in_transaction
    if writes and 0 < waiting <= WAITING_WITH_A_SEARCH:
        index_waiting(context, WAITING_WITH_A_SEARCH)
    key = query_key(text)
    most = limit if limit >= 0 else None
    if not key:
        return lines(context, records.latest(connection, limit))
    if len(key) >= 7 and key.isascii() and key.isdigit():
        return same_phone(context, text)[:most]
    ids: list[int] = []
    if len(key) == 4 and key.isascii() and key.isdigit():
        ids += map(int, search.find(connection, SEARCH_KIND, tail_term(tail_key(context, key)), limit))
    ids += records.named_from(connection, key, limit)
    if limit < 0 or len(ids) < limit:
        ids += map(int, search.find(connection, SEARCH_KIND, key, limit))
    return lines(context, records.by_ids(connection, list(dict.fromkeys(ids))[:most]))


def tagged(context: Context, tag: str, limit: int = SEARCH_LIMIT) -> list[ResidentLine]:
    """At most `limit` residents with a tag, whoever was added last first."""
    return lines(context, records.with_tag(context.database.connection, tag, limit))


def count(context: Context) -> int:
    """How many residents there are."""
    return records.count(context.database.connection)


def get(context: Context, resident_id: int) -> Resident:
    """One resident; for one who was merged into another that other. Raises ResidentError `unknown_resident`."""
    person = records.get(context.database.connection, resident_id)
    if person is not None and person.merged_into is not None:
        person = records.get(context.database.connection, person.merged_into)
    if person is None:
        raise ResidentError("unknown_resident", id=resident_id)
    return person


def line(context: Context, resident_id: int) -> ResidentLine:
    """One resident as lists know one. Raises ResidentError `unknown_resident`."""
    return lines(context, [get(context, resident_id)])[0]


def same_phone(context: Context, phone: str, but: int = 0) -> list[ResidentLine]:
    """Everybody with this phone but one: parents and children share it. Nobody where it is no phone."""
    try:
        number = normalise_phone(phone)
    except ValueError:
        return []
    found = records.with_phone(context.database.connection, phone_key(context, number))
    return lines(context, [one for one in found if one.id != but])


def household_of(context: Context, resident_id: int) -> list[ResidentLine]:
    """Everybody of somebody's household, the person too; nobody where there is none. Raises `unknown_resident`."""
    person = get(context, resident_id)
    if person.household is None:
        return []
    return lines(context, records.household(context.database.connection, person.household))
