"""The kiosk's tones: real WAV files, and nothing that goes wrong with playing them is ever noticed by a scan."""

from __future__ import annotations

import io
import struct
import sys
import threading
import time
import wave
from itertools import pairwise
from pathlib import Path

import pytest

from frontdesk.shell import sound
from frontdesk.shell.sound import TONES, Sounder, Tone, system_player, tone_wave


@pytest.mark.parametrize("tone", list(TONES))
def test_a_tone_is_a_short_wave_that_begins_and_ends_in_silence(tone: Tone) -> None:
    with wave.open(io.BytesIO(tone_wave(tone)), "rb") as read:
        rate, count = read.getframerate(), read.getnframes()
        samples = struct.unpack(f"<{count}h", read.readframes(count))
    assert 0.1 < count / rate < 0.4
    assert samples[0] == samples[-1] == 0
    assert 8_000 < max(samples) < 20_000
    crossings = sum(1 for before, after in pairwise(samples) if before < 0 <= after)
    assert crossings == pytest.approx(sum(pitch * seconds for pitch, seconds in TONES[tone]), abs=4)


def test_the_tone_for_what_was_taken_rises_and_the_one_for_a_refusal_is_lower() -> None:
    rising, low = [pitch for pitch, _ in TONES["accepted"]], [pitch for pitch, _ in TONES["refused"]]
    assert rising == sorted(rising) and len(rising) > 1
    assert max(low) < min(rising)


def test_playing_returns_at_once_while_a_player_hangs_and_leaves_out_what_comes_too_fast() -> None:
    go_on, played = threading.Event(), []

    def hangs(tone: Tone) -> bool:
        assert go_on.wait(30)
        played.append(tone)
        return True

    sounder = Sounder(lambda: None, hangs)
    begin = time.perf_counter()
    for _ in range(200):
        sounder.play("accepted")
    assert time.perf_counter() - begin < 0.5
    sounder.close()
    go_on.set()
    assert sounder._thread is not None
    sounder._thread.join(30)
    assert not sounder._thread.is_alive()
    assert len(played) <= 3


def test_where_nothing_plays_the_bell_is_asked_for() -> None:
    rung = threading.Event()
    sounder = Sounder(rung.set, lambda tone: False)
    sounder.play("refused")
    assert rung.wait(30)
    sounder.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays from memory, without a player")
def test_a_player_that_fails_or_hangs_gives_way_to_the_next_and_is_not_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = tmp_path / "log"
    for name, does in (("broken", "exit 3"), ("hanging", "exec sleep 60"), ("good", "exit 0")):
        script = tmp_path / name
        script.write_text(f'#!/bin/sh\necho {name} >> "{log}"\n{does}\n')
        script.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    monkeypatch.setattr(sound, "_PLAYERS", (("broken",), ("missing",), ("hanging",), ("good",)))
    monkeypatch.setattr(sound, "PLAYING_SECONDS", 0.3)
    play = system_player(tmp_path)
    assert play("accepted") and play("refused")
    assert log.read_text().split() == ["broken", "hanging", "good", "good"]
    assert (tmp_path / "accepted.wav").read_bytes() == tone_wave("accepted")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows plays from memory, without a player")
def test_without_a_player_or_a_place_to_write_nothing_is_played_and_nothing_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sound, "_PLAYERS", (("no-such-player",),))
    assert not system_player(tmp_path)("accepted")
    monkeypatch.setattr(sound, "_PLAYERS", (("true",),))
    assert not system_player(tmp_path / "missing")("accepted")
