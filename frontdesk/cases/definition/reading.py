"""Reading definitions: those of the program, and those that a centre puts beside them or over them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from frontdesk.cases.definition.checking import problems
from frontdesk.cases.definition.model import Definition
from frontdesk.cases.definition.openings import of_openings
from frontdesk.cases.definition.places import line_of
from frontdesk.cases.errors import CaseError
from frontdesk.common.smallfile import UnsuitableFile, read_small_file

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic_core import ErrorDetails

OTHER_THINGS = ("demand", "session", "follow_up", "letter")
"""What a step may ask to be linked that is no record of a definition."""

LARGEST_BYTES = 64 * 1024
"""No definition is nearly that long."""
MOST_FAULTS = 50
"""So many faults of a file have their lines looked up; whoever mends these is told the next ones."""
_MOST_DOTS = 1000


@dataclass(frozen=True)
class Fault:
    """What is wrong in a file: its line (from 1), the key there, a stable code, and what it is about."""

    line: int
    key: str
    code: str
    about: str = ""


class DefinitionError(CaseError):
    """A file that is no definition; `faults` has all that is wrong with it, `details` the first."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        first = faults[0]
        super().__init__("bad_definition", file=name, line=first.line, key=first.key, count=len(faults))
        self.name = name
        self.faults = faults


def read_definition(path: Path) -> Definition:
    """The definition in a file.

    Raises DefinitionError with everything that is wrong with it, and for a file that cannot be read CaseError
    `definition_unreadable`, `not_a_file` or `file_too_large`.
    """
    return definition_in(_content(path), path.name)


