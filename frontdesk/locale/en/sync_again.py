"""Words of sending received reports once more."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "help": "send received reports once more, all or those of PERIOD: for a district that restored an old backup",
    "help.since": "those that the district received on this day or later, such as 2026-11-20",
    "usage": "Name periods, or --since with a day, not both.",
    "progress.held": "[{done}/{total}] {period} revision {revision}: the district has it",
    "progress.taken": "[{done}/{total}] {period} revision {revision}: taken in anew",
    "progress.refused": "[{done}/{total}] {period} revision {revision}: refused ({reason})",
    "progress.failed": "[{done}/{total}] {period} revision {revision}: no answer ({reason})",
    "done": "The district has them all: {held} it had, {taken} it took in anew. Nothing changed here.",
    "nothing": "No report was received yet that could be sent once more.",
    "error.none_received": "The district has received no report of {period} from here. "
    'Look at "frontdesk sync status"; what is unsent goes with "frontdesk sync".',
    "error.not_answered": "{left} reports were not sent once more ({problem}); here nothing changed. "
    "Check the network and run the same command again; where there are very many, name periods or a later day.",
    "error.not_taken": "The district refused {refused} reports; it has {held} and took in {taken} anew. Here nothing changed. "
    "Give the reasons to the district; what it cannot take in has to be submitted again as a correction.",
}
