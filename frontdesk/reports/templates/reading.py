"""Reading a template: a TOML file that people edit. Whatever is wrong in it is named with file, line and key."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

from frontdesk.common.smallfile import UnsuitableFile, read_small_file
from frontdesk.locale import t
from frontdesk.reports.templates.errors import TemplateError
from frontdesk.reports.templates.kinds import COLUMNS
from frontdesk.reports.templates.model import Template, TemplateColumn, TemplateSheet, whole_sheet

LARGEST = 64 * 1024
"""Bytes: ten times the longest that says anything."""
LONGEST_HEADING = 60
_MOST_DOTS = 1000
_NOT_IN_WORDS = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Line ends, and what cannot be seen but turns or hides what can."""
# Excel's rules for the names of sheets.
_LONGEST_TITLE = 31
_NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")
_RESERVED = "history"

_WHERE = re.compile(r"^(?P<reason>.*) \(at (?:line (?P<line>\d+), column \d+|end of document)\)$", re.DOTALL)
_QUOTED = re.compile(r'"[^"\n]*"|#.*')
_FULL_WIDTH = re.compile("[“”‘’＂，、＝｛｝［］【】]")
_REASONS = {"Illegal character": "quote", "Unterminated": "quote", "Unclosed": "comma", "Invalid value": "value"}
"""How the sentences of tomllib begin, with what people have done mostly where it says so."""
_COMMENT = re.compile(r"^[ \t]*#.*", re.MULTILINE)

_SHEET_HEADER = re.compile(r"^\s*\[\[\s*\"?sheets\"?\s*\]\]", re.MULTILINE)


def read_template(path: Path) -> Template:
    """The template in a file. Raises TemplateError: `template_unreadable`, `template_no_toml`, and one for whatever
    must not stand in it, each with `file`, `line` (1 for the first) and `key`.
    """
    return parse_template(read_bytes(path), path.name)


