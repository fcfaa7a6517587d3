"""Files that mean harm, or that are none: made small, and meant for whoever reads what people point at."""

from __future__ import annotations

import io
import os
import socket
import struct
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

MEGABYTE = 2**20
NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
SHEET = "xl/worksheets/sheet1.xml"
ENTITIES = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>'
EXTERNAL = '<!DOCTYPE x SYSTEM "file:///etc/passwd" [<!ENTITY e SYSTEM "file:///etc/passwd">]>'

HEADINGS = (
    *(
        "姓名",
        "手机",
        "志愿者编号",
        "工号",
        "人员类别",
        "活动编号",
        "活动名称",
        "服务类别",
        "日期",
        "时间",
        "需求",
        "备注",
    ),
    *("编号", "房间", "用途", "评价", "评价对象", "中心编号", "中心名称", "街镇", "名称"),
)
"""Of all kinds together, so that more of a reader is reached than its search for headings."""


def _row(number: int, texts: tuple[str, ...]) -> str:
    cells = "".join(f'<c t="inlineStr"><is><t>{text}</t></is></c>' for text in texts)
    return f'<row r="{number}">{cells}</row>'


def _sheet(rows: str, after: str = "", dimension: str = "A1:B2") -> str:
    head = _row(1, HEADINGS)
    data = f"<sheetData>{head}{rows}</sheetData>{after}"
    return f'<worksheet xmlns="{NAMESPACE}"><dimension ref="{dimension}"/>{data}</worksheet>'


def workbook(sheet: str = "", *, strings: str = "", more: dict[str, bytes] | None = None, sheets: int = 1) -> bytes:
    """A workbook made by hand: `sheet` is the XML of each of its worksheets."""
    relations = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    numbers = range(1, sheets + 1)
    kinds = "".join(
        f'<Override PartName="/xl/worksheets/sheet{one}.xml" ContentType="{office}.worksheet+xml"/>' for one in numbers
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}.sheet.main+xml"/>{kinds}'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{office}.sharedStrings+xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships">'
        f'<Relationship Id="rId1" Type="{relations}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{NAMESPACE}" xmlns:r="{relations}"><sheets>'
        + "".join(f'<sheet name="S{one}" sheetId="{one}" r:id="rId{one}"/>' for one in numbers)
        + "</sheets></workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships">'
        + "".join(
            f'<Relationship Id="rId{one}" Type="{relations}/worksheet" Target="worksheets/sheet{one}.xml"/>'
            for one in numbers
        )
        + f'<Relationship Id="rId{sheets + 1}" Type="{relations}/sharedStrings" Target="sharedStrings.xml"/>'
        + "</Relationships>",
        "xl/sharedStrings.xml": f'<sst xmlns="{NAMESPACE}">{strings}</sst>',
        **{f"xl/worksheets/sheet{one}.xml": sheet or _sheet("") for one in numbers},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text.encode())
        for name, content in (more or {}).items():
            archive.writestr(name, content)
    return out.getvalue()


def _lying(content: bytes) -> bytes:
    """The same archive, whose directory says of its largest part that it is small."""
    changed = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        largest = max(archive.infolist(), key=lambda one: one.file_size)
    place = changed.find(b"PK\x01\x02")
    while changed[place + 46 : place + 46 + len(largest.filename)] != largest.filename.encode():
        place = changed.find(b"PK\x01\x02", place + 1)
    for at in (place + 24, largest.header_offset + 22):
        struct.pack_into("<L", changed, at, 1000)
    return bytes(changed)


def _linked() -> bytes:
    """An archive with a link and with names that lead out of any folder."""
    out = io.BytesIO(workbook())
    with zipfile.ZipFile(out, "a") as archive:
        link = zipfile.ZipInfo("xl/media/key")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "../../keys/field.key")
        for name in ("../../../../tmp/out.txt", "/etc/cron.d/out", "..\\..\\out.txt", "xl/\n.xml", "con.xml"):
            archive.writestr(name, "x")
    return out.getvalue()


def _rows(count: int, cells: str) -> str:
    return "".join(f'<row r="{number}">{cells}</row>' for number in range(2, count + 2))


def _long_strings() -> bytes:
    """A text of the greatest length, which every cell of a column refers to."""
    strings = f"<si><t>{'长' * 32_000}</t></si>"
    return workbook(_sheet(_rows(60_000, '<c t="s"><v>0</v></c><c t="s"><v>0</v></c>')), strings=strings)


def _nested() -> bytes:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(10 * MEGABYTE))
    return workbook(more={"xl/embeddings/a.zip": inner.getvalue(), "xl/embeddings/b.zip": inner.getvalue()})


_LAST_ROW = '<row r="1048576"><c r="A1048576"><v>1</v></c></row>'

