"""The made-up centre."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "generating": "Making the demo centre (all of it is invented)...",
    "kept": "The demo centre stands in {path}.",
    "manager": "Manager: {no} {name}, PIN {pin}",
    "recovery_key": "Its recovery key: {groups}",
    "how_to_open": "Open it: frontdesk --home {path}",
    "help.keep": "make it in this folder and leave it there, without opening the program",
    "help.code": "the centre's code, where several made-up centres report to one district",
    "help.seed": "the same day and seed give the same data",
    "bad_today": "The year has to lie between {first} and {last}. Give another date.",
    "error.folder_not_empty": "The folder {path} is not empty and was left alone. Give a new folder.",
}
