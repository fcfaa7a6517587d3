"""The sealed file: nothing but the very bytes opens it, and only for its key."""

from __future__ import annotations

import hashlib
import io
import tracemalloc
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from frontdesk.backup.container import CHUNK, DIGEST, FORMAT, Header, SealedFile, SealingWriter
from frontdesk.backup.errors import BackupError
from frontdesk.backup.reading import Manifest, Part, is_safe, key_files
from frontdesk.backup.recovery import make_key

KEY = make_key()
NAMES = ("centre.db", "keys/field.key", "keys/sync.key")


def manifest_of(parts: list[tuple[str, bytes]]) -> Manifest:
    return Manifest(
        centre="示范邻里中心",
        centre_code="310114-901",
        zone="Asia/Shanghai",
        kind="daily",
        made_at=1_794_196_800_000,
        schema_version=16,
        audit_entries=1,
        tables={"centre": 1},
        parts=[Part(name=name, size=len(raw), sha256=hashlib.sha256(raw).hexdigest()) for name, raw in parts],
    )


def sealed(path: Path, parts: list[tuple[str, bytes]], manifest: Manifest | None = None) -> bytes:
    header = Header(
        format=FORMAT,
        made_at=1_794_196_800_000,
        key_id=KEY.key_id,
        database_bytes=len(parts[0][1]),
        schema_version=16,
        program="0.1.0",
    )
    file = io.BytesIO()
    writer = SealingWriter(file, header, KEY.public)
    writer.write((manifest or manifest_of(parts)).to_bytes())
    for _, raw in parts:
        for start in range(0, len(raw), 1000):
            writer.write(raw[start : start + 1000])
    writer.finish()
    path.write_bytes(file.getvalue())
    return file.getvalue()


def opened(path: Path) -> list[tuple[str, bytes]]:
    with SealedFile(path) as file:
        payload = file.payload(file.content_key(KEY))
        manifest = payload.manifest()
        found = []
        for part in manifest.parts:
            out = io.BytesIO()
            payload.copy_part(part, out)
            found.append((part.name, out.getvalue()))
        payload.end()
        return found


