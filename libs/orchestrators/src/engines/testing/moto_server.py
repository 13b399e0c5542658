"""moto's server. It can't start a version of a state machine: here the machine itself is started, which the newest version
is the same as. And its state machines hand a job of Batch on as Step Functions writes it, with capitals that Batch's own API
doesn't have: here the names are changed between them, by the service's published model. It has no list of the steps of
an execution in SageMaker: here it is what stands in the file MOTO_STEPS, by that model."""

import json
import os
import re
import sys

import botocore.session
from botocore.validate import ParamValidator
from moto.core.responses import ActionResult
from moto.sagemaker.responses import SageMakerResponse
from moto.server import main
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_batch import (
    StateTaskServiceBatch,
)
from moto.stepfunctions.parser.models import StepFunctionsParserBackend

batch = botocore.session.get_session().get_service_model("batch")


def operation(task, action):
    words = task._get_boto_service_action(action).split("_")
    return batch.operation_model("".join(word.capitalize() for word in words))


def normalise_parameters(self, parameters, boto_service_name=None, service_action_name=None):
    self._to_boto_request(parameters, operation(self, service_action_name).input_shape)


def normalise_response(self, response, boto_service_name=None, service_action_name=None):
    self._from_boto_response(response, operation(self, service_action_name).output_shape)


start_machine = StepFunctionsParserBackend.start_execution


def start_execution(self, state_machine_arn, *args, **kwargs):
    machine = re.sub(r"(:stateMachine:[^:]+):\d+$", r"\1", state_machine_arn)
    return start_machine(self, machine, *args, **kwargs)


StepFunctionsParserBackend.start_execution = start_execution
list_steps = botocore.session.get_session().get_service_model("sagemaker").operation_model("ListPipelineExecutionSteps")


def list_pipeline_execution_steps(self):
    self.sagemaker_backend.describe_pipeline_execution(self._get_param("PipelineExecutionArn"))
    with open(os.environ["MOTO_STEPS"], encoding="utf-8") as file:
        steps = {"PipelineExecutionSteps": json.load(file)}
    wrong = ParamValidator().validate(steps, list_steps.output_shape)
    if wrong.has_errors():
        raise ValueError(wrong.generate_report())
    return ActionResult(steps)


SageMakerResponse.list_pipeline_execution_steps = list_pipeline_execution_steps
StateTaskServiceBatch._normalise_parameters = normalise_parameters
StateTaskServiceBatch._normalise_response = normalise_response
sys.exit(main())
