"""Small definition files for tests: one that is new until it is done."""

from __future__ import annotations

_HEAD = """\
code = "{code}"
kind = "case"
group = "house"
name = {{ zh_CN = "{name}" }}
about = {{ zh_CN = "{name}。" }}
number = {{ prefix = "{prefix}" }}
"""
_STATES = """\
states = [ { code = "new", name = { zh_CN = "新" } }, { code = "done", name = { zh_CN = "完" }, end = "done" } ]
"""
CLOSING = """\
transitions = [{ code = "close", name = { zh_CN = "办完" }, from = ["new"], to = "done" }]
"""
SENDING = """
[[transitions]]
code = "send"
name = { zh_CN = "派出" }
from = ["new"]
to = "done"
"""


def case_text(code: str, name: str, prefix: str, fields: str, rest: str) -> str:
    """The file of a case with these lines of fields, closed or sent by what `rest` says."""
    return f"{_HEAD.format(code=code, name=name, prefix=prefix)}fields = [\n{fields}]\n{_STATES}{rest}"
