"""Imports the DAGs of a folder, runs one by `dag.test`, and prints a line of JSON: how it and its tasks ended, and what
the scheduler knows of it."""

import json
import sys

from airflow.dag_processing.dagbag import DagBag
from airflow.models.dag import DagModel

folder, dag_id, conf = sys.argv[1:]
bag = DagBag(folder)
result = {"importErrors": bag.import_errors}
if not bag.import_errors:
    dag = bag.dags[dag_id]
    run = dag.test(run_conf=json.loads(conf))
    known = DagModel.get_dagmodel(dag_id)
    result |= {
        "state": run.state,
        "tags": sorted(dag.tags),
        "next": known.next_dagrun_create_after and known.next_dagrun_create_after.isoformat(),
        "tasks": {task.task_id: task.state for task in sorted(run.get_task_instances(), key=lambda task: task.task_id)},
        "tries": {task.task_id: task.try_number for task in run.get_task_instances()},
    }
print(json.dumps(result))
