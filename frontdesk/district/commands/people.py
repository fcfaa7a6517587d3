"""`district account`: who may open the district's pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from frontdesk.cli_support import emit, json_option
from frontdesk.district.commands.opening import acting, district_group, now_ms, opened
from frontdesk.locale import t

if TYPE_CHECKING:
    from frontdesk.district.accounts.service import Account, NewPassword


@district_group.group("account", help=t("district.help.account"))
def account_group() -> None:
    """The accounts of the district's people."""


def _as_json(account: Account) -> dict[str, object]:
    from frontdesk.district.showing import instant

    return {
        "name": account.name,
        "role": account.role,
        "street": account.street,
        "made_at": instant(account.made_at),
        "closed_at": instant(account.closed_at),
    }


def _say_password(new: NewPassword, as_json: bool, more: Sequence[str] = ()) -> None:
    answer = {**_as_json(new.account), "password": new.password}
    said = t("district.account.password", name=new.account.name, password=new.password)
    emit(answer, as_json, [said, *more])


@account_group.command("add", help=t("district.help.account_add"))
@click.argument("name")
@click.option("--role", type=click.Choice(["district", "street"]), required=True, help=t("district.help.role"))
@click.option("--street", help=t("district.help.account_street"))
@json_option
@click.pass_context
def add_command(ctx: click.Context, name: str, role: str, street: str | None, as_json: bool) -> None:
    """Make an account; the password is for its first sign-in."""
    from frontdesk.district.accounts.service import add_account
    from frontdesk.district.register import centres

    with opened(ctx) as district:
        new = add_account(district.store, name=name, role=role, street=street, by=acting(ctx), now_ms=now_ms())
        its = new.account.street
        is_empty = its is not None and not centres(district, street=its)
    _say_password(new, as_json, [t("district.account.empty_street", street=its)] if is_empty else [])


@account_group.command("list", help=t("district.help.account_list"))
@json_option
@click.pass_context
def list_command(ctx: click.Context, as_json: bool) -> None:
    """Every account, the closed ones last."""
    from frontdesk.district.accounts.service import accounts
    from frontdesk.district.wording import instant as clock

    with opened(ctx) as district:
        found = accounts(district.store)
    lines = [
        t(
            "district.account.line" if one.closed_at is None else "district.account.line_closed",
            name=one.name,
            role=t(f"district.role.{one.role}"),
            street=one.street or "-",
            at=clock(one.closed_at),
        )
        for one in found
    ]
    answer = {"accounts": [_as_json(one) for one in found]}
    emit(answer, as_json, lines or [t("district.account.none")])


@account_group.command("reset", help=t("district.help.account_reset"))
@click.argument("name")
@json_option
@click.pass_context
def reset_command(ctx: click.Context, name: str, as_json: bool) -> None:
    """Give an account a new password for one sign-in."""
    from frontdesk.district.accounts.service import reset_password

    with opened(ctx) as district:
        new = reset_password(district.store, name, by=acting(ctx), now_ms=now_ms())
    _say_password(new, as_json)


@account_group.command("close", help=t("district.help.account_close"))
@click.argument("name")
@json_option
@click.pass_context
def close_command(ctx: click.Context, name: str, as_json: bool) -> None:
    """Let nobody sign in as this account any more."""
    from frontdesk.district.accounts.service import close_account

    with opened(ctx) as district:
        closed = close_account(district.store, name, by=acting(ctx), now_ms=now_ms())
    emit({"name": closed.name, "closed": True}, as_json, [t("district.account.closed", name=closed.name)])
