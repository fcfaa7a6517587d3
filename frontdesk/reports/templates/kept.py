"""The template that a centre keeps: a file in its home folder, in force for every report until it is taken away."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from frontdesk.common.wholefile import write_whole
from frontdesk.context import Context
from frontdesk.locale import words_for
from frontdesk.permission import allowed
from frontdesk.reports.templates.errors import TemplateError
from frontdesk.reports.templates.model import BUILT_IN, Template
from frontdesk.reports.templates.reading import parse_template, read_bytes, read_template
from frontdesk.reports.templates.writing import template_text

KEPT_NAME = "report-template.toml"


def kept_path(context: Context) -> Path:
    """Where the centre's own template stands, if it has one."""
    return context.home.path / KEPT_NAME


def template_in_force(context: Context) -> Template:
    """The centre's own template, else the program's. Raises TemplateError `template_kept_faulty`: somebody may have
    edited it where it stands.
    """
    kept = kept_path(context)
    if not kept.exists():
        return BUILT_IN
    try:
        return read_template(kept)
    except TemplateError as fault:
        raise TemplateError("template_kept_faulty", problem=words_for(fault)) from fault


@allowed("manager")
def keep_template(context: Context, path: Path) -> Template:
    """Make the template in a file the centre's own, as it is written; for managers. Returns it.

    Raises what `read_template` raises, TemplateError `template_not_written`, and what `require_manager` raises.
    """
    context.require_manager()
    content = read_bytes(path)
    template = parse_template(content, path.name)
    kept = kept_path(context)

    def note() -> None:
        detail = {"sheets": len(template.sheets), "digest": sha256(content).hexdigest()}
        with context.change("report.template_kept", KEPT_NAME, **detail):
            context.require_manager()

    try:
        write_whole(kept, content, note)
    except OSError as error:
        raise _not_written(kept, error) from error
    return template


@allowed("manager")
def drop_template(context: Context) -> None:
    """Go back to the program's template; for managers. Nothing happens where the centre has none of its own.

    Raises TemplateError `template_not_written`, and what `require_manager` raises.
    """
    context.require_manager()
    kept = kept_path(context)
    if not kept.exists():
        return
    try:
        with context.change("report.template_dropped", KEPT_NAME):
            context.require_manager()
            kept.unlink()
    except OSError as error:
        raise _not_written(kept, error) from error


def write_template(context: Context, out: Path) -> None:
    """Write the template in force to a file to be edited, in the language in force.

    Raises TemplateError `template_not_written`, `template_kept_faulty`.
    """
    content = template_text(template_in_force(context)).encode()
    try:
        write_whole(out, content)
    except OSError as error:
        raise _not_written(out, error) from error


def _not_written(path: Path, error: OSError) -> TemplateError:
    return TemplateError("template_not_written", path=str(path), reason=error.strerror or str(error))
