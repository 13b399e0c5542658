"""Looks whether requests are what AWS takes, by botocore's own models of its services.

Reads a JSON list of [resource, parameters] on standard input and prints a list of problems of each. A resource is the ARN of
an integration of Step Functions; its parameters are in the words of the API, each with a capital first.
"""

import json
import re
import sys

import botocore.session
from botocore.validate import ParamValidator

OPERATIONS = {
    "arn:aws:states:::batch:submitJob.sync": ("batch", "SubmitJob"),
    "arn:aws:states:::ecs:runTask.sync": ("ecs", "RunTask"),
    "arn:aws:states:::lambda:invoke": ("lambda", "Invoke"),
    "arn:aws:states:::sagemaker:createProcessingJob.sync": ("sagemaker", "CreateProcessingJob"),
    "arn:aws:states:::sagemaker:createTrainingJob.sync": ("sagemaker", "CreateTrainingJob"),
    "arn:aws:states:::aws-sdk:s3:getObject": ("s3", "GetObject"),
    "schedule": ("scheduler", "CreateSchedule"),
}
SESSION = botocore.session.get_session()
MODELS = {service: SESSION.get_service_model(service) for service, _ in OPERATIONS.values()}


def problems_of(resource, parameters):
    service, operation = OPERATIONS[resource]
    shape = MODELS[service].operation_model(operation).input_shape
    if service == "lambda":
        parameters = {**parameters, "Payload": json.dumps(parameters["Payload"])}
    problems = []
    value = in_api(shape, parameters, operation, problems)
    report = ParamValidator().validate(value, shape)
    if report.has_errors():
        problems.append(f"{operation}: {report.generate_report()}")
    if not problems:
        walk(shape, value, operation, problems)
    return problems


def in_api(shape, value, where, problems):
    """The value with the API's own names, which are Step Functions' but for their first letter."""
    if shape.type_name == "structure" and isinstance(value, dict):
        names = {name[0].upper() + name[1:]: name for name in shape.members}
        for key in value:
            if key not in names:
                problems.append(f"{where} has the unknown {key}")
        known = {names[key]: each for key, each in value.items() if key in names}
        return {name: in_api(shape.members[name], each, f"{where}.{name}", problems) for name, each in known.items()}
    if shape.type_name == "list" and isinstance(value, list):
        return [in_api(shape.member, each, f"{where}[]", problems) for each in value]
    return value


def walk(shape, value, where, problems):
    """What ParamValidator leaves out: values, patterns and greatest lengths."""
    if shape.type_name == "structure":
        for key, each in value.items():
            walk(shape.members[key], each, f"{where}.{key}", problems)
    elif shape.type_name == "list":
        within(shape, len(value), where, problems)
        for each in value:
            walk(shape.member, each, f"{where}[]", problems)
    elif shape.type_name == "map":
        within(shape, len(value), where, problems)
        for key, each in value.items():
            walk(shape.key, key, where, problems)
            walk(shape.value, each, f"{where}.{key}", problems)
    elif shape.type_name == "string":
        within(shape, len(value), where, problems)
        if shape.enum and value not in shape.enum:
            problems.append(f"{where} is {value}")
        pattern = shape.metadata.get("pattern")
        if pattern and not re.fullmatch(without_classes(pattern), value):
            problems.append(f"{where} is {value}, not {pattern}")
    elif shape.type_name in ("integer", "long"):
        within(shape, value, where, problems)


def without_classes(pattern):
    return pattern.replace(r"\p{L}", r"\w").replace(r"\p{Z}", r"\s").replace(r"\p{N}", r"\d")


def within(shape, size, where, problems):
    if not shape.metadata.get("min", float("-inf")) <= size <= shape.metadata.get("max", float("inf")):
        problems.append(f"{where} has {size}")


print(json.dumps([problems_of(*item) for item in json.load(sys.stdin)]))
