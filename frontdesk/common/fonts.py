"""Finding installed fonts for names in print, and knowing beforehand which characters they can draw."""

from __future__ import annotations

import os
import struct
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, ClassVar, Self

from frontdesk.errors import DeskError

if TYPE_CHECKING:
    from fontTools.ttLib import TTFont

FONT_SETTING = "FRONTDESK_FONT"

_SUFFIXES = (".ttf", ".otf", ".ttc", ".otc")

# Parts of file names, the most readable in print first: sans before serif, families for simplified Chinese
# before others. The late ones hold the rare characters that the others lack.
_PREFERRED = (
    "notosanscjk-regular",
    "notosanscjksc-regular",
    "notosanssc-regular",
    "sourcehansans",
    "notosanscjk",
    "msyh.",
    "deng.",
    "pingfang",
    "hiragino sans gb",
    "stheiti",
    "simhei",
    "wqy-microhei",
    "wqy-zenhei",
    "droidsansfallback",
    "simsun.",
    "songti",
    "notoserifcjk",
    "sourcehanserif",
    "uming",
    "ukai",
    "simsunb",
    "simsunext",
    "hanamin",
    "plangothic",
    "babelstone",
)
# These answer for every character, with a box or with nothing.
_EMPTY_FONTS = ("lastresort", "adobeblank", "adobe-blank", "nisc18030", "unicodebmpfallback")
# A font with Han characters is never smaller; a folder of Latin fonts is not opened one by one.
_SMALLEST_UNKNOWN = 1_000_000

_UNREADABLE = (OSError, struct.error, AssertionError, LookupError, ValueError, TypeError, EOFError)


class FontFault(DeskError):
    """`font_unreadable`: the font file that the settings name cannot be used."""

    area: ClassVar[str] = "common"


@dataclass(frozen=True)
class FontSearch:
    """Where fonts are looked for: the file that the settings name, then folders with all below them."""

    setting: Path | None
    folders: tuple[Path, ...]

    @classmethod
    def of_this_system(cls, environment: Mapping[str, str] | None = None) -> FontSearch:
        """The usual folders of Windows, macOS or Linux, and the file named by FRONTDESK_FONT if it is set."""
        variables = os.environ if environment is None else environment
        named = variables.get(FONT_SETTING)
        return cls(Path(named) if named else None, tuple(_system_folders(variables)))

    def files(self) -> list[Path]:
        """The font files found, best first: named by the settings, preferred, then large unknown ones."""
        found: dict[str, Path] = {}
        for folder in self.folders:
            for path in sorted(folder.rglob("*")):
                name = path.name.lower()
                if name.endswith(_SUFFIXES) and not any(empty in name for empty in _EMPTY_FONTS):
                    found.setdefault(name, path)
        ranked = sorted((_rank(name), name) for name in found)
        files = [] if self.setting is None else [self.setting]
        for rank, name in ranked:
            if rank < len(_PREFERRED) or found[name].stat().st_size >= _SMALLEST_UNKNOWN:
                files.append(found[name])
        return files


class Face:
    """One typeface of a font file, open for looking up what it can draw."""

    def __init__(self, path: Path, index: int, font: TTFont) -> None:
        self.path = path
        self.index = index
        self.family = font["name"].getBestFamilyName() or path.stem
        self._font = font
        self._glyph_names: dict[int, str] = font.getBestCmap() or {}
        self._glyphs = font.getGlyphSet()
        self._drawn: dict[str, bool] = {}

    def close(self) -> None:
        self._font.close()

    def lacks(self, text: str) -> list[str]:
        """The characters of `text` that this face would leave blank or draw as a box, each once, in order."""
        return [character for character in dict.fromkeys(text) if not self._draws(character)]

    def _draws(self, character: str) -> bool:
        if character not in self._drawn:
            self._drawn[character] = self._has_ink(character)
        return self._drawn[character]

    def _has_ink(self, character: str) -> bool:
        from fontTools.pens.boundsPen import ControlBoundsPen

        name = self._glyph_names.get(ord(character))
        if name is None or name == ".notdef":
            return False
        if character.isspace():
            return True
        pen = ControlBoundsPen(self._glyphs)
        try:
            self._glyphs[name].draw(pen)
        except _UNREADABLE:
            return False
        return pen.bounds is not None


