"""Submits a pipeline job to Azure Machine Learning, and looks at one, by Azure's own SDK: what a pipeline job is over its
API, only that knows. Called as `azure_ml.py WORKSPACE submit FILE NAME`, `WORKSPACE status NAME`, `WORKSPACE logs NAME STEPS`;
WORKSPACE and what is printed are JSON; what it refuses is `{"error": …, "kind": …}`."""

import contextlib
import json
import logging
import sys
import tempfile
from pathlib import Path

logging.disable(logging.CRITICAL)

ENDED = ("Completed", "Failed", "Canceled", "NotResponding", "Paused")


def connect(workspace):
    from azure.ai.ml import MLClient
    from azure.identity import DefaultAzureCredential

    names = (workspace["subscription"], workspace["resourceGroup"], workspace["workspace"])
    return MLClient(DefaultAzureCredential(), *names)


def submit(client, file, name):
    from azure.ai.ml import load_job

    job = load_job(file)
    job.name = name
    made = client.jobs.create_or_update(job)
    return {"run": made.name, "url": made.studio_url}


def status(client, name):
    job = client.jobs.get(name)
    steps = [{"job": child.display_name, "status": child.status} for child in children(client, name)]
    return {"status": job.status, "steps": steps}


def logs(client, name, wanted):
    wanted = json.loads(wanted)
    found = [child for child in children(client, name) if child.display_name in wanted]
    return {"steps": [{"job": child.display_name, "lines": lines(client, child)} for child in found]}


def children(client, name):
    return list(client.jobs.list(parent_job_name=name))


def lines(client, job):
    # Until it has ended, the service gives nothing out.
    if job.status not in ENDED:
        return []
    with tempfile.TemporaryDirectory() as folder:
        client.jobs.download(job.name, download_path=folder)
        files = sorted(Path(folder).rglob("user_logs/std_log*.txt"))
        return [line for file in files for line in file.read_text(encoding="utf-8", errors="replace").splitlines()]


def kind_of(error):
    from azure.core.exceptions import ClientAuthenticationError, ResourceNotFoundError, ServiceRequestError

    if isinstance(error, ResourceNotFoundError):
        return "missing"
    if isinstance(error, ClientAuthenticationError) or getattr(error, "status_code", None) in (401, 403):
        return "denied"
    return "unreachable" if isinstance(error, ServiceRequestError) else "refused"


def main(workspace, command, *args):
    try:
        # What the SDK says of its progress is for a person.
        with contextlib.redirect_stdout(sys.stderr):
            answer = {"submit": submit, "status": status, "logs": logs}[command](connect(json.loads(workspace)), *args)
    except Exception as error:
        answer = {"error": str(error) or type(error).__name__, "kind": kind_of(error)}
    print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
