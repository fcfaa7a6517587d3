"""Commands: the register of residents."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from frontdesk.cli_support import (
    FilledPath,
    Invocation,
    clear_options,
    emit,
    emit_import,
    json_option,
    open_desk,
    pass_invocation,
)
from frontdesk.locale import t
from frontdesk.residents.fields import FIELDS

if TYPE_CHECKING:
    from collections.abc import Callable

    from frontdesk.access.service import Approver
    from frontdesk.residents.service import ResidentLine


@click.group("resident", help=t("cli.command.resident"))
def resident_group() -> None:
    """The register of residents."""


def _field_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """An option for each field of a resident."""
    for name in reversed(FIELDS):
        option = click.option(f"--{name.replace('_', '-')}", name, default=None, help=t(f"residents.field.{name}"))
        function = option(function)
    return function


def _line_json(one: ResidentLine) -> dict[str, Any]:
    return {
        "id": one.id,
        "name": one.masked,
        "phone": one.phone,
        "age": one.band,
        "gender": one.gender,
        "area": one.area,
        "tags": list(one.tags),
        "household": one.household,
    }


def _line_words(one: ResidentLine) -> str:
    tags = t("residents.list_mark").join(one.tags)
    parts = (str(one.id), one.masked, one.phone, one.band, one.area, tags)
    return "  ".join(part for part in parts if part)


@resident_group.command("list", help=t("residents.help.list"))
@click.option("--find", "text", default="", help=t("residents.help.find"))
@click.option("--tag", default="", help=t("residents.help.of_tag"))
@click.option("--limit", type=click.IntRange(1), default=1000, show_default=True, help=t("residents.help.limit"))
@json_option
@pass_invocation
def list_command(invocation: Invocation, text: str, tag: str, limit: int, as_json: bool) -> None:
    """Residents, names and phones masked."""
    from frontdesk.residents import service

    context = open_desk(invocation, writing=False)
    found = service.tagged(context, tag, limit) if tag and not text else service.find(context, text, limit)
    if tag and text:
        found = [one for one in found if tag in one.tags]
    lines = [_line_words(one) for one in found] or [t("residents.none_listed")]
    emit([_line_json(one) for one in found], as_json, lines)


@resident_group.command("show", help=t("residents.help.show"))
@click.argument("resident_id", type=int, metavar="ID")
@click.option("--with-contact", is_flag=True, help=t("residents.help.with_contact"))
@json_option
@pass_invocation
def show_command(invocation: Invocation, resident_id: int, with_contact: bool, as_json: bool) -> None:
    """Everything about one resident."""
    from frontdesk.common.masking import mask_numbers
    from frontdesk.common.names import mask_name
    from frontdesk.residents import service
    from frontdesk.residents.words import age_words, counts_words

    context = open_desk(invocation, writing=True)
    found = service.profile(context, resident_id)
    one = found.resident
    contact = service.contact(context, one.id) if with_contact else None
    value: dict[str, Any] = {
        "id": one.id,
        "name": contact.name if contact else mask_name(one.name),
        "phone": contact.phone if contact else found.phone,
        "birth": one.birth if contact else one.birth[:4],
        "gender": one.gender,
        "area": one.area,
        "tags": list(found.tags),
        "household": one.household,
        "consent_on": one.consent_on,
        "consent_version": one.consent_version,
        "guardian_name": contact.guardian_name if contact else mask_name(one.guardian_name),
        "guardian_phone": contact.guardian_phone if contact else found.guardian_phone,
        "guardian_consent_on": one.guardian_consent_on,
        "note": one.note if contact else mask_numbers(one.note),
    }
    said = value | {"tags": t("residents.list_mark").join(found.tags), "age": age_words(found)}
    lines = [f"{t(f'residents.field.{name}')}: {said[name]}" for name in said if said[name] not in ("", None)]
    lines += [counts_words(found.history), *(_line_words(other) for other in found.household)]
    value |= {
        "age": list(found.age) if found.age else None,
        "child": found.child,
        "missing": list(found.missing),
        "family": [_line_json(other) for other in found.household],
        "same_phone": [_line_json(other) for other in found.same_phone],
    }
    emit(value, as_json, lines)


@resident_group.command("add", help=t("residents.help.add"))
@click.option("--even-if-known", is_flag=True, help=t("residents.help.even_if_known"))
@_field_options
@json_option
@pass_invocation
def add_command(invocation: Invocation, /, even_if_known: bool, as_json: bool, **given: str | None) -> None:
    """Enter somebody."""
    from frontdesk.common.names import mask_name
    from frontdesk.residents import service

    context = open_desk(invocation, writing=True)
    made = service.add(context, _given(given), even_if_known=even_if_known)
    others = service.same_phone(context, given["phone"] or "", made.id)
    words = t("residents.added", name=mask_name(made.name))
    if others:
        names = t("residents.list_mark").join(f"{one.masked}({one.id})" for one in others)
        words = t("residents.added_same_phone", name=mask_name(made.name), others=names)
    emit({"id": made.id, "same_phone": [one.id for one in others]}, as_json, [f"{made.id}  {words}"])


@resident_group.command("edit", help=t("residents.help.edit"))
@click.argument("resident_id", type=int, metavar="ID")
@click.option("--even-if-known", is_flag=True, help=t("residents.help.even_if_known"))
@_field_options
@json_option
@pass_invocation
def edit_command(
    invocation: Invocation, /, resident_id: int, even_if_known: bool, as_json: bool, **given: str | None
) -> None:
    """Change what is known of somebody."""
    from frontdesk.common.names import mask_name
    from frontdesk.residents import service

    context = open_desk(invocation, writing=True)
    before, tags = service.get(context, resident_id), service.line(context, resident_id).tags
    after = service.change(context, resident_id, _given(given), even_if_known=even_if_known)
    said = {"guardian_phone": "guardian_phone_cipher", "phone": "phone_key"}
    kept = {name: said.get(name, name) for name in FIELDS if name != "tags"}
    changed = [name for name, column in kept.items() if getattr(after, column) != getattr(before, column)]
    changed += [] if service.line(context, after.id).tags == tags else ["tags"]
    emit({"id": after.id, "changed": sorted(changed)}, as_json, [t("residents.saved", name=mask_name(after.name))])


def _given(given: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in given.items() if value is not None}


@resident_group.command("tag", help=t("residents.help.tag"))
@click.argument("resident_id", type=int, metavar="ID")
@click.argument("tags")
@json_option
@pass_invocation
def tag_command(invocation: Invocation, resident_id: int, tags: str, as_json: bool) -> None:
    """Set the tags of somebody; "-" for none."""
    from frontdesk.residents import service
    from frontdesk.residents.fields import REMOVE, split_tags

    context = open_desk(invocation, writing=True)
    kept = service.set_tags(context, resident_id, () if tags == REMOVE else split_tags(tags))
    shown = t("residents.list_mark").join(kept) or t("residents.none")
    words = t("residents.tagged", name=service.line(context, resident_id).masked, tags=shown)
    emit({"id": resident_id, "tags": list(kept)}, as_json, [words])


@resident_group.command("household", help=t("residents.help.household"))
@click.argument("resident_ids", type=int, nargs=-1, required=True, metavar="ID...")
@click.option("--leave", is_flag=True, help=t("residents.help.leave"))
@json_option
@pass_invocation
def household_command(invocation: Invocation, resident_ids: tuple[int, ...], leave: bool, as_json: bool) -> None:
    """The household of one resident; with several ids they become one household."""
    from frontdesk.residents import service

    context = open_desk(invocation, writing=leave or len(resident_ids) > 1)
    if leave:
        for one in resident_ids:
            service.leave_household(context, one)
    elif len(resident_ids) > 1:
        service.set_household(context, resident_ids)
    family = service.household_of(context, resident_ids[0])
    lines = [_line_words(one) for one in family] or [t("residents.none")]
    emit([_line_json(one) for one in family], as_json, lines)


@resident_group.command("merge", help=t("residents.help.merge"))
@click.argument("kept_id", type=int, metavar="KEPT")
@click.argument("gone_id", type=int, metavar="OTHER")
@click.option("--yes", "sure", is_flag=True, help=t("residents.help.yes"))
@json_option
@pass_invocation
def merge_command(invocation: Invocation, kept_id: int, gone_id: int, sure: bool, as_json: bool) -> None:
    """Make one entry of two, or say what that would do."""
    from frontdesk.residents import service
    from frontdesk.residents.words import merge_words

    context = open_desk(invocation, writing=sure)
    preview = service.merge_preview(context, kept_id, gone_id)
    words = [merge_words(preview)]
    if sure:
        service.merge(context, kept_id, gone_id)
        words.append(t("residents.merged", name=preview.kept.masked))
    value = {
        "kept": kept_id,
        "other": gone_id,
        "merged": sure,
        "registrations": preview.registrations,
        "memberships": preview.memberships,
        "waivers": preview.waivers,
        "filled": list(preview.filled),
        "both_in": list(preview.both_in),
    }
    emit(value, as_json, words)


@resident_group.command("history", help=t("residents.help.history"))
@click.argument("resident_id", type=int, metavar="ID")
@json_option
@pass_invocation
def history_command(invocation: Invocation, resident_id: int, as_json: bool) -> None:
    """The sign-ups of one resident."""
    from frontdesk.residents import service
    from frontdesk.residents.words import became_words, counts_words

    found = service.history(open_desk(invocation, writing=False), resident_id)
    rows = [one.model_dump(exclude={"starts_at"}) for one in found.lines]
    lines = [f"{one.day}  {one.session_code}  {one.name}  {one.seq_no}  {became_words(one)}" for one in found.lines]
    emit(rows, as_json, [counts_words(found), *lines])


@resident_group.command("consent", help=t("residents.help.consent"))
@click.argument("resident_id", type=int, metavar="ID")
@click.option("--withdraw", is_flag=True, help=t("residents.help.withdraw"))
@click.option("--day", default="", help=t("residents.help.day"))
@json_option
@pass_invocation
def consent_command(invocation: Invocation, resident_id: int, withdraw: bool, day: str, as_json: bool) -> None:
    """Consent to the notice in force, or its withdrawal."""
    from frontdesk.common.names import mask_name
    from frontdesk.residents import service

    context = open_desk(invocation, writing=True)
    if withdraw:
        after = service.withdraw_consent(context, resident_id)
        words = t("residents.withdrawn", name=mask_name(after.name))
    else:
        after = service.give_consent(context, resident_id, day)
        words = t("residents.consented", name=mask_name(after.name), version=after.consent_version)
    emit({"id": after.id, "consent_on": after.consent_on, "consent_version": after.consent_version}, as_json, [words])


@resident_group.command("export", help=t("residents.help.export"))
@click.option("--out", required=True, type=FilledPath(dir_okay=False), help=t("residents.help.out"))
@click.option("--find", "text", default="", help=t("residents.help.find"))
@click.option("--tag", default="", help=t("residents.help.of_tag"))
@click.option("--with-names", is_flag=True, help=t("residents.help.with_names"))
@click.option("--with-phones", is_flag=True, help=t("residents.help.with_phones"))
@clear_options
@json_option
@pass_invocation
def export_command(
    invocation: Invocation,
    out: Path,
    text: str,
    tag: str,
    with_names: bool,
    with_phones: bool,
    reason: str,
    approver: Approver | None,
    as_json: bool,
) -> None:
    """Write the register into a workbook."""
    from frontdesk.residents.exporting import export_residents

    context = open_desk(invocation, writing=with_names or with_phones)
    shown: dict[str, Any] = {"with_names": with_names, "with_phones": with_phones, "reason": reason}
    shown["approver"] = approver
    written = export_residents(context, out, text=text, tag=tag, **shown)
    emit({"people": written, "out": str(out)}, as_json, [t("residents.exported", count=written, out=out)])


@resident_group.command("import", help=t("residents.help.import"))
@click.argument("file", type=FilledPath())
@click.option("--dry-run", is_flag=True, help=t("residents.help.dry_run"))
@json_option
@pass_invocation
def import_command(invocation: Invocation, file: Path, dry_run: bool, as_json: bool) -> None:
    """Take the register in."""
    from frontdesk.imports.service import run_import

    outcome = run_import(open_desk(invocation, writing=True), "residents", file, dry_run=dry_run)
    emit_import(outcome, as_json, dry_run=dry_run)


@resident_group.command("index", help=t("residents.help.index"))
@json_option
@pass_invocation
def index_command(invocation: Invocation, as_json: bool) -> None:
    """Have everybody found by pinyin too; the desk does the same by itself after it was opened."""
    from frontdesk.residents import service

    context = open_desk(invocation, writing=True)
    done = 0
    while batch := service.index_waiting(context, 1000):
        done += batch
    emit({"indexed": done}, as_json, [t("residents.indexed", count=done)])
