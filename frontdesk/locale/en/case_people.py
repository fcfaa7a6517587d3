"""What stands over the columns of records among the data of one person."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "number": "Number",
    "mechanism": "Mechanism",
    "field": "Field",
    "said": "What it says",
    "state": "State",
    "opened_on": "Opened",
    "ended_on": "Ended",
    "at": "When",
    "step": "Step",
    "reason": "Words",
}
