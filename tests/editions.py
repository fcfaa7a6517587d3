"""Writes what the logs of records are read by of every definition of the program, by code and edition:
`python -m tests.editions`. What was written of an edition is kept as it was; `python -m tests.editions CODE` writes
that of one definition anew, which only a change may that no centre has used yet.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from frontdesk.cases.definition.reading import own_definitions
from frontdesk.cases.engine.parts import changed, parts_of

FILE = Path(__file__).parent / "data" / "case-editions.json"

Editions = dict[str, dict[str, dict[str, str]]]


def written() -> Editions:
    """By code and edition the parts as they were written last."""
    found: Editions = json.loads(FILE.read_text(encoding="utf-8")) if FILE.exists() else {}
    return found


def unraised(kept: Editions) -> dict[str, list[str]]:
    """By code what was changed of a definition under the same edition."""
    found = {}
    for code, one in own_definitions().items():
        parts = changed(kept.get(code, {}).get(str(one.edition), {}), parts_of(one))
        if parts:
            found[code] = parts
    return found


def main(anew: list[str]) -> int:
    """Add what is new; returns 1 where something was changed without saying so."""
    kept = written()
    for code, one in own_definitions().items():
        before = kept.get(code, {}).get(str(one.edition), {})
        now = parts_of(one)
        if code in anew:
            before = {}
        if not changed(before, now):
            kept.setdefault(code, {})[str(one.edition)] = {**before, **now}
    FILE.write_text(json.dumps(kept, ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    for code, parts in unraised(kept).items():
        sys.stdout.write(f"{code}: raise its edition, or write it anew: {', '.join(parts)}\n")
    return 1 if unraised(kept) else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
