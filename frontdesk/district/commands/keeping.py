"""The store and the keys: made, brought up to date, handed out, changed, taken out of use."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import FilledPath, emit, json_option, progress
from frontdesk.district.commands.opening import acting, district_group, key_file_of, now_ms, opened, store_url_of
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.district.keys import District


@district_group.command("init", help=t("district.help.init"))
@json_option
@click.pass_context
def init_command(ctx: click.Context, as_json: bool) -> None:
    """Make the store and the district's signing key; what exists stays as it is."""
    from frontdesk.district.store import is_postgresql

    url = store_url_of(ctx)
    created, shown = _make_tables(ctx) if is_postgresql(url) else _make_file(ctx)
    with opened(ctx) as district:
        key_id = district.key_id
    answer = {"created": created, "store": shown, "district_key_id": key_id}
    key = key_file_of(ctx)
    emit(answer, as_json, [t("district.init.done", path=shown, district_key_id=key_id, key=key)])


def _make_file(ctx: click.Context) -> tuple[bool, str]:
    from frontdesk.district.errors import DistrictError
    from frontdesk.district.service import read_key
    from frontdesk.district.store import open_store, store_path
    from frontdesk.keys import create_key_file

    path, key = store_path(store_url_of(ctx)), key_file_of(ctx)
    if not path.parent.is_dir():
        # Rather a folder mistyped than a folder made: the district would go on with an empty store.
        raise DistrictError("no_folder", path=str(path.parent))
    created = not path.exists()
    if created:
        create_key_file(key)
    read_key(key)
    open_store(store_url_of(ctx), create=True).close()
    return created, str(path)


def _make_tables(ctx: click.Context) -> tuple[bool, str]:
    from frontdesk.district.errors import DistrictError
    from frontdesk.district.service import read_key
    from frontdesk.district.store import open_store
    from frontdesk.keys import create_key_file

    url, key = store_url_of(ctx), key_file_of(ctx)
    try:
        open_store(url).close()
        created = False
    except DistrictError as failure:
        if failure.code != "no_store":
            raise
        create_key_file(key)
        read_key(key)
        open_store(url, create=True).close()
        created = True
    return created, _without_password(url)


def _without_password(url: str) -> str:
    from urllib.parse import urlsplit

    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    user = (parts.username or "") + "@" if parts.username else ""
    return f"{parts.scheme}://{user}{host}{parts.path}"


@district_group.command("migrate", help=t("district.help.migrate"))
@json_option
@click.pass_context
def migrate_command(ctx: click.Context, as_json: bool) -> None:
    """Bring the store's schema up to date, and say what the engine says of itself."""
    with opened(ctx) as district:
        facts = dict(district.store.facts())
    emit(facts, as_json, [f"{name}: {value}" for name, value in facts.items()])


@district_group.command("copy", help=t("district.help.copy"))
@click.option("--to", "target_url", required=True, help=t("district.help.to_store"))
@json_option
@click.pass_context
def copy_command(ctx: click.Context, target_url: str, as_json: bool) -> None:
    """Carry everything over into another store that is empty; the keys stay in their files."""
    from frontdesk.district.errors import DistrictError
    from frontdesk.district.store import is_postgresql, open_store, store_path
    from frontdesk.district.store.copying import copy_store

    if not is_postgresql(target_url) and not store_path(target_url).absolute().parent.is_dir():
        raise DistrictError("no_folder", path=str(store_path(target_url).absolute().parent))

    def told(table: str, rows: int) -> None:
        progress(t("district.copy.table", table=table, rows=rows))

    with closing(open_store(store_url_of(ctx))) as source, closing(open_store(target_url, create=True)) as target:
        copied = copy_store(source, target, who=acting(ctx), now_ms=now_ms(), told=told)
    shown, key = _without_password(target_url), str(key_file_of(ctx))
    answer = {"to": shown, "rows": copied.rows, "reports_hash": copied.reports_hash, "key_file": key}
    done = t("district.copy.done", reports=copied.rows["report"], path=shown, hash=copied.reports_hash)
    emit(answer, as_json, [done, t("district.copy.keys", key=key)])


