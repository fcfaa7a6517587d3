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
    "error.no_cards_to_print": "There is no volunteer card to print."
    " Choose volunteers, or issue cards to them first.",
    "error.print_failed": "The file {path} cannot be written ({reason}). Close the program that has it open,"
    " check the disk space, or choose another place.",
    "error.font_unreadable": "The font {path} named by {setting} cannot be opened."
    " Name a .ttf, .otf or .ttc file, or remove the setting.",
    "card.title": "Volunteer card",
    "card.found": "If you find this card, please return it to the centre's front desk.",
}
