"""Commands: the standing order (岗位与AB角备案)."""

from __future__ import annotations

import click

from frontdesk.locale import t


@click.group("order", help=t("roster_order.help.order"))
def order_group() -> None:
    """Posts, shifts, opening hours, who may stand where."""