def read_bytes(path: Path) -> bytes:
    """The content of a file. Raises `template_unreadable`, `template_too_large`."""
    try:
        return read_small_file(path, LARGEST)
    except UnsuitableFile as failure:
        if failure.code == "file_too_large":
            raise TemplateError("template_too_large", file=path.name, limit=LARGEST // 1024) from failure
        raise TemplateError("template_unreadable", file=str(path), reason=failure.reason) from failure
    except OSError as failure:
        raise TemplateError("template_unreadable", file=str(path), reason=failure.strerror or str(failure)) from failure


def parse_template(content: bytes, name: str) -> Template:
    """The template in a file of this name. Raises as `read_template` does."""
    if len(content) > LARGEST:
        raise TemplateError("template_too_large", file=name, limit=LARGEST // 1024)
    text = _decoded(content, name)
    for number, line_text in enumerate(text.splitlines(), 1):
        # tomllib takes the square of their number for the parts of a key.
        if line_text.count(".") > _MOST_DOTS:
            raise TemplateError("template_no_toml", file=name, line=number, reason=f"{_MOST_DOTS}+ x '.'")
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as failure:
        found = _WHERE.match(str(failure))
        line = int(found["line"]) if found and found["line"] else len(text.splitlines())
        reason = _why(found["reason"] if found else str(failure), text, line)
        raise TemplateError("template_no_toml", file=name, line=line, reason=reason) from failure
    except (ValueError, RecursionError) as failure:
        # Thousands of brackets or digits, which tomllib leaves to Python.
        raise TemplateError("template_no_toml", file=name, line=1, reason=type(failure).__name__) from failure
    # What is looked for does not stand in comments, which may be about it.
    return _Reader(name, _COMMENT.sub(lambda found: " " * len(found[0]), text)).template(said)


def _why(reason: str, text: str, line: int) -> str:
    """What is wrong in a line that is no TOML, in words for people who know none; else as tomllib says it."""
    lines = text.splitlines()
    # Something is often left out at the end of the line before.
    near = [_QUOTED.sub("", one) for one in lines[max(0, line - 2) : line]]
    if any(_FULL_WIDTH.search(one) for one in near):
        return t("workbook.template.reason.full_width")
    for beginning, code in _REASONS.items():
        if reason.startswith(beginning):
            return t(f"workbook.template.reason.{code}")
    return reason


def _decoded(content: bytes, name: str) -> str:
    """The text; Windows Notepad begins UTF-8 with a mark, and older editors write GB18030."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding).replace("\r\n", "\n")
        except UnicodeDecodeError:
            continue
    raise TemplateError("template_no_text", file=name)


@dataclass(frozen=True)
class _Reader:
    """Reads what TOML found in `text`; sheets are counted from one, as people do."""

    file: str
    text: str

    def template(self, said: Mapping[str, object]) -> Template:
        self._known_keys(said, ("name", "sheets"), "")
        name = self._text(said, "name", "", 0)
        listed = said.get("sheets")
        if not isinstance(listed, list) or not listed:
            self._refuse("template_no_sheets", "sheets", 0, "sheets")
        sheets = tuple(self._sheet(one, place) for place, one in enumerate(listed, 1))
        self._different([sheet.name for sheet in sheets])
        return Template(sheets, name)

    def _sheet(self, said: object, place: int) -> TemplateSheet:
        path = f"sheets[{place}]"
        if not isinstance(said, dict):
            self._refuse("template_bad_value", path, place, str(said), value=said, wanted="[[sheets]]")
        self._known_keys(said, ("sheet", "title", "columns", "pdf"), path, place)
        code = said.get("sheet")
        if not isinstance(code, str) or code not in COLUMNS:
            self._refuse(
                "template_unknown_sheet",
                f"{path}.sheet",
                place,
                str(code or ""),
                value="-" if code is None else code,
                known=", ".join(COLUMNS),
            )
        whole = whole_sheet(code)
        in_pdf = said.get("pdf", whole.in_pdf)
        if not isinstance(in_pdf, bool):
            self._refuse("template_bad_value", f"{path}.pdf", place, "pdf", value=in_pdf, wanted="true, false")
        columns = self._columns(said["columns"], code, path, place) if "columns" in said else whole.columns
        title = self._text(said, "title", path, place)
        if title:
            self._check_title(title, f"{path}.title", place)
        sheet = TemplateSheet(code, columns, title, in_pdf)
        for number, heading in enumerate(sheet.headings):
            if heading in sheet.headings[:number]:
                key = f"{path}.columns[{number + 1}].heading"
                self._refuse("template_heading_twice", key, place, heading, last=True, value=heading)
        return sheet

    def _columns(self, said: object, code: str, path: str, place: int) -> tuple[TemplateColumn, ...]:
        if not isinstance(said, list) or not said:
            self._refuse("template_no_columns", f"{path}.columns", place, "columns", known=", ".join(COLUMNS[code]))
        return tuple(self._column(one, code, f"{path}.columns[{number}]", place) for number, one in enumerate(said, 1))

    def _column(self, said: object, sheet: str, path: str, place: int) -> TemplateColumn:
        """A column as its code alone, or as a table of code and heading."""
        heading = ""
        found = said
        if isinstance(said, dict):
            self._known_keys(said, ("column", "heading"), path, place)
            heading = self._text(said, "heading", path, place, LONGEST_HEADING)
            found, path = said.get("column"), f"{path}.column"
        if not isinstance(found, str) or found not in COLUMNS[sheet]:
            self._refuse(
                "template_unknown_column",
                path,
                place,
                str(found or ""),
                value="-" if found is None else found,
                sheet=sheet,
                known=", ".join(COLUMNS[sheet]),
            )
        return TemplateColumn(found, heading)

    def _text(self, said: Mapping[str, object], key: str, path: str, place: int, longest: int = LONGEST_HEADING) -> str:
        value = said.get(key, "")
        where = f"{path}.{key}".lstrip(".")
        if not isinstance(value, str):
            self._refuse("template_bad_value", where, place, key, value=value, wanted='"……"')
        if len(value) > longest or any(unicodedata.category(one) in _NOT_IN_WORDS for one in value):
            self._refuse("template_bad_text", where, place, value[:20], limit=longest)
        return value.strip()

    def _check_title(self, title: str, path: str, place: int) -> None:
        too_long = len(title.encode("utf-16-le")) > 2 * _LONGEST_TITLE
        quoted = title.startswith("'") or title.endswith("'")
        if too_long or quoted or _NOT_IN_TITLES.search(title) or title.casefold() == _RESERVED:
            self._refuse("template_bad_title", path, place, title, value=title, limit=_LONGEST_TITLE)

    def _different(self, titles: Sequence[str]) -> None:
        """Excel does not tell capital letters from small ones in the names of sheets."""
        folded = [title.casefold() for title in titles]
        for number, title in enumerate(folded):
            if title in folded[:number]:
                path = f"sheets[{number + 1}].title"
                self._refuse("template_title_twice", path, number + 1, titles[number], value=titles[number])

    def _known_keys(self, said: Mapping[str, object], known: tuple[str, ...], path: str, place: int = 0) -> None:
        for key in said:
            if key not in known:
                where = f"{path}.{key}".lstrip(".")
                self._refuse("template_unknown_key", where, place, key, value=key, known=", ".join(known))

    def _refuse(
        self, code: str, key: str, place: int, sought: str, *, last: bool = False, **details: object
    ) -> NoReturn:
        if "value" in details:
            details["value"] = _shortly(details["value"])
        line = self._line(place, sought, last=last)
        raise TemplateError(code, file=self.file, line=line, key=_shortly(key), **details)

    def _line(self, place: int, sought: str, *, last: bool) -> int:
        """The line in which `sought` first or last stands in the sheet with this number (0: anywhere), in quotes if
        there is such a place; else that in which the sheet begins.
        """
        begins = [match.start() for match in _SHEET_HEADER.finditer(self.text)]
        start, end = 0, len(self.text)
        if begins and place:
            start = begins[min(place, len(begins)) - 1]
            end = begins[place] if place < len(begins) else end
        written = [f"[[{sought}]]", f'"{sought}"', f"'{sought}'", sought] if sought else []
        find = self.text.rfind if last else self.text.find
        found = next((at for one in written if (at := find(one, start, end)) >= 0), start)
        return self.text.count("\n", 0, found) + 1 + (self.text[found : found + 1] == "\n")


def _shortly(value: object) -> str:
    """What stands in a template as a refusal repeats it: of whatever length, in a few words."""
    if isinstance(value, dict | list):
        return "{...}" if isinstance(value, dict) else "[...]"
    if isinstance(value, int) and value.bit_length() > 64:
        return "..."
    text = str(value)
    return text if len(text) <= LONGEST_HEADING else f"{text[:LONGEST_HEADING]}..."
