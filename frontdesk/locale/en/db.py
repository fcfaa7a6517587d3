"""Failures of the database file."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.no_database": 'There is no centre here yet ({path}). Run "frontdesk init", or just "frontdesk" for the wizard.',
    "error.not_ours": "{path} is not a file of this program; it was not touched. Check the folder given with --home.",
    "error.newer_database": "{path} was written by a newer program (file {file}, program {program}) and was not touched. Install the latest program and open it again; to go on with this one, restore the copy from before the upgrade or a backup (frontdesk restore).",
    "error.upgraded_meanwhile": "{path} has just been brought up to date by a newer program (file {file}, this window {program}); what you just did was not saved. Close this window and open it again with the new program.",
    "error.upgrade_under_way": "Another window is bringing {path} up to date and is not done yet. Try again when it has opened, and do not close it.",
    "error.no_room_to_upgrade": "The disk of {path} has no room for the copy that is made before an upgrade, so nothing was changed (file {file}, program {program}). {need_mb} MB are needed, {missing_mb} MB more than there are. Free some space and open it again.",
    "error.cannot_open": "{path} cannot be opened ({reason}). Check that the folder exists and the disk is connected, then try again.",
    "error.read_only": "{path} is on a disk that cannot be written. Use a folder that can be written, or ask for write permission.",
    "error.disk_full": "The disk is full; what you just did was not saved. Free some space, then do it again.",
    "error.disk_fault": "The disk failed ({reason}); what you just did was not saved. Check the disk and back up {path} soon.",
    "error.wrong_layout": "{path} does not fit this version of the program ({reason}); what you just did was not saved. The disk is not at fault: update the program and open it again; if this stays, restore the latest backup.",
    "error.damaged": "The data file is damaged ({path}). Stop, keep the file, and restore the latest backup.",
    "error.busy": "Another window held the file too long; what you just did was not saved. Close other windows and try again.",
    "error.conflict": "This conflicts with what is stored ({reason}) and was not saved. Refresh and try again.",
}
