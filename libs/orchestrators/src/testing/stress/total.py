import json
from pathlib import Path

from ml_step import load_step

step = load_step()
gathered = json.loads(Path(step.inputs["all"]).read_text(encoding="utf-8"))
total = {"value": sum(gathered["values"]), "level": gathered["level"]}
Path(step.outputs["total"]).write_text(json.dumps(total), encoding="utf-8")
