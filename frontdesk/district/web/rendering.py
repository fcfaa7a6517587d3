"""Templates: everything filled in is escaped, and a value that is missing is an error rather than a blank."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from frontdesk.district.wording import by_whom, instant, number, percent, words
from frontdesk.locale import current_language, words_for

if TYPE_CHECKING:
    from jinja2 import Environment


@cache
def environment() -> Environment:
    """The templates, read from the package once."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    made = Environment(
        loader=PackageLoader("frontdesk.district.web"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.filters.update(instant=instant, by_whom=by_whom, percent=percent, number=number)
    made.globals.update(w=words, said=words_for, address=address, language=current_language)
    return made


def render(template: str, values: Mapping[str, object]) -> str:
    """The template filled in, in the language in force."""
    return environment().get_template(template).render(values)


def words_or_code(group: str, code: str) -> str:
    """The words for a code of a group of codes; the code itself where there are none."""
    said = words(f"{group}.{code}")
    return code if said == f"district_web.{group}.{code}" else said


def address(path: str, **query: object) -> str:
    """A path of ours with what is asked for; names without a value are left out."""
    asked = {name: value for name, value in query.items() if value not in (None, "")}
    return f"{path}?{urlencode(asked)}" if asked else path
