"""A pipeline as an Airflow DAG of Pods. What it is made of stands in the JSON file of the same name, beside this one."""

import json
import re
from datetime import timedelta
from pathlib import Path

from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator
from airflow.sdk import DAG, CronTriggerTimetable, Param
from kubernetes.client import models as k8s

pipeline = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
schedule = pipeline["schedule"]


def by_step(params):
    """What the run was given, by step: each knows its own, and refuses what no step has."""
    given = {}
    for name, value in params.items():
        if value is not None:
            step, _, param = name.partition(".")
            given.setdefault(step, {})[param] = value
    return json.dumps(given)


def folder(run_id):
    """A run's id, such as manual__2026-01-31T04:30:00+00:00, in letters that any store takes."""
    return re.sub(r"[^\w.-]", "-", run_id, flags=re.ASCII)


with DAG(
    dag_id=pipeline["id"],
    doc_md=pipeline["description"],
    tags=pipeline["tags"],
    schedule=schedule and CronTriggerTimetable(schedule["cron"], timezone=schedule["timezone"]),
    # None: nothing is passed on, so the step reads params.yaml.
    params={param["name"]: Param(None, param["description"], schema=param["schema"]) for param in pipeline["params"]},
    user_defined_filters={"by_step": by_step, "folder": folder},
):
    tasks = {
        task["id"]: KubernetesPodOperator(
            task_id=task["id"],
            doc_md="\n\n".join([task["description"], *(f"Runs where `{gate}`." for gate in task["gates"])]),
            kubernetes_conn_id=pipeline["connection"],
            namespace=pipeline["namespace"],
            service_account_name=pipeline["serviceAccount"],
            image=task["image"],
            cmds=pipeline["command"],
            arguments=task["arguments"],
            container_resources=task["resources"] and k8s.V1ResourceRequirements(**task["resources"]),
            node_selector=task["nodeSelector"],
            tolerations=[k8s.V1Toleration(**toleration) for toleration in task["tolerations"]],
            # A node of the kind that is asked for may have to be started first.
            startup_timeout_seconds=1800,
            # Not execution_timeout, which would count that time as well.
            active_deadline_seconds=task["timeout"],
            retries=task["retries"],
            retry_delay=timedelta(seconds=task["retryDelay"]),
            retry_exponential_backoff=task["retryFactor"],
            skip_on_exit_code=99,
            # After a skipped task as well: the step sees that what it needs was skipped, says so, and is skipped itself.
            trigger_rule="none_failed",
            do_xcom_push=False,
        )
        for task in pipeline["tasks"]
    }
    for task in pipeline["tasks"]:
        tasks[task["id"]].set_upstream([tasks[name] for name in task["upstream"]])
