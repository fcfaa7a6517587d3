"""A room that is not on the list of rooms: a slip, or one to be added."""

from __future__ import annotations

from frontdesk.activities.errors import ActivityError
from frontdesk.activities.rooms.keeping import nearest_rooms
from frontdesk.context import Context
from frontdesk.locale import t

NEAREST = 3


class RoomAsked:
    """Points out in a form that there is no such room; saving the same once more adds it to the list."""

    def __init__(self, room: str = "") -> None:
        """`room` is the one that stands there already."""
        self._rooms = {room}

    def ask(self, context: Context, room: str) -> None:
        """Raises ActivityError `new_room` or, with the nearest one, `new_room_like`, each once for a room."""
        if room in self._rooms:
            return
        self._rooms.add(room)
        near = nearest_rooms(context, room)
        if near is None:
            return
        if near:
            raise ActivityError("new_room_like", field="room", room=room, near=near[0])
        raise ActivityError("new_room", field="room", room=room)


def new_room_words(context: Context, room: str) -> str:
    """What a command says of a room that it is about to add, with those that are called almost the same; "" of one that
    is on the list, and where that is empty.
    """
    near = nearest_rooms(context, room, NEAREST)
    if near is None:
        return ""
    return t("activities.room_added_like" if near else "activities.room_added", room=room, near="、".join(near))
