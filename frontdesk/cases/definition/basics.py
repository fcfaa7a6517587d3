"""What every part of a definition is made of."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StrictInt, StringConstraints

from frontdesk.locale import current_language

Code = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*$", max_length=40)]
Column = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$", max_length=81)]
"""A column of a list: `vouchers.amount`."""
Words = Annotated[str, StringConstraints(min_length=1, max_length=400, strip_whitespace=True)]
Count = Annotated[StrictInt, Field(ge=0, le=10**12)]


class Said(BaseModel):
    """What a file says: no key that means nothing."""

    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Label(Said):
    """The words for something; where there are none in English, the Chinese ones stand for both."""

    zh_CN: Words
    en: Words | None = None

    def __str__(self) -> str:
        """In the language in force."""
        return self.en if self.en and current_language() == "en" else self.zh_CN
