"""A little of each: kills, faults of the disk, power cuts and busy windows, in one process, for the ordinary run."""

from __future__ import annotations

import json
import os
import sys
import time

from tests import safe_busy, safe_disk, safe_faults, safe_kill, safe_power

KILLS, ONE_FAULT_IN, CUTS, BUSY_SECONDS, SEED = 12, 400, 2, 1.0, 20261122


def main() -> int:
    """Do them, and say in JSON what came of each."""
    if str(safe_disk.library()) != os.environ.get("LD_PRELOAD"):
        environment = {**os.environ, **safe_disk.environment()}
        os.execve(sys.executable, [sys.executable, "-m", "tests.safe_all"], environment)
    begun = time.monotonic()
    told = {
        "kills": vars(safe_kill.run(KILLS, SEED)),
        "faults": {part: vars(one) for part, one in safe_faults.run(ONE_FAULT_IN, SEED).items()},
        "power": safe_power.run(CUTS, SEED),
        "busy": safe_busy.run(BUSY_SECONDS, 50),
        "seconds": round(time.monotonic() - begun, 1),
    }
    sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
