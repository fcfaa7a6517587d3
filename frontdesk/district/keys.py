"""The district itself: its store and the keys that it signs with.

A district that has changed its key goes on answering with the earlier one whoever names that one as the recipient: a
centre learns of the successor from a document that the earlier key signed. Every key is a file of its own; the first
has the name that the district was started with, a later one that name followed by its id.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from frontdesk.district.errors import DistrictError
from frontdesk.keys import KEY_BYTES
from frontdesk.sync import wire

if TYPE_CHECKING:
    from frontdesk.district.store import Store


@dataclass(frozen=True)
class District:
    """The district's end: its store and the seed of its signing key.

    `key_file` is where its first key lies; without it the district knows of no key but `seed`.
    """

    store: Store
    seed: bytes
    limits: wire.Limits = wire.DEFAULT_LIMITS
    key_file: Path | None = None

    def __post_init__(self) -> None:
        """Hold the seed with its key: every receipt is signed with it."""
        object.__setattr__(self, "seed", wire.held_seed(self.seed))

    @cached_property
    def verify_key(self) -> bytes:
        """The key that centres pin."""
        return wire.verify_key_of(self.seed)

    @cached_property
    def key_id(self) -> str:
        """The district's name as recipient."""
        return wire.key_id_of(self.verify_key)

    def seed_of(self, key_id: str) -> bytes | None:
        """The seed of the district's key with this id, the present one or another; None when it is none of ours.

        A key that another process made since is found: it is a file with a known name.
        """
        if key_id == self.key_id:
            return self.seed
        if self.key_file is None or not re.fullmatch(r"[0-9a-f]{32}", key_id):
            return None
        for path in (self.key_file, successor_path(self.key_file, key_id)):
            seed = _seed_in(path)
            if seed is not None and wire.key_id_of(wire.verify_key_of(seed)) == key_id:
                return seed
        return None

    def as_known_to(self, recipient: str) -> District:
        """This district with the key whose id a sender names as the present one, so that all that answers it holds
        against the key that it has pinned; unchanged when that is no key of ours. It gives nothing away.
        """
        seed = self.seed_of(recipient)
        return self if seed is None or seed == self.seed else replace(self, seed=seed)


def key_path(store_file: Path) -> Path:
    """Where the district's signing key lies: beside the store's file."""
    return store_file.with_name(store_file.name + ".key")


def successor_path(key_file: Path, key_id: str) -> Path:
    """Where a key lies that took the place of an earlier one."""
    return key_file.with_name(f"{key_file.name}.{key_id}")


def read_key(path: Path) -> bytes:
    """The seed of the district's signing key. Raises DistrictError `district_key_missing`."""
    seed = _seed_in(path)
    if seed is None:
        raise DistrictError("district_key_missing", path=str(path))
    return seed


def _seed_in(path: Path) -> bytes | None:
    try:
        seed = path.read_bytes()
    except OSError:
        return None
    return seed if len(seed) == KEY_BYTES else None