class FontShelf:
    """The faces of a search, opened one after another as they are needed; close it after use."""

    def __init__(self, search: FontSearch) -> None:
        self._setting = search.setting
        self._waiting = iter(search.files())
        self._opened: list[Face] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for face in self._opened:
            face.close()

    def faces(self) -> Iterator[Face]:
        """Every usable face, best first. Raises FontFault if the one that the settings name is unusable."""
        yield from self._opened
        for path in self._waiting:
            face = open_face(path)
            if face is not None:
                self._opened.append(face)
                yield face
            elif path == self._setting:
                raise FontFault("font_unreadable", path=str(path), setting=FONT_SETTING)

    def lay(self, text: str) -> list[tuple[Face, str]] | None:
        """`text` as stretches, each with a face that can draw it; None when some character has no face.

        One face for the whole text where there is one; else the fewest breaks from left to right, since some
        systems keep the rare characters in a font that has no common ones (Windows: SimSun-ExtB).
        """
        for face in self.faces():
            if not face.lacks(text):
                return [(face, text)]
        stretches: list[tuple[Face, str]] = []
        for character in text:
            if stretches and not stretches[-1][0].lacks(character):
                stretches[-1] = (stretches[-1][0], stretches[-1][1] + character)
                continue
            able = next((face for face in self.faces() if not face.lacks(character)), None)
            if able is None:
                return None
            stretches.append((able, character))
        return stretches

    def undrawable(self, text: str) -> list[str]:
        """The characters of `text` that no installed face can draw, each once, in order."""
        return [character for character in dict.fromkeys(text) if all(face.lacks(character) for face in self.faces())]


def open_face(path: Path) -> Face | None:
    """The face of a font file that suits simplified Chinese, or None if the file cannot be used in a PDF."""
    from fontTools.ttLib import TTFont, TTLibError

    try:
        index = _simplified_index(path) if path.suffix.lower() in (".ttc", ".otc") else 0
        font = TTFont(path, fontNumber=index, lazy=True)
        if "glyf" in font or "CFF " in font:
            return Face(path, index, font)
        font.close()
    except (TTLibError, *_UNREADABLE):
        return None
    return None


def _simplified_index(path: Path) -> int:
    """Which face of a collection is the proportional one for simplified Chinese; 0 if none says so."""
    from fontTools.ttLib.ttCollection import TTCollection

    with TTCollection(path, lazy=True) as collection:
        for index, font in enumerate(collection.fonts):
            words = (font["name"].getBestFamilyName() or "").split()
            if "Mono" not in words and {"SC", "CN", "GB"} & set(words):
                return index
    return 0


def _rank(name: str) -> int:
    compact = name.replace("_", "")
    for rank, part in enumerate(_PREFERRED):
        if compact.startswith(part):
            return rank
    return len(_PREFERRED)


def _system_folders(variables: Mapping[str, str]) -> Sequence[Path]:
    home = Path(variables.get("HOME") or variables.get("USERPROFILE") or "~").expanduser()
    if sys.platform == "win32":
        local = variables.get("LOCALAPPDATA", str(home / "AppData" / "Local"))
        return (
            Path(variables.get("WINDIR", r"C:\Windows")) / "Fonts",
            Path(local) / "Microsoft" / "Windows" / "Fonts",
        )
    if sys.platform == "darwin":
        return (Path("/System/Library/Fonts"), Path("/Library/Fonts"), home / "Library" / "Fonts")
    data = Path(variables.get("XDG_DATA_HOME") or home / ".local" / "share")
    return (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), data / "fonts", home / ".fonts")
