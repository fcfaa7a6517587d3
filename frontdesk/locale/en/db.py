"""Failures of the database file."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.no_database": 'There is no centre here yet ({path}). Run "frontdesk init", or just "frontdesk" for the wizard.',
    "error.not_ours": "{path} is not a file of this program; it was not touched. Check the folder given with --home.",
    "error.newer_database": "{path} was written by a newer program (file {file}, program {program}). Update this program first; the file was not touched.",
    "error.cannot_open": "{path} cannot be opened ({reason}). Check that the folder exists and the disk is connected, then try again.",
    "error.read_only": "{path} is on a disk that cannot be written. Use a folder that can be written, or ask for write permission.",
    "error.disk_full": "The disk is full; what you just did was not saved. Free some space, then do it again.",
    "error.disk_fault": "The disk failed ({reason}); what you just did was not saved. Check the disk and back up {path} soon.",
    "error.wrong_layout": "{path} does not fit this version of the program ({reason}); what you just did was not saved. The disk is not at fault: update the program and open it again; if this stays, restore the latest backup.",
    "error.damaged": "The data file is damaged ({path}). Stop, keep the file, and restore the latest backup.",
    "error.busy": "Another window held the file too long; what you just did was not saved. Close other windows and try again.",
    "error.conflict": "This conflicts with what is stored ({reason}) and was not saved. Refresh and try again.",
}
