"""Settings in words: their names, values, explanations, and what they may be."""

from __future__ import annotations

from frontdesk.locale import t
from frontdesk.settings import rules
from frontdesk.settings.rules import Value


def label(name: str) -> str:
    """What people call a setting."""
    return t(f"settings.{name}")


def value_words(name: str, value: Value) -> str:
    """A value as a list shows it."""
    bounds = rules.BOUNDS[name]
    if bounds.kind == "switch":
        return t("settings.yes" if value else "settings.no")
    if bounds.kind == "choice":
        return t(f"settings.{name}.{value}")
    none = t(f"settings.{name}.none")
    if not value and none != f"settings.{name}.none":
        # What nothing at all stands for.
        return none
    if isinstance(value, tuple):
        return t("settings.comma").join(map(str, value)) or t("settings.empty")
    if bounds.kind == "text":
        return str(value) or t("settings.empty")
    return _counted(name, int(value))


def _counted(name: str, count: int) -> str:
    """A number with its unit: that of the name's ending, or that of the catalogue."""
    unit = name.rpartition("_")[2]
    key = f"settings.unit.{unit}"
    words = t(key, count=count)
    return str(count) if words == key else words


def allowed_words(name: str, *, codes: bool = True) -> str:
    """What a setting may be, in words; of a choice also how it is typed on the command line, unless not `codes`."""
    bounds = rules.BOUNDS[name]
    if bounds.kind in ("switch", "choice"):
        choices = bounds.choices or ("0", "1")
        said = [(one, value_words(name, rules.typed(name, one))) for one in choices]
        shown = [f"{one} ({words})" if codes else words for one, words in said]
        return t("settings.allowed.choice", choices=t("settings.comma").join(shown))
    kind = "number_or_never" if bounds.or_never else bounds.kind
    return t(f"settings.allowed.{kind}", least=bounds.least, most=bounds.most)


def damaged_words(name: str) -> str:
    """That a setting is stored as what it cannot be, what is in force instead, and how it is put right."""
    return t("settings.damaged", label=label(name), default=value_words(name, rules.default(name)), name=name)


def explanation(name: str, *, codes: bool = True) -> str:
    """What a setting does, and what it may be, see `allowed_words`."""
    return t("settings.explained", help=t(f"settings.{name}.help"), allowed=allowed_words(name, codes=codes))
