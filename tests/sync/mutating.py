"""Spoilt files by the thousand: what whoever holds genuine ones could make, and what a centre gone wrong could sign.

Every spoilt file is drawn from one number, so that one that was taken in can be made again.
"""

from __future__ import annotations

import hashlib
import json
import struct
import sys
import zlib
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from random import Random

from nacl.public import SealedBox
from nacl.signing import SigningKey, VerifyKey

from frontdesk.sync import frames, wire
from tests.sync import wired
from tests.sync.ends import DISTRICT_SEED

BOMB_BYTES = 40_000_000
HASH = 32
WHOLE = "a whole one all the same"


@dataclass
class Outcome:
    """How many spoilt files were refused with which code, which were taken in, and what memory they took."""

    codes: Counter[str] = field(default_factory=Counter)
    taken_in: list[str] = field(default_factory=list)
    grown_mb: float = 0.0

    @property
    def files(self) -> int:
        """How many files there were."""
        return self.codes.total() + len(self.taken_in)


def _large_report() -> bytes:
    values = wire.make_values({"sessions_by_room": {f"活动室 {room}": room for room in range(300)}})
    return wired.sealed(wired.second_body(values=values))


@cache
def _genuine() -> list[tuple[str, bytes, Callable[[bytes], object]]]:
    """Genuine files and what opens them: reports most often, for they are what comes from outside most often."""
    keys = [wired.DISTRICT_KEY]
    report = [wired.sealed(), wired.sealed(wired.first_body()), _large_report()]
    return [
        *(("report", raw, wired.opened) for raw in report * 2),
        ("up", wired.usb_up(), lambda raw: wire.open_usb_up(raw, DISTRICT_SEED, wired.lookup)),
        ("down", wired.usb_down(), lambda raw: wire.open_usb_down(raw, keys)),
        ("exchange", wired.exchange_request(), lambda raw: wire.open_exchange_request(raw, wired.lookup)),
        ("answer", wired.exchange_answer(), lambda raw: wire.open_exchange_answer(raw, district_keys=keys)),
    ]


def _flipped(raw: bytes, random: Random) -> bytes:
    changed = bytearray(raw)
    for _ in range(random.randint(1, 4)):
        changed[random.randrange(len(raw))] ^= 1 << random.randrange(8)
    return bytes(changed)


def _cut(raw: bytes, random: Random) -> bytes:
    return raw[: random.randrange(len(raw))]


def _lengthened(raw: bytes, random: Random) -> bytes:
    return raw + random.randbytes(random.randint(1, 200))


def _lying(raw: bytes, random: Random) -> bytes:
    """A length, or what may be one, says something else."""
    changed = bytearray(raw)
    at = random.choice((21, 21, random.randrange(len(raw) - 4)))
    number = random.choice((0, 1, len(raw), 0x7FFFFFFF, 0xFFFFFFFF, random.getrandbits(32), random.getrandbits(12)))
    struct.pack_into(">I", changed, at, number)
    return bytes(changed)


def _spliced(raw: bytes, random: Random) -> bytes:
    begin, to = random.randrange(len(raw)), random.randrange(len(raw))
    piece = raw[begin : begin + random.randint(1, 64)]
    return raw[:to] + piece + raw[to + random.choice((0, len(piece))) :]


def _emptied(raw: bytes, random: Random) -> bytes:
    """What a stick holds that was pulled out too early: the size of the file, and zeros from somewhere on."""
    length = random.randrange(len(raw))
    return raw[:length] + bytes(len(raw) - length)


def _noise(raw: bytes, random: Random) -> bytes:
    return raw[: random.choice((0, 5, 21))] + random.randbytes(random.randint(0, 400))


SPOILERS = (_flipped, _flipped, _flipped, _cut, _lengthened, _lying, _lying, _spliced, _emptied, _noise)


def _rehashed(raw: bytes) -> bytes:
    return raw + hashlib.sha256(raw).digest()


@cache
def _bundle() -> bytes:
    box = wired.usb_up()[25:-HASH]
    return bytes(SealedBox(SigningKey(DISTRICT_SEED).to_curve25519_private_key()).decrypt(box))


def _resealed(bundle: bytes) -> bytes:
    box = SealedBox(VerifyKey(wired.DISTRICT_KEY).to_curve25519_public_key()).encrypt(bundle)
    return _rehashed(b"FDUS\x01" + bytes.fromhex(wired.DISTRICT) + struct.pack(">I", len(box)) + box)


def spoilt(number: int) -> tuple[bytes, Callable[[bytes], object]]:
    """The spoilt file of this number and what is to refuse it; it needed no key that is secret."""
    random = Random(number)
    while True:
        kind, genuine, opens = random.choice(_genuine())
        spoil = random.choice(SPOILERS)
        how = random.randrange(3) if kind in ("up", "down") else 0
        if how == 0:
            raw = spoil(genuine, random)
        elif how == 1 or kind == "down":
            raw = _rehashed(spoil(genuine[:-HASH], random))
        else:
            bundle = spoil(_bundle(), random)
            if bundle == _bundle():
                continue
            raw = _resealed(bundle)
        if raw != genuine:
            return raw, opens


