"""The colours of the desk."""

from __future__ import annotations

from textual.theme import Theme

NIGHT = Theme(
    name="frontdesk",
    primary="#F18700",
    secondary="#5AA9E6",
    accent="#F18700",
    success="#5FB760",
    warning="#E9B44C",
    error="#E4572E",
    foreground="#ECECEC",
    background="#14181D",
    surface="#1B2027",
    panel="#252C35",
    dark=True,
)
"""Dark, with the sign colour that the policy names for centres (mechanisms X02: RGB 241,135,0)."""
