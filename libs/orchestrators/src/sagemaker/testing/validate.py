"""Looks whether requests are what SageMaker and EventBridge Scheduler take, by botocore's own models of them.

Reads a JSON list of {"kind": "pipeline" | "schedule" | "machines", ...} on standard input and prints a list of problems of each.
"""

import json
import sys

import botocore.session
from shapes import problems_of, walk

SESSION = botocore.session.get_session()
SAGEMAKER = SESSION.get_service_model("sagemaker")
SCHEDULER = SESSION.get_service_model("scheduler")

JOBS = {
    "Processing": ("CreateProcessingJobRequest", {"ProcessingJobName": "job"}),
    "Training": ("CreateTrainingJobRequest", {"TrainingJobName": "job"}),
    "Tuning": ("CreateHyperParameterTuningJobRequest", {"HyperParameterTuningJobName": "job"}),
}
STEP_KEYS = {"Name", "Type", "DisplayName", "Description", "DependsOn", "Arguments"}
COMPARISONS = {"GreaterThanOrEqualTo", "GreaterThan", "LessThanOrEqualTo", "LessThan"}
# As in the SDK's sagemaker.workflow.retry.
EXCEPTIONS = {
    "Step.SERVICE_FAULT",
    "Step.THROTTLING",
    "SageMaker.JOB_INTERNAL_ERROR",
    "SageMaker.CAPACITY_ERROR",
    "SageMaker.RESOURCE_LIMIT",
}
EXECUTION = {"Execution.PipelineExecutionId": "7pinimwddh3a", "Execution.PipelineName": "pipeline"}


