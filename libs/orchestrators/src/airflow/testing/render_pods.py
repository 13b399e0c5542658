"""Imports the DAGs of a folder, and prints a line of JSON: what was wrong, and of each DAG the Pods that its tasks would
start in a run with the given parameters."""

import json
import sys

from airflow.dag_processing.dagbag import DagBag
from kubernetes.client import ApiClient

folder, run_id, conf = sys.argv[1:]
bag = DagBag(folder)


def pod(task, params):
    task.render_template_fields({"params": params, "run_id": run_id, "task": task, "dag": task.dag})
    return ApiClient().sanitize_for_serialization(task.build_pod_request_obj(dry_run=True))


def describe(task, params):
    return {
        "upstream": sorted(task.upstream_task_ids),
        "retries": task.retries,
        "retryDelay": task.retry_delay.total_seconds(),
        "triggerRule": task.trigger_rule,
        "skips": task.skip_on_exit_code,
        "startup": task.startup_timeout_seconds,
        "connection": task.kubernetes_conn_id,
        "pod": pod(task, params),
    }


def tasks(dag):
    given = {**{name: None for name in dag.params}, **json.loads(conf)}
    return {task.task_id: describe(task, given) for task in dag.tasks}


result = {"importErrors": bag.import_errors, "dags": {name: tasks(dag) for name, dag in bag.dags.items()}}
print(json.dumps(result))
