"""What all commands of the district share: the group, its store and its key, who acts, and the time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import FilledPath, Invocation
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.district.service import District

KEY_VARIABLE = "FRONTDESK_DISTRICT_KEY"


@click.group("district", help=t("district.help"))
@click.option("--store", "store_url", envvar="FRONTDESK_STORE", help=t("district.help.store"))
@click.option("--key", "key_file", type=FilledPath(dir_okay=False), help=t("district.help.key"))
@click.pass_context
def district_group(ctx: click.Context, store_url: str | None, key_file: Path | None) -> None:
    """The district's end."""
    ctx.meta["store_url"] = store_url
    ctx.meta["key_file"] = key_file


def store_url_of(ctx: click.Context) -> str:
    """The address of the store, asked for by what needs one: help and the manual do not. Wrong usage without one."""
    url: str | None = ctx.meta["store_url"]
    if url is None:
        raise click.MissingParameter(ctx=ctx, param_hint="--store", param_type="option")
    return url


def key_file_of(ctx: click.Context) -> Path:
    """Where the district's first key lies: `--key`, FRONTDESK_DISTRICT_KEY, beside a store that is a file, else in the
    user's data folder.
    """
    from frontdesk.district.service import key_path
    from frontdesk.district.store import is_postgresql, store_path

    named: Path | None = ctx.meta["key_file"]
    if named is not None:
        return named
    if os.environ.get(KEY_VARIABLE):
        return Path(os.environ[KEY_VARIABLE])
    url = store_url_of(ctx)
    if not is_postgresql(url):
        return key_path(store_path(url))
    from platformdirs import user_data_path

    return user_data_path("frontdesk", appauthor=False) / "district.key"


@contextmanager
def opened(ctx: click.Context) -> Iterator[District]:
    """The district on its store, closed when the block ends."""
    from frontdesk.district.service import open_district
    from frontdesk.district.store import open_store

    store = open_store(store_url_of(ctx))
    try:
        yield open_district(store, key_file_of(ctx))
    finally:
        store.close()


def now_ms() -> int:
    """Now, in UTC milliseconds."""
    from frontdesk.clock import system_clock

    return round(system_clock().timestamp() * 1000)


def acting(ctx: click.Context) -> str:
    """In whose name the audit keeps what a command does: `--as NAME`, else the command line itself."""
    return ctx.ensure_object(Invocation).operator_no or "command"
