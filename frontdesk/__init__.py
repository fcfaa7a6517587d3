"""The program on the counter of a neighbourhood centre."""

__version__ = "0.1.0"