@settings(max_examples=25)
@given(st.lists(st.binary(max_size=3000), min_size=3, max_size=3), st.integers(0, 3))
def test_what_was_sealed_comes_back(tmp_path_factory: pytest.TempPathFactory, raws: list[bytes], more: int) -> None:
    path = tmp_path_factory.mktemp("sealed") / "one.fdbackup"
    # Random bytes do not get smaller, so that this many fill several frames.
    big = hashlib.shake_256(raws[0]).digest(more * CHUNK // 2)
    parts = list(zip(NAMES, [big + raws[0], *raws[1:]], strict=True))
    sealed(path, parts)
    assert opened(path) == parts
    with SealedFile(path) as file:
        assert file.check_digest() == path.read_bytes()[-DIGEST:]


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    parts = [("centre.db", hashlib.shake_256(b"x").digest(CHUNK + 5000)), ("keys/field.key", b"k" * 32)]
    return sealed(tmp_path_factory.mktemp("sealed") / "one.fdbackup", parts)


def refused(folder: Path, raw: bytes) -> set[str]:
    """The codes with which a file is refused: without a key, and with it."""
    path = folder / "other.fdbackup"
    path.write_bytes(raw)
    codes = set()
    for look in (lambda: SealedFile(path).check_digest(), lambda: opened(path)):
        with pytest.raises(BackupError) as failure:
            look()
        codes.add(failure.value.code)
    return codes


@settings(max_examples=50)
@given(st.data())
def test_any_flipped_bit_is_refused_without_and_with_the_key(
    tmp_path_factory: pytest.TempPathFactory, example: bytes, data: st.DataObject
) -> None:
    front = data.draw(st.booleans())
    place = data.draw(st.integers(0, 400 if front else len(example) - DIGEST - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    raw = bytearray(example)
    raw[place] ^= bit
    codes = refused(tmp_path_factory.getbasetemp(), bytes(raw))
    assert codes <= {"file_damaged", "not_a_backup", "newer_backup", "other_key"}


def test_a_flipped_digest_is_refused_without_the_key(tmp_path: Path, example: bytes) -> None:
    path = tmp_path / "one.fdbackup"
    path.write_bytes(example[:-1] + bytes([example[-1] ^ 1]))
    with pytest.raises(BackupError, match="file_damaged"), SealedFile(path) as file:
        file.check_digest()


@settings(max_examples=30)
@given(st.data())
def test_a_file_cut_off_anywhere_or_grown_is_refused(
    tmp_path_factory: pytest.TempPathFactory, example: bytes, data: st.DataObject
) -> None:
    length = data.draw(st.integers(0, len(example) - 1))
    assert refused(tmp_path_factory.getbasetemp(), example[:length]) <= {"file_damaged", "not_a_backup"}
    grown = example + data.draw(st.binary(min_size=1, max_size=40))
    assert refused(tmp_path_factory.getbasetemp(), grown) == {"file_damaged"}


def test_frames_in_another_order_or_of_another_file_are_refused(tmp_path: Path, example: bytes) -> None:
    parts = [("centre.db", hashlib.shake_256(b"x").digest(CHUNK + 5000)), ("keys/field.key", b"k" * 32)]
    other = sealed(tmp_path / "two.fdbackup", parts)
    assert len(other) == len(example) and other != example
    assert refused(tmp_path, example[:5000] + other[5000:]) == {"file_damaged"}


def test_another_recovery_key_is_named_and_opens_nothing(tmp_path: Path, example: bytes) -> None:
    path = tmp_path / "one.fdbackup"
    path.write_bytes(example)
    other = make_key()
    with SealedFile(path) as file, pytest.raises(BackupError) as failure:
        file.content_key(other)
    assert failure.value.code == "other_key"
    assert failure.value.details == {"key": other.key_id[:4], "wanted": KEY.key_id[:4]}


@pytest.mark.parametrize(
    "name",
    ["../centre.db", "/etc/passwd", "keys/../x", "keys", "keys/.hidden", "keys/a\\b", "keys/con.key", "a/b", "keys//b"],
)
def test_a_name_that_leads_out_of_the_home_is_refused(tmp_path: Path, name: str) -> None:
    assert not is_safe(name)
    sealed(tmp_path / "one.fdbackup", [("centre.db", b"1"), (name, b"2")])
    with pytest.raises(BackupError, match="file_damaged"):
        opened(tmp_path / "one.fdbackup")


def test_content_that_is_not_what_the_manifest_says_is_refused(tmp_path: Path) -> None:
    said = [("centre.db", b"one"), ("keys/field.key", b"two")]
    for parts in ([("centre.db", b"eno"), said[1]], said[:1], [*said, ("keys/more.key", b"3")]):
        sealed(tmp_path / "one.fdbackup", parts, manifest_of(said))
        with pytest.raises(BackupError, match="file_damaged"):
            opened(tmp_path / "one.fdbackup")


def test_what_is_no_backup_is_said_to_be_none(tmp_path: Path) -> None:
    path = tmp_path / "one.fdbackup"
    for raw in (b"", b"PK\x03\x04", b"SQLite format 3\0" * 100):
        path.write_bytes(raw)
        with pytest.raises(BackupError, match="not_a_backup"):
            SealedFile(path)
    with pytest.raises(BackupError, match="file_missing"):
        SealedFile(tmp_path / "none.fdbackup")


def test_neither_sealing_nor_reading_takes_memory_by_the_size(tmp_path: Path) -> None:
    path, piece, count = tmp_path / "big.fdbackup", hashlib.shake_256(b"y").digest(CHUNK), 80
    digest = hashlib.sha256()
    for _ in range(count):
        digest.update(piece)
    part = Part(name="centre.db", size=count * CHUNK, sha256=digest.hexdigest())
    manifest = manifest_of([("centre.db", b"")]).model_copy(update={"parts": [part]})
    header = Header(
        format=FORMAT, made_at=0, key_id=KEY.key_id, database_bytes=part.size, schema_version=16, program="0"
    )
    tracemalloc.start()
    try:
        with path.open("wb") as file:
            writer = SealingWriter(file, header, KEY.public)
            writer.write(manifest.to_bytes())
            for _ in range(count):
                writer.write(piece)
            writer.finish()
        with SealedFile(path) as read, (tmp_path / "out").open("wb") as out:
            payload = read.payload(read.content_key(KEY))
            payload.copy_part(payload.manifest().parts[0], out)
            payload.end()
        assert tracemalloc.get_traced_memory()[1] < 5_000_000 < part.size / 4
    finally:
        tracemalloc.stop()


def test_litter_among_the_keys_is_left_out_and_what_is_odd_refused(tmp_path: Path) -> None:
    folder = tmp_path / "keys"
    folder.mkdir()
    for name in ("field.key", ".DS_Store", "Thumbs.db", "card.key.123-0a1b2c3d.new"):
        (folder / name).write_bytes(b"1")
    assert key_files(folder) == {"keys/field.key": b"1"}
    (folder / "link.key").symlink_to(folder / "field.key")
    with pytest.raises(BackupError, match="keys_odd"):
        key_files(folder)