CONTENTS: dict[str, tuple[str, Callable[[], bytes]]] = {
    "zip bomb": ("a.xlsx", lambda: workbook(_sheet("") + " " * (40 * MEGABYTE))),
    "zip bombs in a zip": ("a.xlsx", _nested),
    "zip that lies about its size": ("a.xlsx", lambda: _lying(workbook(_sheet("") + " " * (40 * MEGABYTE)))),
    "entities": ("a.xlsx", lambda: workbook(f"<?xml version='1.0'?>{ENTITIES}<worksheet>&c;</worksheet>")),
    "external entity": ("a.xlsx", lambda: workbook(f"<?xml version='1.0'?>{EXTERNAL}<worksheet>&e;</worksheet>")),
    "huge extent": ("a.xlsx", lambda: workbook(_sheet("", dimension="A1:XFD1048576"))),
    "million columns": ("a.xlsx", lambda: workbook(_sheet('<row r="2"><c r="ZZZZ2"><v>1</v></c></row>'))),
    "many columns": ("a.xlsx", lambda: workbook(_sheet(f'<row r="2">{"<c><v>1</v></c>" * 300_000}</row>'))),
    "last row of all": ("a.xlsx", lambda: workbook(_sheet(_LAST_ROW))),
    "many sheets of gaps": (
        "a.xlsx",
        lambda: workbook(
            _sheet('<row r="1048576"><c r="A1048576"><v>1</v></c></row>').replace("姓名", "x"), sheets=150
        ),
    ),
    "merged cells": (
        "a.xlsx",
        lambda: workbook(
            _sheet(
                _rows(2_000, "<c><v>1</v></c>"),
                "<mergeCells>"
                + "".join(f'<mergeCell ref="A{one}:XFD1048576"/>' for one in range(1, 90_001))
                + "</mergeCells>",
            )
        ),
    ),
    "formulas": ("a.xlsx", lambda: workbook(_sheet(_rows(500, '<c><f>cmd|"/C calc"!A0</f><v>1</v></c>')))),
    "deep xml": ("a.xlsx", lambda: workbook(_sheet("<a>" * 200_000 + "</a>" * 200_000))),
    "long shared text": ("a.xlsx", _long_strings),
    "links and ways out": ("a.xlsx", _linked),
    "other archive": ("a.xlsx", lambda: _nested()[:2000]),
    "gzip": ("a.csv", lambda: b"\x1f\x8b\x08\x00" + os.urandom(2000)),
    "zero bytes": ("a.csv", lambda: ",".join(HEADINGS).encode() + b"\na\0b\n" * 100),
    "one long line": ("a.csv", lambda: b"x" * (18 * MEGABYTE)),
    "many commas": ("a.csv", lambda: ",".join(HEADINGS).encode() + b"\n" + b"," * (18 * MEGABYTE)),
    "many quotes": ("a.csv", lambda: ",".join(HEADINGS).encode() + b"\n" + b'""' * (8 * MEGABYTE)),
    "many lines": ("a.csv", lambda: ",".join(HEADINGS).encode() + b"\nx" * (6 * MEGABYTE)),
    "open quote": ("a.csv", lambda: ",".join(HEADINGS).encode() + b'\n"' + b"x,\n" * (5 * MEGABYTE)),
    "deep json": ("a.json", lambda: b"[" * 900_000),
    "many numbers": ("a.json", lambda: b'{"indicators":[' + b"9" * 900_000 + b"]}"),
    "deep toml": ("a.toml", lambda: b"a=" + b"[" * 60_000),
    "many dots": ("a.toml", lambda: b"a." * 30_000 + b"b=1"),
    "odd text": ("a.txt", lambda: "\u202e\u2066{0}{error}%s\x1b]0;x\x07\x1b[2J".encode() * 50),
    "nothing": ("a.xlsx", lambda: b""),
    "stick file": ("a.fdd", lambda: b"FDUD" + b"\xff" * 4000),
    "stick file up": ("a.fdu", lambda: b"FDUS\x01" + b"\xff" * 4000),
}
"""By what they are: a name, and the bytes."""


PLAIN = (*CONTENTS, "line of 100 MB")


def make_plain(folder: Path, what: str) -> Path:
    """Write one of the files with hostile contents, if it is not there yet."""
    name, content = CONTENTS.get(what, ("a.csv", bytes))
    path = folder / str(PLAIN.index(what)) / name
    if not path.exists():
        path.parent.mkdir(parents=True)
        path.write_bytes(content())
        if what == "line of 100 MB":
            os.truncate(path, 100 * MEGABYTE)
    return path


def make_odd(folder: Path, secret: Path) -> Iterator[tuple[str, Path]]:
    """What is no file, or has a name that does harm; `secret` is what a link leads to."""
    folder.mkdir()
    os.mkfifo(folder / "pipe.csv")
    yield "pipe", folder / "pipe.csv"
    sock = socket.socket(socket.AF_UNIX)
    sock.bind(os.path.relpath(folder / "s.csv"))
    sock.close()
    yield "socket", folder / "s.csv"
    (folder / "folder.xlsx").mkdir()
    yield "folder", folder / "folder.xlsx"
    yield "endless device", Path("/dev/zero")
    for name, target in (("key", str(secret)), ("zero", "/dev/zero"), ("nowhere", "absent"), ("itself", "itself.csv")):
        (folder / f"{name}.csv").symlink_to(target)
        yield f"link to {name}", folder / f"{name}.csv"
    text = ",".join(HEADINGS).encode() + b"\n"
    for what, name in (
        ("name with a line end", "a\nb\r.csv"),
        ("name that turns", "\u202etxt.\u2066csv"),
        ("name that steers a terminal", "\x1b]0;x\x07\x1b[2J.csv"),
        ("name like a template", "{path}{0}%s[red].csv"),
        ("long name", "长" * 83 + ".csv"),
        ("name that is no text", os.fsdecode(b"\xff\xfe.csv")),
    ):
        with suppress(OSError):
            (folder / name).write_bytes(text)
            yield what, folder / name
    yield "nothing there", folder / "absent.xlsx"
    yield "way through a file", folder / "pipe.csv" / "a.xlsx"
    yield "too long a way", folder / ("x" * 5000)
