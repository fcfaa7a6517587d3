"""Indicators: English words for definitions, values and the rows behind them."""

from __future__ import annotations

WORDS: dict[str, str] = {
    "title": "Behind a number",
    "error.unknown_indicator": "There is no indicator {code}. See all of them with: frontdesk indicator list.",
    "error.never_adds": "Indicator {code} counts different people: adding periods would count them twice. Ask for the whole span instead.",
    "error.mixed_values": "Values of several kinds of indicator {code} cannot be added. Use values of one indicator and one version.",
    "error.bad_definition": "The definition file {file} is wrong at {entry} ({key}): {reason}. Correct it and open the program again.",
    "no_rate": "nothing to work out",
    "rate": "{k}/{n} = {rate} (95 % interval {low} - {high})",
    "joint": "; ",
    "yuan": "{yuan} yuan",
    "no_key": "(none)",
    "none": "No record can be listed for this period.",
    "many": "rows: {count}",
    "command.earlier": "Earlier",
    "command.earlier.help": "The same number for the period before",
    "command.later": "Later",
    "command.later.help": "The same number for the period after",
    "command.close": "Back",
    "command.close.help": "Back to the report",
    "channel.desk": "Desk",
    "channel.phone": "Phone",
    "channel.hotline": "Hotline",
    "channel.online": "Online",
    "channel.import": "Imported",
    "service_kind.visit": "Visit",
    "service_kind.supplement": "Supplement",
    "use_kind.session": "Session",
    "use_kind.booking": "Booking",
}
