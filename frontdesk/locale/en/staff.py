"""Staff and sign-in."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "role.operator": "operator",
    "role.manager": "manager",
    "role.auditor": "auditor (reads only)",
    "ask_new_pin": "New PIN for {no} (4 to 12 digits)",
    "centre_made": "\"{name}\" has been set up in {path}.",
    "no_pin_yet": "{no} has no PIN yet: set one when you first open frontdesk.",
    "pin_set": "The PIN of {no} is set.",
    "role_set": "{no} is now {role}.",
    "help.list": "list the staff",
    "help.pin": "give somebody a PIN (FRONTDESK_NEW_PIN, or asked for)",
    "help.role": "set what somebody may do",
}