class Definition:
    """One definition and what is wrong with it."""

    def __init__(self, text):
        self.problems = []
        self.body = json.loads(text)
        self.parameters = {p["Name"]: p["DefaultValue"] for p in self.body["Parameters"]}

    def check(self):
        body = self.body
        known = {"Version", "Metadata", "Parameters", "PipelineExperimentConfig", "Steps"}
        self.keys("definition", body, known, known)
        if body["Version"] != "2020-12-01":
            self.problems.append(f"version {body['Version']}")
        for value in body["PipelineExperimentConfig"].values():
            self.resolve(value, "PipelineExperimentConfig")
        branches = [s for c in body["Steps"] if c["Type"] == "Condition" for s in self.branch(c)]
        steps = body["Steps"] + branches
        names = [step["Name"] for step in steps]
        if len(set(names)) < len(names):
            self.problems.append("two steps of one name")
        for step in steps:
            self.step(step, set(names))
        if any(step["Type"] == "Condition" for step in branches):
            self.problems.append("a condition step within another")
        return self.problems

    def branch(self, condition):
        return condition["Arguments"]["IfSteps"] + condition["Arguments"]["ElseSteps"]

    def step(self, step, names):
        where = step["Name"]
        condition = step["Type"] == "Condition"
        more = set() if condition else {"RetryPolicies"}
        self.keys(where, step, STEP_KEYS | more, {"Name", "Type", "Arguments"})
        described = SAGEMAKER.shape_for("PipelineExecutionStep").members
        for key, member in (("Name", "StepName"), ("DisplayName", "StepDisplayName"), ("Description", "StepDescription")):
            if key in step:
                walk(described[member], step[key], f"{where}.{key}", self.problems)
        for name in step.get("DependsOn", []):
            if name not in names or name == where:
                self.problems.append(f"{where} depends on {name}")
        for policy in step.get("RetryPolicies", []):
            self.retry(where, policy)
        if condition:
            self.condition(where, step["Arguments"])
        elif step["Type"] in JOBS:
            shape, name = JOBS[step["Type"]]
            request = {**name, **self.resolve(step["Arguments"], where)}
            self.problems += problems_of(SAGEMAKER.shape_for(shape), request, where)
            self.stopping(where, request.get("TrainingJobDefinition", request))
            if step["Type"] == "Tuning":
                self.tuning(where, request)
        else:
            self.problems.append(f"{where} is a {step['Type']}")

    def stopping(self, where, job):
        stopping = job.get("StoppingCondition", {})
        if job.get("EnableManagedSpotTraining"):
            if stopping.get("MaxWaitTimeInSeconds", 0) < stopping.get("MaxRuntimeInSeconds", 0):
                self.problems.append(f"{where} waits for less than it runs")
        elif "MaxWaitTimeInSeconds" in stopping:
            self.problems.append(f"{where} isn't spot, and waits")

    def tuning(self, where, request):
        """What the API reference says in words alone."""
        config, job = request["HyperParameterTuningJobConfig"], request["TrainingJobDefinition"]
        objective = config["HyperParameterTuningJobObjective"]["MetricName"]
        metrics = job["AlgorithmSpecification"].get("MetricDefinitions", [])
        if objective not in [metric["Name"] for metric in metrics]:
            self.problems.append(f"{where} compares trials by {objective}, which is no metric of it")
        if len(metrics) > 20:
            self.problems.append(f"{where} has {len(metrics)} metrics")
        limits = config["ResourceLimits"]
        if limits["MaxParallelTrainingJobs"] > limits["MaxNumberOfTrainingJobs"]:
            self.problems.append(f"{where} runs more trials side by side than in all")
        searched = []
        for kind, ranges in config["ParameterRanges"].items():
            for each in ranges:
                searched.append(each["Name"])
                if kind == "CategoricalParameterRanges":
                    continue
                number = int if kind == "IntegerParameterRanges" else float
                if not number(each["MinValue"]) <= number(each["MaxValue"]):
                    self.problems.append(f"{where} searches {each['Name']} nowhere")
        if not searched or len(searched) > 30 or set(searched) & set(job["StaticHyperParameters"]):
            self.problems.append(f"{where} searches {searched}")

    def retry(self, where, policy):
        keys = {"ExceptionType", "IntervalSeconds", "BackoffRate", "MaxAttempts"}
        self.keys(f"{where}.RetryPolicies", policy, keys, keys)
        if not set(policy["ExceptionType"]) <= EXCEPTIONS:
            self.problems.append(f"{where} is retried on {policy['ExceptionType']}")
        if not (1 <= policy["MaxAttempts"] <= 20 and policy["BackoffRate"] >= 0 and policy["IntervalSeconds"] >= 0):
            self.problems.append(f"{where} is retried as {policy}")

    def condition(self, where, arguments):
        keys = {"Conditions", "IfSteps", "ElseSteps"}
        self.keys(where, arguments, keys, keys)
        for condition in arguments["Conditions"]:
            sides = {"Type", "LeftValue", "RightValue"}
            self.keys(where, condition, sides, sides)
            if condition["Type"] not in COMPARISONS:
                self.problems.append(f"{where} compares by {condition['Type']}")
            for side in ("LeftValue", "RightValue"):
                if not isinstance(self.resolve(condition[side], where), (int, float)):
                    self.problems.append(f"{where} compares {condition[side]}")

    def resolve(self, value, where):
        """The value with all that the service fills in."""
        if isinstance(value, list):
            return [self.resolve(each, where) for each in value]
        if not isinstance(value, dict):
            return value
        if set(value) == {"Get"}:
            return self.get(value["Get"], where)
        if set(value) == {"Std:Join"}:
            join = value["Std:Join"]
            self.keys(f"{where} Std:Join", join, {"On", "Values"}, {"On", "Values"})
            return join["On"].join(str(self.resolve(each, where)) for each in join["Values"])
        if set(value) == {"Std:JsonGet"}:
            get = value["Std:JsonGet"]
            self.keys(f"{where} Std:JsonGet", get, {"S3Uri", "Path"}, {"S3Uri", "Path"})
            uri = self.resolve(get["S3Uri"], where)
            walk(SAGEMAKER.shape_for("S3Uri"), uri, f"{where} Std:JsonGet", self.problems)
            return 0.5
        return {key: self.resolve(each, where) for key, each in value.items()}

    def get(self, name, where):
        if name in EXECUTION:
            return EXECUTION[name]
        parameter = name.removeprefix("Parameters.")
        if parameter == name or parameter not in self.parameters:
            self.problems.append(f"{where} gets {name}")
        return self.parameters.get(parameter, "")

    def keys(self, where, value, known, needed):
        for key in sorted(set(value) - known):
            self.problems.append(f"{where} has the unknown {key}")
        for key in sorted(needed - set(value)):
            self.problems.append(f"{where} has no {key}")


def problems_in(item):
    if item["kind"] == "machines":
        shapes = {"processing": "ProcessingInstanceType", "training": "TrainingInstanceType"}
        return sorted(set(item["types"]) - set(SAGEMAKER.shape_for(shapes[item["form"]]).enum))
    if item["kind"] == "schedule":
        return problems_of(SCHEDULER.shape_for("CreateScheduleInput"), json.loads(item["schedule"]), "schedule")
    request = {**json.loads(item["request"]), "PipelineDefinition": item["definition"], "ClientRequestToken": "0" * 32}
    problems = problems_of(SAGEMAKER.shape_for("CreatePipelineRequest"), request, "request")
    try:
        return problems + Definition(item["definition"]).check()
    except (KeyError, TypeError, AttributeError) as error:
        return [*problems, f"{type(error).__name__}: {error}"]


print(json.dumps([problems_in(item) for item in json.load(sys.stdin)]))
