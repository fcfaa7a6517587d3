"""A file is written whole or not at all, and only where a file may stand."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from frontdesk.common.wholefile import whole_file


def test_the_new_content_takes_the_place_of_the_old_at_the_end(tmp_path: Path) -> None:
    out = tmp_path / "week.xlsx"
    out.write_text("last week's")
    with whole_file(out) as part:
        part.write_text("this week's")
        assert out.read_text() == "last week's"
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("week.xlsx", "this week's")]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no pipes with names")
def test_what_is_no_file_is_not_replaced_by_one(tmp_path: Path) -> None:
    pipe = tmp_path / "null"
    os.mkfifo(pipe)
    with pytest.raises(OSError, match="null"), whole_file(pipe) as part:
        part.write_text("content")
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]
