"""Checks compiled pipelines by the engines' own libraries. Takes a list of `{path: text}` on standard input, and prints a
list: `null`, or what is wrong."""

import json
import re
import sys

import kfp_server_api
import yaml
from google.cloud.aiplatform_v1.types import CustomJob, PipelineJob, Schedule
from google.protobuf.json_format import ParseDict
from kfp.components import load_component_from_text
from kfp.kubernetes.kubernetes_executor_config_pb2 import KubernetesExecutorConfig
from kfp.pipeline_spec.pipeline_spec_pb2 import PipelineDeploymentConfig, PipelineSpec, PlatformSpec


def check_spec(spec):
    ParseDict(spec, PipelineSpec())
    # Both are free-form in the messages above.
    ParseDict(spec["deploymentSpec"], PipelineDeploymentConfig())
    for executor in spec["deploymentSpec"]["executors"].values():
        args = executor["container"]["args"]
        if "--payload" in args:
            text = args[args.index("--payload") + 1]
            payload = json.loads(re.sub(r"\{\{\$\.[^}]*\}\}", "x", text))
            ParseDict(payload, CustomJob.pb(CustomJob()))


def check_platform(platform):
    ParseDict(platform, PlatformSpec())
    for config in platform["platforms"]["kubernetes"]["deploymentSpec"]["executors"].values():
        ParseDict(config, KubernetesExecutorConfig())


def check_pipeline(text):
    spec, *platforms = yaml.safe_load_all(text)
    check_spec(spec)
    for platform in platforms:
        check_platform(platform)
    load_component_from_text(text)


def check_job(text):
    job = json.loads(text)
    ParseDict(job, PipelineJob.pb(PipelineJob()))
    check_spec(job["pipelineSpec"])


def check_schedule(text):
    ParseDict(json.loads(text), Schedule.pb(Schedule()))


class Response:
    def __init__(self, data):
        self.data = data


def check_recurring_run(text):
    body = json.loads(text)
    client = kfp_server_api.ApiClient()
    run = client.deserialize(Response(text), "V2beta1RecurringRun")
    # A model drops what it doesn't know.
    read = client.sanitize_for_serialization(run)
    if read != body:
        raise ValueError(f"recurring run: read back as {json.dumps(read)[:2000]}")
    pipeline = body["pipeline_spec"]
    check_spec(pipeline.get("pipeline_spec", pipeline))
    if "platform_spec" in pipeline:
        check_platform(pipeline["platform_spec"])


CHECKS = {
    "pipeline.yaml": check_pipeline,
    "pipeline-job.json": check_job,
    "schedule.json": check_schedule,
    "recurring-run.json": check_recurring_run,
}


def problem(files):
    for path, text in files.items():
        try:
            CHECKS[path](text)
        except Exception as error:
            return f"{path}: {type(error).__name__}: {error}"
    return None


print(json.dumps([problem(files) for files in json.load(sys.stdin)]))
