"""The page on operations says what is there: its commands, endpoints, metrics and headings; its statements run."""

from __future__ import annotations

import re
from contextlib import closing

import click
import pytest
from click.testing import CliRunner

from frontdesk.district.api.openapi import document
from frontdesk.district.commands import district_group
from frontdesk.district.keys import District
from frontdesk.district.metrics import Metrics
from frontdesk.district.reports.totals import totals
from frontdesk.district.service import accept_report, show_report
from frontdesk.district.store import open_store
from frontdesk.errors import CodedError
from frontdesk.locale import LANGUAGES, speaking
from frontdesk.manual import operations_text
from tests.district.centres import NOW_MS, PERIOD, enrolled
from tests.district.engines import run_on


def page(language: str) -> str:
    with speaking(language):
        return operations_text()


def outline(text: str) -> list[str]:
    """What kind of line each line is; within examples the lines themselves, remarks and file names aside."""
    found, within = [], False
    for line in text.splitlines():
        within ^= line == "```"
        kind = re.match(r"#+(?= )|- |```|(?=.)|$", line)
        assert kind is not None
        told = line.startswith("-- ") or "centre import" in line
        found.append(line if within and not told else kind[0])
    return found


def test_both_languages_have_the_same_outline_and_examples() -> None:
    assert outline(page("zh_CN")) == outline(page("en"))


def test_the_chinese_page_is_set_in_full_width_punctuation() -> None:
    prose = re.sub(r"```.*?```|`[^`]*`", "", page("zh_CN"), flags=re.DOTALL)
    assert re.findall(r".{0,8}[\u4e00-\u9fff][,;?!()].{0,8}", prose) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_endpoint_and_metric_of_the_page_exists(language: str) -> None:
    text = page(language)
    commands = set(re.findall(r"frontdesk district ([a-z-]+)(?: ([a-z-]+))?", text))
    assert len(commands) >= 6
    for name, sub in commands:
        command = district_group.commands[name]
        assert not sub or not isinstance(command, click.Group) or sub in command.commands
    assert {one.rstrip("./") for one in re.findall(r"/v1/[a-z.]+", text)} <= set(document()["paths"])
    described = Metrics(lambda: {"requests_waiting": 0}).text().decode()
    for metric in re.findall(r"frontdesk_district_[a-z_]+", text):
        assert metric.removesuffix("_total") in described


def test_the_page_is_printed_without_a_store() -> None:
    result = CliRunner().invoke(district_group, ["manual"])
    assert (result.exit_code, result.output.rstrip()) == (0, operations_text().rstrip())
    assert CliRunner().invoke(district_group, ["status"]).exit_code == 2


def statements() -> list[str]:
    """The page's statements that spread the reports, with the pieces that it leaves to the reader."""
    (block,) = re.findall(r"```\nBEGIN;\n(.*?)COMMIT;\n```", page("en"), flags=re.DOTALL)
    first = "CREATE TABLE report_0 PARTITION OF report FOR VALUES WITH (MODULUS 8, REMAINDER 0);"
    others = "\n".join(first.replace("_0 ", f"_{n} ").replace("ER 0", f"ER {n}") for n in range(1, 8))
    whole = re.sub(r"-- .*\n", others + "\n", block)
    return [one for one in (part.strip() for part in whole.split(";\n")) if one]


@pytest.mark.slow
def test_the_statements_of_the_page_spread_the_reports_and_everything_goes_on(postgresql_url: str) -> None:
    with closing(open_store(postgresql_url)) as store:
        district = District(store, bytes(range(32)))
        centres = [enrolled(district, f"310114-{number:03}", number) for number in range(1, 21)]
        before = [accept_report(district, one.seal(), NOW_MS) for one in centres]
        run_on(postgresql_url, *statements())
        assert [accept_report(district, one.seal(), NOW_MS + 1) for one in centres] == before
        for one in centres:
            accept_report(district, one.seal(report_id="r2", revision=2), NOW_MS)
            assert len(show_report(district, one.code, PERIOD).revisions) == 2
        with store.reading() as session:
            assert totals(session, "weekly", PERIOD).reports == 20
            spread = session.rows("SELECT DISTINCT tableoid FROM report")
        assert len(spread) > 1
        with pytest.raises(CodedError), store.writing() as session:
            session.execute("DELETE FROM report")
