"""What a Ray step is given: all that a Python step has, with Ray started.

On this machine Ray runs in the step's own process and those that it starts, and ends with it; in a Ray job, it is the
cluster that the job runs in.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import sys
from pathlib import Path
from typing import Any

from ml_step import Step, load_step

try:
    import ray
except ModuleNotFoundError:
    sys.exit("a Ray step needs ray: add it to requirements.in, then `npx platform lock PROJECT`")


# Of a folder whose sockets still have names that a system takes.
LONGEST_FOLDER = 40


def load_ray_step(**options: Any) -> Step:
    """Reads the context and starts Ray; options of ray.init stand over those made here."""
    step = load_step()
    # A cluster that is there already refuses options that make one.
    own = {} if "RAY_ADDRESS" in os.environ else _local_options()
    ray.init(**{"logging_level": logging.WARNING, **own, **options})
    atexit.register(ray.shutdown)
    return step


def _local_options() -> dict[str, Any]:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    path = Path(os.environ["STEP_CONTEXT"])
    # Beside the context, which the step runner removes however this process ends.
    folder = str(path.parent / "ray")
    return {
        "include_dashboard": False,
        **json.loads(path.read_text(encoding="utf-8")).get("ray", {}),
        **({"_temp_dir": folder} if len(folder) <= LONGEST_FOLDER else {}),
    }