@cache
def _bomb() -> bytes:
    return zlib.compress(bytes(BOMB_BYTES), 9)


def signed_nonsense(number: int) -> tuple[bytes, Callable[[bytes], object]]:
    """What the centre's genuine key signed though no centre of ours would make it, and what opens it."""
    random = Random(number)
    if random.randrange(4):
        return _signed_report(random), wired.opened
    head, *parts = frames.unpack_all(_bundle(), b"FDUB", 16, first=9_999, each=9_999, most=9).parts
    how = random.randrange(4)
    if how == 0:
        head = random.choice(SPOILERS)(head, random)
    elif how == 1:
        parts.insert(random.randrange(len(parts)), random.choice((b"", parts[0], parts[-1], random.randbytes(9))))
    elif how == 2:
        del parts[random.randrange(len(parts))]
    else:
        place = random.randrange(len(parts))
        parts[place] = random.choice(SPOILERS)(parts[place], random)
    bundle = frames.pack(b"FDUB", bytes.fromhex(wired.KEY_ID), (head, *parts), wired.SEED)
    return _resealed(bundle), lambda raw: wire.open_usb_up(raw, DISTRICT_SEED, wired.lookup)


def _signed_report(random: Random) -> bytes:
    opened = wired.opened(wired.sealed())
    said = opened.header.model_dump()
    body: bytes = opened.body
    how = random.randrange(7)
    if how == 6:
        header, packed = _flipped(frames.to_json(said), random), zlib.compress(body)
        return frames.pack(b"FDSR", bytes.fromhex(wired.KEY_ID), (header, packed), wired.SEED)
    if how == 0:
        packed = _bomb()
    elif how == 1:
        body = b"[" * random.randint(1, 50_000) + b'{"values":[' + b"[]," * random.randint(1, 900_000)
        packed = zlib.compress(body, 1)
    elif how == 2:
        body = b'{"values":[' + b'{"indicator":1},' * random.randint(1, 6_000) + b"1]}"
        packed = zlib.compress(body, 1)
    elif how == 3:
        packed = _flipped(zlib.compress(body, 9), random)
    elif how == 4:
        body = _flipped(body, random)
        packed = zlib.compress(body)
    else:
        body = json.dumps(
            {**json.loads(body), "values": [{"indicator": "a", "value": -1}] * random.randint(1, 9)}
        ).encode()
        packed = zlib.compress(body)
    header = frames.to_json({**said, "body_hash": wire.content_hash(body)})
    return frames.pack(b"FDSR", bytes.fromhex(wired.KEY_ID), (header, packed), wired.SEED)


def try_spoilt(first: int, count: int) -> Outcome:
    """Open the spoilt files of these numbers; nothing of any may be parsed or inflated."""
    outcome = Outcome()
    _genuine(), _bundle()
    before = _memory_mb()
    with wired.nothing_read():
        for number in range(first, first + count):
            raw, opens = spoilt(number)
            try:
                opens(raw)
            except wire.WireFault as fault:
                outcome.codes[fault.code] += 1
            else:
                outcome.taken_in.append(f"{number}")
    outcome.grown_mb = _memory_mb() - before
    return outcome


def try_nonsense(first: int, count: int) -> Outcome:
    """Open signed nonsense. What is taken in all the same has to be whole: a letter may be changed within a name."""
    outcome = Outcome()
    _bomb(), _bundle()
    before = _memory_mb()
    for number in range(first, first + count):
        raw, opens = signed_nonsense(number)
        try:
            opened = opens(raw)
        except wire.WireFault as fault:
            outcome.codes[fault.code] += 1
        else:
            outcome.codes[WHOLE] += 1
            if not _is_whole(opened):
                outcome.taken_in.append(f"nonsense {number}")
    outcome.grown_mb = _memory_mb() - before
    return outcome


def _is_whole(opened: object) -> bool:
    if isinstance(opened, wire.UsbBundle):
        # Its parts are opened one by one, each with a signature of its own.
        return opened.header.centre == wired.CENTRE and opened.header.recipient == wired.DISTRICT
    assert isinstance(opened, wire.OpenedReport)
    head, report = opened.header, opened.report
    same = (head.centre, head.period, head.kind) == (report.centre, report.period, wire.kind_of(report.period))
    return same and head.centre == wired.CENTRE and head.body_hash == wire.content_hash(opened.body)


def _memory_mb() -> float:
    """The most memory that this process has had so far; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0.0
    import resource

    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most / 1_048_576 if sys.platform == "darwin" else most / 1_024
