"""What a Python step is given: parameters, input and output paths, as one JSON document named by STEP_CONTEXT."""

import json
import os
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

NO_STEP = "this script is a step: run it as `npx nx run PIPELINE:STEP`"


@dataclass(frozen=True)
class Step:
    """A running step.

    params: validated values. inputs: absolute local path per input, a list of them where the input takes many.
    outputs: absolute local path per output, to be written by the step; nothing stands there yet.
    """

    name: str
    params: dict[str, Any]
    inputs: dict[str, Any]
    outputs: dict[str, str]

    def log(self, message: str) -> None:
        print(message, flush=True)

    def progress(self, done: int, total: int, label: str) -> None:
        print(f"{done}/{total} {label}", flush=True)

    def write_metrics(self, output: str, values: dict[str, float]) -> None:
        """Writes finite numbers by name; what the step declares is checked after it ends."""
        path = Path(self.outputs[output])
        path.write_text(json.dumps(values, indent=2, allow_nan=False) + "\n", encoding="utf-8")


def load_step() -> Step:
    """Reads the context and ties this process's life to the runner's."""
    path = os.environ.get("STEP_CONTEXT")
    if path is None:
        sys.exit(NO_STEP)
    context = json.loads(Path(path).read_text(encoding="utf-8"))
    exit_with_parent()
    return Step(context["step"], context["params"], context["inputs"], context["outputs"])


def exit_with_parent() -> None:
    """Ends this process when the one that started it is gone."""
    parent = os.getppid()

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(0.3)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
