"""A pipeline as an Airflow DAG. What it is made of stands in the JSON file of the same name, beside this one."""

import json
import shlex
from datetime import timedelta
from pathlib import Path

from airflow.providers.standard.operators.bash import BashOperator
from airflow.sdk import DAG, CronTriggerTimetable, Param

pipeline = json.loads(Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
schedule = pipeline["schedule"]


def seconds(count):
    return None if count is None else timedelta(seconds=count)


def arguments(params):
    """What the run was given, for each step: it knows its own, and refuses what no step has."""
    given = [f"{name}={json.dumps(value)}" for name, value in params.items() if value is not None]
    return " ".join(f"--param {shlex.quote(text)}" for text in given)


with DAG(
    dag_id=pipeline["id"],
    doc_md=pipeline["description"],
    tags=pipeline["tags"],
    schedule=schedule and CronTriggerTimetable(schedule["cron"], timezone=schedule["timezone"]),
    # None: nothing is passed on, so the step reads params.yaml.
    params={param["name"]: Param(None, param["description"], schema=param["schema"]) for param in pipeline["params"]},
    user_defined_filters={"arguments": arguments},
    # Two runs at once would write the same artifacts.
    max_active_runs=1,
):
    tasks = {
        task["id"]: BashOperator(
            task_id=task["id"],
            doc_md="\n\n".join([task["description"], *(f"Runs where `{gate}`." for gate in task["gates"])]),
            bash_command=task["command"],
            cwd=pipeline["project"],
            retries=task["retries"],
            retry_delay=seconds(task["retryDelay"]),
            retry_exponential_backoff=task["retryFactor"],
            execution_timeout=seconds(task["timeout"]),
            # After a skipped task as well: the step sees that what it needs was skipped, says so, and is skipped itself.
            trigger_rule="none_failed",
            do_xcom_push=False,
        )
        for task in pipeline["tasks"]
    }
    for task in pipeline["tasks"]:
        tasks[task["id"]].set_upstream([tasks[name] for name in task["upstream"]])
