"""What tests take out of the manual's chapters on cases."""

from __future__ import annotations

import re

from tests.permissions import manual

CODE = "loan"
"""The mechanism that the manual has for an example."""
EXAMPLE = {"zh_CN": "自己写一项制度", "en": "A mechanism of your own"}
KEYS = {"zh_CN": "定义文件的每一个键", "en": "Every key of a definition file"}
TABLE = {"zh_CN": "有哪些制度", "en": "All mechanisms"}


def chapter(language: str, headings: dict[str, str]) -> str:
    """A chapter of the manual of a language, up to the next heading."""
    _, found = manual(language).read_text(encoding="utf-8").split(f"\n### {headings[language]}\n")
    return re.split(r"\n##+ ", found)[0]


def example(language: str) -> str:
    """The definition file that the manual has for an example."""
    _, rest = chapter(language, EXAMPLE).split("\n```\n", 1)
    return rest.partition("```\n")[0]