def _content(path: Path) -> bytes:
    try:
        return read_small_file(path, LARGEST_BYTES)
    except UnsuitableFile as wrong:
        raise CaseError(wrong.code, file=str(path), kilobytes=LARGEST_BYTES // 1024) from wrong
    except OSError as failure:
        raise CaseError("definition_unreadable", file=str(path), reason=failure.strerror or "") from failure


def definition_in(content: bytes, name: str) -> Definition:
    """The definition that the bytes of a file with this name are. Raises DefinitionError."""
    from pydantic import ValidationError

    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = content[: wrong.start].count(b"\n") + 1
        raise DefinitionError(name, [Fault(line, "", "not_utf8")]) from wrong
    for number, line_text in enumerate(text.splitlines(), 1):
        # tomllib takes the square of their number for the parts of a key.
        if line_text.count(".") > _MOST_DOTS:
            raise DefinitionError(name, [Fault(number, "", "no_toml", f"{_MOST_DOTS}+ x '.'")])
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as wrong:
        raise DefinitionError(name, [_syntax(wrong, text)]) from wrong
    except (ValueError, RecursionError) as wrong:
        # Thousands of brackets or digits, which tomllib leaves to Python.
        raise DefinitionError(name, [Fault(1, "", "no_toml", type(wrong).__name__)]) from wrong
    try:
        definition = Definition.model_validate(said, strict=False)
    except ValidationError as wrong:
        raise DefinitionError(name, [_of_pydantic(one, text) for one in wrong.errors()[:MOST_FAULTS]]) from wrong
    faults = [
        Fault(line_of(text, one.path), _key(one.path), one.code, one.about)
        for one in problems(definition)[:MOST_FAULTS]
    ]
    if definition.code != name.removesuffix(".toml"):
        faults.insert(0, Fault(line_of(text, ("code",)), "code", "other_name", name))
    if faults:
        raise DefinitionError(name, faults)
    return definition


def _syntax(wrong: tomllib.TOMLDecodeError, text: str) -> Fault:
    """The line stands in the reader's own sentence: "... (at line 3, column 9)"."""
    said = str(wrong)
    _, _, place = said.rpartition("(at line ")
    digits = place.split(",")[0]
    line = int(digits) if digits.isdigit() else text.count("\n") + 1
    return Fault(line, "", "no_toml", said.partition(" (at ")[0])


def _of_pydantic(error: ErrorDetails, text: str) -> Fault:
    """What the model refuses, by a code of ours where it is one of its own rules."""
    path = tuple(error["loc"])
    codes = {"missing": "missing", "extra_forbidden": "unknown_key", "literal_error": "no_such_word"}
    code = codes.get(error["type"], "bad_value")
    about = _words_allowed(str(error.get("ctx", {}).get("expected", ""))) if code == "no_such_word" else ""
    if error["type"] == "value_error":
        code, about = "bad_part", str(error.get("ctx", {}).get("error", ""))
    elif code == "bad_value":
        about = error["msg"]
    return Fault(line_of(text, path), _key(path), code, about)


def _words_allowed(expected: str) -> str:
    """The words that may stand there as a list: pydantic tells them as an English sentence."""
    return ", ".join(re.findall(r"'([^']*)'", expected)) or expected


def _key(path: Iterable[str | int]) -> str:
    """A place as it is written: transitions[3].to, counted from 1 as people do."""
    words = ""
    for part in path:
        words += f"[{part + 1}]" if isinstance(part, int) else f".{part}" if words else part
    return words


@cache
def own_definitions() -> Mapping[str, Definition]:
    """The program's definitions by code, in the order of their codes. Raises DefinitionError where one is wrong.

    Their files do not change while the program runs, so they are read once: a centre's own file that is tried again
    and again does not wait for all of ours.
    """
    folder = files("frontdesk.cases") / "definitions"
    named = sorted((one.name, one) for one in folder.iterdir() if one.name.endswith(".toml"))
    return MappingProxyType(_by_code(definition_in(one.read_bytes(), name) for name, one in named))


def definitions(folder: Path | None) -> Mapping[str, Definition]:
    """The program's definitions, with those in a centre's folder added, or put in the place of the ones with the same
    code. Raises what `read_definition` raises, DefinitionError also for what one says of another and leads nowhere.
    """
    found: dict[str, Definition] = dict(own_definitions())
    texts: dict[str, str] = {}
    if folder is not None and folder.is_dir():
        for path in sorted(folder.glob("*.toml")):
            content = _content(path)
            definition = definition_in(content, path.name)
            found[definition.code] = definition
            texts[definition.code] = content.decode("utf-8-sig")
    if texts:
        _refuse_astray(found, texts)
    return found


def definitions_that_hold(
    folder: Path | None, refused: Mapping[str, CaseError] | None = None
) -> tuple[dict[str, Definition], dict[str, CaseError]]:
    """The program's definitions with those of a centre's folder that are right, and by code what is wrong with the
    others: DefinitionError, or what `read_definition` raises of a file that cannot be read. `refused` are those that
    do not go with the records that are there.
    """
    own, mine = own_definitions(), dict[str, Definition]()
    texts, broken = dict[str, str](), dict[str, CaseError](refused or {})
    for path in sorted(folder.glob("*.toml")) if folder is not None else ():
        if path.stem in broken:
            continue
        try:
            content = _content(path)
            mine[path.stem] = definition_in(content, path.name)
            texts[path.stem] = content.decode("utf-8-sig")
        except CaseError as wrong:
            broken[path.stem] = wrong
    while wrong_ones := _astray_of({**own, **mine}, mine, texts):
        broken |= wrong_ones
        mine = {code: one for code, one in mine.items() if code not in wrong_ones}
    return {**own, **mine}, broken


def _astray_of(
    found: Mapping[str, Definition], mine: Mapping[str, Definition], texts: Mapping[str, str]
) -> dict[str, CaseError]:
    """The centre's definitions of which something leads nowhere; else those because of which one of the program's does,
    in whose place they stand.
    """
    astray = crossed(found)
    wrong: dict[str, list[Fault]] = {}
    for code, key, about in astray:
        if code in mine:
            line = line_of(texts[code], _place(found[code], key))
            wrong.setdefault(code, []).append(Fault(line, key, "leads_nowhere", about))
    for code in mine:
        if copies := copied(found, code, texts[code]):
            wrong.setdefault(code, []).extend(copies)
    if astray and not wrong:
        owner, key, about = astray[0]
        for code in mine:
            rest = {**own_definitions(), **{other: one for other, one in mine.items() if other != code}}
            if len(crossed(rest)) < len(astray):
                wrong[code] = [Fault(1, f"{owner}.{key}", "lacks_for_others", about)]
    return {code: DefinitionError(f"{code}.toml", faults) for code, faults in wrong.items()}


def _refuse_astray(found: Mapping[str, Definition], texts: Mapping[str, str]) -> None:
    """Raises DefinitionError for the first file of which something leads nowhere; a centre's own before the program's,
    which another one in the place of one of them may leave without what it names.
    """
    astray: dict[str, list[Fault]] = {}
    for code, key, about in crossed(found):
        line = line_of(texts[code], _place(found[code], key)) if code in texts else 1
        astray.setdefault(code, []).append(Fault(line, key, "leads_nowhere", about))
    for code, text in texts.items():
        if copies := copied(found, code, text):
            astray.setdefault(code, []).extend(copies)
    for code in sorted(astray, key=lambda one: one not in texts):
        raise DefinitionError(f"{code}.toml", astray[code])


def copied(found: Mapping[str, Definition], code: str, text: str) -> list[Fault]:
    """What is wrong with the records that the steps of a definition, which stands in this text, open: people copied
    where nothing says so would stand in the log for ever, and what does not fit could never be opened. Also what the
    program's own steps could no longer write into a definition that stands in the place of one of ours.
    """
    faults = []
    for _, one in of_openings(found, found[code]):
        faults.append(Fault(line_of(text, one.path), _key(one.path), one.code, one.about))
    for owner, ours in own_definitions().items():
        if owner == code or found.get(owner) is not ours:
            continue
        for opened, one in of_openings(found, ours):
            if opened == code:
                faults.append(Fault(1, f"{owner}.{_key(one.path)}", one.code, one.about))
    return faults


def _place(definition: Definition, key: str) -> tuple[str | int, ...]:
    """A key of `crossed` as places in the file are named: items by their number."""
    table, *rest = key.split(".")
    if table == "duty":
        return (table, *rest)
    if table == "collects":
        return (table, [one.orders is not None for one in definition.collects].index(True), *rest)
    items = definition.fields if table == "fields" else definition.transitions
    return (table, [one.code for one in items].index(rest[0]), *rest[1:])


def _by_code(found: Iterable[Definition]) -> dict[str, Definition]:
    return {one.code: one for one in found}


def crossed(found: Mapping[str, Definition]) -> list[tuple[str, str, str]]:
    """What definitions say of each other and that leads nowhere: code, key, the definition that is missing, or the
    field or state that another one does not have.
    """
    astray: list[tuple[str, str, str]] = []
    for code, one in found.items():
        names = [(f"fields.{field.code}.of", field.of) for field in one.fields if field.of]
        for step in one.transitions:
            names += [(f"transitions.{step.code}.opens", opening.definition) for opening in step.opens]
            linked = [need.linked for need in step.needs if need.linked and need.linked not in OTHER_THINGS]
            names += [(f"transitions.{step.code}.needs", name) for name in linked]
        if one.duty is not None:
            names.append(("duty.of", one.duty.of))
        names += [("collects.orders", taken.orders.of) for taken in one.collects if taken.orders is not None]
        astray += [(code, key, name) for key, name in names if name not in found]
        astray += [(code, key, part) for key, part in _lacking(one, found)]
    return astray


def _fits(one: Definition, ours: str, led_to: Definition, other: str) -> bool:
    """Whether a field of ours can hold what one of another definition has, which is nothing of people."""
    mine, theirs = one.field(ours), led_to.field(other)
    if mine is None or theirs is None or theirs.tells_of_people or theirs.kind == "list":
        return False
    words = ("text", "long_text")
    has_room = mine.most is None or (theirs.most is not None and theirs.most <= mine.most)
    return (mine.kind == theirs.kind or (mine.kind in words and theirs.kind in words)) and has_room


def _lacking(one: Definition, found: Mapping[str, Definition]) -> Iterator[tuple[str, str]]:
    """The fields and states that a definition names of others that are there, and that they do not have."""
    for field in one.fields:
        if (led_to := found.get(field.of or "")) is not None:
            key = f"fields.{field.code}.of_states"
            yield from ((key, code) for code in field.of_states if led_to.state(code) is None)
            until = led_to.field(field.of_until) if field.of_until else None
            if field.of_until and (until is None or until.kind != "date"):
                yield f"fields.{field.code}.of_until", field.of_until
            key = f"fields.{field.code}.brings"
            yield from ((key, other) for ours, other in field.brings.items() if not _fits(one, ours, led_to, other))
    for step in one.transitions:
        for opening in step.opens:
            if (opened := found.get(opening.definition)) is not None:
                key = f"transitions.{step.code}.opens.fields"
                yield from ((key, code) for code in opening.fields if opened.field(code) is None)
        for need in step.needs:
            if (linked := found.get(need.linked or "")) is not None:
                key = f"transitions.{step.code}.needs.states"
                yield from ((key, code) for code in need.states if linked.state(code) is None)
    duty = one.duty
    if duty is not None and (counted := found.get(duty.of)) is not None:
        yield from (("duty.states", code) for code in duty.states if counted.state(code) is None)
        day = counted.field(duty.day_field)
        if day is None or day.kind != "date":
            yield "duty.day_field", duty.day_field
