"""Search as you type among many volunteers, against the same query written by hand, and against one frame.

The yardstick is one statement on the bare connection: the terms of a prefix in the order of the index, joined with the
volunteers, as many rows as the screen shows. Ours is the use case behind the search box: what was typed is folded and
told apart (number, card, phone tail, name), every person comes once, and comes as a record.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from itertools import count
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import perf_counter

from db.volunteers import Volunteer
from frontdesk.common.names import mask_name
from frontdesk.common.pinyin import query_key, search_terms
from frontdesk.context import Context
from frontdesk.demo.names import full_name, phone
from frontdesk.home import Home
from frontdesk.shell.rowsource import PAGE
from frontdesk.staff.service import set_up_centre
from frontdesk.volunteers import service
from frontdesk.volunteers.register import service as register
from tests.bench.ratio import Ratio, in_turns, of_medians

FRAME = 0.016
"""Seconds within which a key must be answered: the issue's floor."""
HERE = 40
"""How many volunteers are in the house while somebody types."""
WARM_UP = 30
SCROLLS = 400
PAGE_BY_HAND = "SELECT * FROM volunteer ORDER BY no LIMIT ? OFFSET ?"
YARDSTICK = (
    "SELECT p.* FROM search_term s JOIN volunteer p ON p.no = s.ref "
    "WHERE s.kind = 'volunteer' AND s.term >= ? AND s.term < ? ORDER BY s.term, s.ref LIMIT ?"
)


def fill(context: Context, volunteers: int, *, seed: int = 7) -> list[Volunteer]:
    """Register so many volunteers with made-up names and phones, some of whom are here; returns them."""
    rng = Random(seed)
    made = []
    with context.change("bench.filled", "centre") as connection:
        for number in range(volunteers):
            name = full_name(rng, rng.choice("女男"), rng.randrange(3))
            mobile = phone(number)
            made.append(
                Volunteer(no=f"{310000 + number:07d}", name=name, team=f"第{number % 60}服务队", birth_month="1960-03")
            )
            register.store(context, connection, made[-1], mobile)
    for volunteer in made[:: max(1, volunteers // HERE)]:
        service.check_in(context, volunteer.no)
    return made


def typed_texts(made: Sequence[Volunteer], times: int, *, seed: int = 11) -> list[str]:
    """What people type: one character, the beginning of the pinyin, initials, a phone's tail, a number, letter by
    letter as it grows.
    """
    rng = Random(seed)
    texts: list[str] = []
    while len(texts) < times:
        one = rng.choice(made)
        terms = sorted(search_terms(one.name))
        latin = [term for term in terms if term.isascii()] or [one.no]
        pinyin, initials = max(latin, key=len), min(latin, key=len)
        tail = f"{int(one.no) - 310000:04d}"[-4:]
        whole = rng.choice((rng.choice(one.name), one.name, pinyin, initials, tail, one.no, one.no.lstrip("0")))
        texts += [whole[:length] for length in range(1, len(whole) + 1)]
    return texts[:times]


def keystroke(context: Context, text: str) -> list[tuple[str, str, str]]:
    """What a key in the search box costs before it is drawn: the search, who is here, the masked rows."""
    found = register.find(context, text)
    here = {line.volunteer_no for line in service.here_now(context)}
    return [(one.no, mask_name(one.name), "here" if one.no in here else one.state) for one in found]


def search_ratio(volunteers: int, searches: int, target: float, frame_target: float = 1.0) -> list[Ratio]:
    """Two ratios over `searches` typed texts among so many volunteers: the search over the statement written by hand
    (medians), and the whole keystroke at the 99th percentile over one frame of 16 ms.
    """
    with TemporaryDirectory(prefix="frontdesk-bench-") as name:
        context = new_centre(Path(name) / "home")
        try:
            texts = typed_texts(fill(context, volunteers), searches)
            return measured(context, texts, target, frame_target, volunteers)
        finally:
            context.database.close()


def measured(context: Context, texts: Sequence[str], target: float, frame_target: float, people: int) -> list[Ratio]:
    """The two ratios on a centre that is filled already."""
    ours, yardstick = _searcher(context, texts), _by_hand(context.database.connection, texts)
    in_turns(WARM_UP, ours, yardstick)
    mine, theirs = in_turns(len(texts), ours, yardstick)
    keys = sorted(_timed(lambda text=text: keystroke(context, text)) for text in texts)  # type: ignore[misc]
    slowest = keys[min(len(keys) - 1, round(len(keys) * 0.99))]
    opening = sorted(_timed(lambda: opened(context)) for _ in range(SCROLLS))
    slowest_opening = opening[min(len(opening) - 1, round(len(opening) * 0.99))]
    return [
        of_medians(f"search, {people} people", target, mine, theirs),
        Ratio("keystroke p99 of a frame", slowest / FRAME, frame_target, slowest, FRAME, len(keys)),
        Ratio("opening p99 of a frame", slowest_opening / FRAME, frame_target, slowest_opening, FRAME, len(opening)),
        scroll_ratio(context, people, target),
    ]


def opened(context: Context) -> int:
    """What the volunteers screen asks for when it opens: how many there are, the first page, who is here."""
    everybody = register.count(context)
    rows = register.page(context, 0, PAGE)
    return everybody + len(rows) + len(service.here_now(context))


def scroll_ratio(context: Context, people: int, target: float) -> Ratio:
    """A page of the list at any place over the same page by a statement written by hand."""
    rng = Random(5)
    places = [rng.randrange(max(1, people - PAGE)) for _ in range(SCROLLS)]
    ours, by_hand = iter(places * 2), iter(places * 2)
    mine, theirs = in_turns(
        SCROLLS,
        lambda: _timed(lambda: register.page(context, next(ours), PAGE)),
        lambda: _timed(lambda: context.database.connection.execute(PAGE_BY_HAND, (PAGE, next(by_hand))).fetchall()),
    )
    return of_medians(f"list page, {people} people", target, mine, theirs)


def new_centre(path: Path) -> Context:
    """An empty centre with its manager signed in."""
    return set_up_centre(
        Home(path),
        code="310114-901",
        name="示范邻里中心",
        street="示范街道",
        district="示范区",
        manager_no="M001",
        manager_name="王五",
        pin=None,
        synchronous="OFF",
    )


def _timed(run: Callable[[], object]) -> float:
    started = perf_counter()
    run()
    return perf_counter() - started


def _searcher(context: Context, texts: Sequence[str]) -> Callable[[], float]:
    turn = count()

    def once() -> float:
        text = texts[next(turn) % len(texts)]
        return _timed(lambda: register.find(context, text))

    return once


def _by_hand(connection: sqlite3.Connection, texts: Sequence[str]) -> Callable[[], float]:
    turn = count()

    def once() -> float:
        key = query_key(texts[next(turn) % len(texts)])
        values = (key, key + "\U0010ffff", register.SEARCH_LIMIT)
        return _timed(lambda: connection.execute(YARDSTICK, values).fetchall())

    return once


if __name__ == "__main__":
    for ratio in search_ratio(100_000, 2_000, 3.0):
        print(ratio.line())
