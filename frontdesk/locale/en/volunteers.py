"""Volunteers: what is said in English about scanning, cards and hours."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "error.malformed": "No whole volunteer card was read. Hold the card flat and scan it again,"
    " or type the name or volunteer number into the search box.",
    "error.foreign_code": "This is not a volunteer card; nothing of it was kept."
    " Scan a card issued by this centre, or type the name into the search box.",
    "error.bad_check_digit": "One digit of the code is wrong. Scan the card again;"
    " if it was typed, compare it with the 20 digits on the card.",
    "error.bad_mac": "This centre did not issue this card. Ask for the card of this centre,"
    " or find the volunteer in the search box and issue a new card.",
    "error.bad_volunteer_no": "The volunteer number “{volunteer_no}” is not 7 digits, so no card can be made."
    " Correct the number in the list of volunteers first.",
    "error.bad_serial": "The card serial {serial} is not between 0 and {highest}, so no card can be made."
    " Give this volunteer another number, then issue a card.",
}
