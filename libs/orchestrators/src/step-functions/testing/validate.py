"""Looks whether requests are what AWS takes, by botocore's own models of its services.

Reads a JSON list of [resource, parameters] on standard input and prints a list of problems of each. A resource is the ARN of
an integration of Step Functions; its parameters are in the words of the API, each with a capital first.
"""

import json
import sys

import botocore.session
import shapes

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
    return problems or shapes.problems_of(shape, value, operation)


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


print(json.dumps([problems_of(*item) for item in json.load(sys.stdin)]))
