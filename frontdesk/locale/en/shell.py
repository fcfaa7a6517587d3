"""Words of the shell."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.operator_required": "This needs an operator. Say who acts with --as NO (or FRONTDESK_AS); on the screen, sign in first.",
    "error.manager_required": "Only a manager may do this, not {name}. Ask a manager to sign in.",
    "error.auditor_reads_only": "{name} is an auditor and may only read. Sign in as an operator to change things.",
    "error.key_missing": "The key file {path} is missing. Restore the folder \"keys\" from a backup; do not make a new one.",
    "error.key_damaged": "The key file {path} is damaged. Restore the folder \"keys\" from a backup.",
    "error.field_unreadable": "A sealed field cannot be read: the keys do not belong to this file. Restore the \"keys\" folder backed up with it.",
    "error.no_centre": "The file in {path} holds no centre. Set one up in another folder.",
    "error.bad_synchronous": "FRONTDESK_SYNCHRONOUS is FULL, NORMAL or OFF, not {value}. Correct it and try again.",
    "error.missing_value": "\"{field}\" must not be empty. Fill it in and try again.",
    "error.centre_exists": "There is a centre in {path} already; nothing was changed. Choose another folder.",
    "error.home_not_writable": "Nothing can be written in {path} ({reason}). Choose another folder, or free some space.",
    "error.sign_in_refused": "The staff number or the PIN is wrong. Check them and try again.",
    "error.sign_in_locked": "Too many wrong PINs. Wait {seconds} seconds, then try again.",
    "error.pin_not_set": "{no} has no PIN yet. Ask a manager to set one (frontdesk staff pin {no}).",
    "error.pin_required": "The PIN of {no} is needed. Set FRONTDESK_PIN, or type it at a terminal.",
    "error.new_pin_required": "No new PIN was given. Set FRONTDESK_NEW_PIN, or type it at a terminal.",
    "error.pin_weak": "A PIN has {digits} to 12 digits, not all the same. Choose another one.",
    "error.unknown_staff": "There is no staff number {no}. Check it, or import the staff list first.",
    "error.own_role": "A manager cannot take the role from himself. Ask another manager.",
    "error.usage": "The command is not written right. See --help.",
    "error.file_failed": "{path} could not be read or written ({reason}). Check the path, permissions and disk space, then try again.",
}
