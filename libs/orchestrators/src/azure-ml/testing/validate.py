"""Loads pipeline jobs, components and schedules by Azure's own SDK. Prints a line of JSON per file: null, or why it was
refused."""

import contextlib
import json
import logging
import os
import sys

from azure.ai.ml import load_component, load_job
from azure.ai.ml.constants import TimeZone
from azure.ai.ml.entities._load_functions import load_schedule

logging.disable(logging.CRITICAL)


def validate(file):
    if file.endswith("schedule.yml"):
        schedule = load_schedule(file)
        TimeZone(schedule.trigger.time_zone)
        job = schedule.create_job
        schedule._to_rest_object()
    elif os.path.basename(file).startswith("trial-"):
        job = load_component(file)
    else:
        job = load_job(file)
    result = job._validate()
    if not result.passed:
        raise ValueError(result.error_messages)
    job._to_rest_object()


for file in sys.argv[1:]:
    problem = None
    try:
        with contextlib.redirect_stdout(sys.stderr):
            validate(file)
    except Exception as error:
        problem = str(error) or type(error).__name__
    print(json.dumps(problem))
