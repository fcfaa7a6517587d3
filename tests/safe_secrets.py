"""Secrets planted wherever the program keeps something of people, and the search for them in bytes.

A secret is looked for as it is, in other encodings, with separators between its digits, in base64 at any place, and in
whatever is compressed inside: zlib streams, gzip, the parts of a workbook.
"""

from __future__ import annotations

import base64
import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from db import personal
from frontdesk.context import Context

ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "gb18030")
_ZLIB = re.compile(rb"\x78[\x01\x5e\x9c\xda]|\x1f\x8b\x08")
_SEPARATORS = rb"[\s\-.()/\x00]{0,3}"
MOST_INFLATED = 30_000_000
SHORTEST_STREAM = 20


def forms(secret: str) -> Iterator[re.Pattern[bytes]]:
    """What a secret may look like in bytes."""
    for encoding in ENCODINGS:
        yield re.compile(re.escape(secret.encode(encoding)))
    if secret.isdigit():
        yield re.compile(_SEPARATORS.join(digit.encode() for digit in secret))
        # Numbers of SQLite and of JSON: the digits as one integer.
        whole = int(secret)
        yield re.compile(re.escape(whole.to_bytes(8, "big")))
    raw = secret.encode()
    for shift in range(3):
        # The first and last characters depend on what stands around it.
        text = base64.b64encode(bytes(shift) + raw).rstrip(b"=")
        yield re.compile(re.escape(text[4 if shift else 0 : -2]))
    yield re.compile(re.escape(raw.hex().encode()))


def unpacked(content: bytes, depth: int = 2) -> Iterator[bytes]:
    """The bytes, and what is compressed in them."""
    yield content
    if not depth:
        return
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from unpacked(archive.read(name), depth - 1)
    for found in _ZLIB.finditer(content):
        stream = zlib.decompressobj(47)
        try:
            inflated = stream.decompress(content[found.start() :], MOST_INFLATED)
        except zlib.error:
            continue
        if len(inflated) >= SHORTEST_STREAM:
            yield from unpacked(inflated, depth - 1)


def found_in(content: bytes, secrets: Mapping[str, str]) -> dict[str, str]:
    """Which of the secrets, by what they are, the bytes hold in any form, and in which form."""
    hits: dict[str, str] = {}
    everything = list(unpacked(content))
    for what, secret in secrets.items():
        for form in forms(secret):
            if any(form.search(part) for part in everything):
                hits[what] = form.pattern.decode("latin-1")
                break
    return hits


@dataclass
class Planted:
    """The secrets by where they were put: `phones` are sealed, `words` and `names` stand in the file as they are."""

    phones: dict[str, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    @property
    def everything(self) -> dict[str, str]:
        """All of them."""
        return {**self.phones, **self.names, **self.words}


_IN_CLEAR = ("name", "staff_name", "address", "trait", "free_text", "document", "birth")
"""Kinds of columns whose words stand in the file as they are."""


def plant(context: Context) -> Planted:
    """Put a secret of its own into every column of every table that says something of people, past the use cases.

    Each table gets a row, after those that it refers to. What it says need not make sense: it is there to be found
    where it must not be.
    """
    planted, connection = Planted(), context.database.connection
    connection.execute("PRAGMA foreign_keys = OFF")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    with context.database.write():
        triggers = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for name, _ in triggers:
            connection.execute(f'DROP TRIGGER "{name}"')
        done: list[str] = []
        for table, kinds in sorted(personal.COLUMNS.items()):
            if any(kind in _IN_CLEAR or kind in ("phone_cipher", "phone_key") for kind in kinds.values()):
                _plant_row(context, planted, table, done)
        for _, sql in triggers:
            connection.execute(sql)
    connection.execute("PRAGMA ignore_check_constraints = OFF")
    connection.execute("PRAGMA foreign_keys = ON")
    return planted


def _plant_row(context: Context, planted: Planted, table: str, done: list[str]) -> None:
    if table in done:
        return
    done.append(table)
    number, kinds, connection = len(done), personal.COLUMNS[table], context.database.connection
    referred = {}
    for reference in connection.execute(f'PRAGMA foreign_key_list("{table}")').fetchall():
        other, column = reference["table"], reference["to"] or reference["from"]
        if other != table:
            _plant_row(context, planted, other, done)
            row = connection.execute(f'SELECT "{column}" FROM "{other}" LIMIT 1').fetchone()
            referred[reference["from"]] = row[0] if row else None
    columns = connection.execute(f'PRAGMA table_xinfo("{table}")').fetchall()
    values: dict[str, object] = {}
    for place, column in enumerate(columns):
        name, kind = column["name"], kinds.get(column["name"], "plain")
        where = f"{table}.{name}"
        if column["hidden"]:
            continue
        if name in referred:
            values[name] = referred[name]
        elif kind == "phone_cipher":
            planted.phones[where] = f"158{number:04d}{place:02d}37"
            values[name] = context.keys.seal(planted.phones[where])
        elif kind == "phone_key":
            phone = planted.phones.setdefault(where, f"159{number:04d}{place:02d}53")
            values[name] = context.keys.lookup(f"phone:{phone}")
        elif kind in _IN_CLEAR and column["type"] == "TEXT":
            word = f"密{chr(0x6000 + number)}{chr(0x7000 + place)}{chr(0x5000 + number * 7 % 999)}语"
            (planted.names if kind in ("name", "staff_name") else planted.words)[where] = word
            # What a record says is JSON, by which it is indexed.
            values[name] = f'{{"words": "{word}"}}' if name == "said" else word
        elif column["pk"] or column["notnull"]:
            empty = {"TEXT": f"x{number}", "INTEGER": 900_000 + number, "REAL": 0.5, "BLOB": bytes(16)}
            values[name] = empty[column["type"]]
    names = ", ".join(f'"{name}"' for name in values)
    connection.execute(
        f'INSERT OR REPLACE INTO "{table}" ({names}) VALUES ({", ".join("?" * len(values))})', list(values.values())
    )
