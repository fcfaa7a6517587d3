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
    "help.dates": "reckon anew by when open cases are due, by the calendar, settings and definitions as they are now",
    "dated": "Reckoned anew; cases due on another day: {count}.",
}
