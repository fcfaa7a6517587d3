"""Words of Chinese sentences by the dictionary of jieba, where it is installed.

It is loaded when terms are first asked for, never before: reading its dictionary takes about a second.
"""

from __future__ import annotations

import warnings
from functools import cache
from importlib import import_module
from typing import Any

from frontdesk.feedback.words.rules import Cut


@cache
def dictionary_cut() -> Cut | None:
    """A function that takes sentences apart; None where jieba is not installed."""
    try:
        with warnings.catch_warnings():
            # What it says about setuptools would stand on the screen.
            warnings.simplefilter("ignore")
            jieba: Any = import_module("jieba")
    except ImportError:
        return None
    tokenizer = jieba.Tokenizer()
    # Its own way of loading writes a copy of the dictionary into a folder that everybody may write to, and reads back
    # whatever lies there.
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    cut: Cut = tokenizer.cut
    return cut