@district_group.command("enrol", help=t("district.help.enrol"))
@click.option("--centre", required=True, help=t("district.help.centre"))
@click.option("--url", help=t("district.help.url"))
@click.option("--out", type=FilledPath(dir_okay=False), help=t("district.help.out"))
@click.option("--typed", is_flag=True, help=t("district.help.typed"))
@json_option
@click.pass_context
def enrol_command(
    ctx: click.Context, centre: str, url: str | None, out: Path | None, typed: bool, as_json: bool
) -> None:
    """Write the enrolment file for a centre, with a code for one use; or say a code that is typed there."""
    if typed:
        _say_code(ctx, centre, url, as_json)
        return
    if url is None or out is None:
        raise click.UsageError(t("district.enrol.needs"))
    from frontdesk.district.errors import DistrictError
    from frontdesk.district.service import issue_enrolment
    from frontdesk.keys import write_secret

    if out.exists():
        raise DistrictError("file_exists", path=str(out))
    with opened(ctx) as district:
        file = issue_enrolment(district, centre=centre, url=url, now_ms=now_ms(), who=acting(ctx))
        missing = _what_is_missing(district, file.centre)
    write_secret(out, file.to_bytes())
    answer = {
        "centre": file.centre,
        "url": file.url,
        "file": str(out),
        "district_key_id": file.district_key_id,
    }
    emit(answer, as_json, [t("district.enrol.done", centre=file.centre, path=out), *missing])


def _what_is_missing(district: District, centre: str) -> list[str]:
    """A word on a centre that the register does not describe: most often its code was mistyped."""
    from frontdesk.district.register import is_described

    return [] if is_described(district, centre) else [t("district.enrol.not_described", centre=centre)]


def _say_code(ctx: click.Context, centre: str, url: str | None, as_json: bool) -> None:
    from frontdesk.district.service import issue_typed_code

    with opened(ctx) as district:
        issued = issue_typed_code(district, centre=centre, now_ms=now_ms(), who=acting(ctx))
        missing = _what_is_missing(district, issued.centre)
    answer = {"centre": issued.centre, "code": issued.code, "district_key_id": issued.district_key_id}
    said = [t("district.enrol.code", centre=issued.centre, code=issued.code)]
    said += [t("district.enrol.address", url=url)] if url else []
    emit(answer, as_json, [*said, *missing])


@district_group.command("revoke", help=t("district.help.revoke"))
@click.argument("key_id")
@json_option
@click.pass_context
def revoke_command(ctx: click.Context, key_id: str, as_json: bool) -> None:
    """Take a centre's key out of use."""
    from frontdesk.district.service import revoke_key

    with opened(ctx) as district:
        key = revoke_key(district, key_id, now_ms(), acting(ctx))
    emit(
        {"centre": key.centre, "key_id": key.key_id, "revoked": True},
        as_json,
        [t("district.revoke.done", centre=key.centre, key_id=key.key_id)],
    )


@district_group.command("rotate-key", help=t("district.help.rotate"))
@json_option
@click.pass_context
def rotate_command(ctx: click.Context, as_json: bool) -> None:
    """Change the district's key; every centre is told by a document that the present one signs."""
    from frontdesk.district.keys import successor_path
    from frontdesk.district.service import rotate_key

    with opened(ctx) as district:
        before = district.key_id
        key_id = rotate_key(district, who=acting(ctx), now_ms=now_ms())
    path = successor_path(key_file_of(ctx), key_id)
    answer = {"district_key_id": key_id, "replaces": before, "key_file": str(path)}
    emit(answer, as_json, [t("district.rotate.done", key_id=key_id, path=path)])
