"""Checks compiled pipelines by the engines' own libraries. Takes a list of `{path: text}` on standard input, and prints a
list: `null`, or what is wrong."""

import json
import re
import sys

import kfp_server_api
import yaml
from google.cloud.aiplatform_v1.types import CustomJob, HyperparameterTuningJob, PipelineJob, Schedule
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
            check_launch(args, json.loads(re.sub(r"\{\{\$\.[^}]*\}\}", "x", text)))


LAUNCHED = {"CustomJob": CustomJob, "HyperparameterTuningJob": HyperparameterTuningJob}


def check_launch(args, payload):
    kind = args[args.index("--type") + 1]
    job = LAUNCHED[kind]
    parsed = ParseDict(payload, job.pb(job()))
    if parsed != ParseDict(as_launched(payload), job.pb(job())):
        raise ValueError("the launcher would leave out what isn't the default")
    if kind == "HyperparameterTuningJob":
        check_study(parsed)


def as_launched(value):
    """Google's launcher leaves out whatever is false, zero or empty."""
    if isinstance(value, list):
        return [as_launched(each) for each in value]
    if isinstance(value, dict):
        return {key: as_launched(each) for key, each in value.items() if each}
    return value


def check_study(job):
    """What the API says in words alone."""
    ids = [metric.metric_id for metric in job.study_spec.metrics]
    ids += [parameter.parameter_id for parameter in job.study_spec.parameters]
    if len(set(ids)) < len(ids) or any(re.search(r"\s", id) for id in ids):
        raise ValueError(f"ids: {ids}")
    if not 1 <= job.parallel_trial_count <= job.max_trial_count:
        raise ValueError(f"{job.parallel_trial_count} of {job.max_trial_count} trials at once")
    for parameter in job.study_spec.parameters:
        kind = parameter.WhichOneof("parameter_value_spec")
        spec = getattr(parameter, kind)
        if kind in ("double_value_spec", "integer_value_spec") and not spec.min_value <= spec.max_value:
            raise ValueError(f"{parameter.parameter_id} from {spec.min_value} to {spec.max_value}")
        if kind == "discrete_value_spec" and list(spec.values) != sorted(set(spec.values)):
            raise ValueError(f"{parameter.parameter_id} is one of {spec.values}")


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
