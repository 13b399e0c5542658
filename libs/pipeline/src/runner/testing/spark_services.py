"""moto's server, with services that run what they are told to: EMR Serverless and Glue take what their published models take,
and run it on this machine's Spark (the interpreter SPARK_PYTHON), for which `s3://lake/runs` is a folder as it was in the
bucket at the start; new files go to the bucket at the end. A job whose settings have spark.test.hangs runs until stopped."""

import json
import os
import shlex
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import boto3
import botocore.session
from botocore.validate import ParamValidator
from moto.core.responses import ActionResult
from moto.emrserverless.responses import EMRServerlessResponse
from moto.glue.responses import GlueResponse
from moto.server import main

BUCKET, ROOT = "lake", "runs"
URL = f"http://127.0.0.1:{sys.argv[sys.argv.index('-p') + 1]}"
models = botocore.session.get_session()


def check(service, operation, params):
    shape = models.get_service_model(service).operation_model(operation).input_shape
    wrong = ParamValidator().validate(params, shape)
    if wrong.has_errors():
        raise ValueError(wrong.generate_report())


class Run:
    """One job, followed by its state as the service calls it."""

    all = {}

    def __init__(self, words, script, modules, args, conf):
        self.words, self.state, self.reason = words, words["waiting"], None
        self.script, self.modules, self.args, self.conf = script, modules, args, conf
        self.process = None
        self.stopped = threading.Event()
        threading.Thread(target=self.run, daemon=True).start()

    def run(self):
        self.state = self.words["running"]
        try:
            if "spark.test.hangs" in self.conf:
                self.stopped.wait(120)
                # As a service does, it takes its time.
                time.sleep(0.5)
                self.state = self.words["stopped"]
                return
            self.submit()
            self.state = self.words["done"]
        except Exception as error:
            self.state, self.reason = self.words["failed"], str(error)

    def submit(self):
        bucket = boto3.resource("s3", endpoint_url=URL).Bucket(BUCKET)
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            for item in bucket.objects.filter(Prefix=f"{ROOT}/"):
                path = folder / item.key
                path.parent.mkdir(parents=True, exist_ok=True)
                bucket.download_file(item.key, str(path))
            before = {path for path in folder.rglob("*")}
            at = lambda uri: str(folder / uri.removeprefix(f"s3://{BUCKET}/"))
            conf = {
                "spark.ui.enabled": "false",
                "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme",
                f"spark.hadoop.fs.viewfs.mounttable.{BUCKET}.link./{ROOT}": f"file://{folder}/{ROOT}",
                **self.conf,
            }
            submit = [word for key, value in conf.items() for word in ("--conf", f"{key}={value}")]
            env = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {
                "PYTHONPATH": at(self.modules),
                "PYSPARK_PYTHON": os.environ["SPARK_PYTHON"],
                "PYSPARK_SUBMIT_ARGS": shlex.join(["--master", "local[2]", *submit, "pyspark-shell"]),
            }
            command = [os.environ["SPARK_PYTHON"], at(self.script), *self.args]
            ended = subprocess.run(command, env=env, capture_output=True, text=True)
            if ended.returncode:
                said = [line for line in ended.stderr.splitlines() if line.strip()]
                raise RuntimeError(f"Job failed, please check complete logs. ExitCode: {ended.returncode}. {said[-1]}")
            for path in sorted(set(folder.rglob("*")) - before):
                if path.is_file() and not path.name.endswith(".crc"):
                    bucket.upload_file(str(path), str(path.relative_to(folder)))


EMR = {"waiting": "SCHEDULED", "running": "RUNNING", "done": "SUCCESS", "failed": "FAILED", "stopped": "CANCELLED"}
GLUE = {"waiting": "WAITING", "running": "RUNNING", "done": "SUCCEEDED", "failed": "FAILED", "stopped": "STOPPED"}

start_on_emr = EMRServerlessResponse.start_job_run
get_of_emr = EMRServerlessResponse.get_job_run


def start_job_run(self):
    params = json.loads(self.body)
    check("emr-serverless", "StartJobRun", {"applicationId": self._get_param("applicationId"), **params})
    answer = start_on_emr(self)
    submit = params["jobDriver"]["sparkSubmit"]
    words = shlex.split(submit["sparkSubmitParameters"])
    conf = dict(value.split("=", 1) for key, value in zip(words, words[1:]) if key == "--conf")
    modules = words[words.index("--py-files") + 1]
    run = Run(EMR, submit["entryPoint"], modules, submit["entryPointArguments"], conf)
    Run.all[answer.result["jobRunId"]] = run
    return answer


def get_job_run(self):
    run = Run.all[self._get_param("jobRunId")]
    job = self.emrserverless_backend.get_job_run(self._get_param("applicationId"), self._get_param("jobRunId"))
    job.state, job.state_details = run.state, run.reason
    return get_of_emr(self)


def cancel_job_run(self):
    Run.all[self._get_param("jobRunId")].stopped.set()
    return ActionResult({"applicationId": self._get_param("applicationId"), "jobRunId": self._get_param("jobRunId")})


def start_glue_job(self):
    params = json.loads(self.body)
    check("glue", "StartJobRun", params)
    answer = start_on_glue(self)
    given = dict(params["Arguments"])
    script, modules = given.pop("--scriptLocation"), given.pop("--extra-py-files")
    conf = dict(pair.split("=", 1) for pair in given.pop("--conf", "").split(" --conf ") if pair)
    args = ["--JOB_NAME", params["JobName"], *(word for pair in given.items() for word in pair)]
    Run.all[answer.result["JobRunId"]] = Run(GLUE, script, modules, args, conf)
    return answer


def get_glue_job(self):
    params = json.loads(self.body)
    check("glue", "GetJobRun", params)
    run = Run.all[params["RunId"]]
    seen = {"Id": params["RunId"], "JobName": params["JobName"], "JobRunState": run.state}
    return ActionResult({"JobRun": {**seen, **({"ErrorMessage": run.reason} if run.reason else {})}})


def batch_stop_job_run(self):
    params = json.loads(self.body)
    check("glue", "BatchStopJobRun", params)
    for run in params["JobRunIds"]:
        Run.all[run].stopped.set()
    return ActionResult({"SuccessfulSubmissions": [{"JobName": params["JobName"], "JobRunId": params["JobRunIds"][0]}]})


EMRServerlessResponse.start_job_run = start_job_run
EMRServerlessResponse.get_job_run = get_job_run
EMRServerlessResponse.cancel_job_run = cancel_job_run
start_on_glue = GlueResponse.start_job_run
GlueResponse.start_job_run = start_glue_job
GlueResponse.get_job_run = get_glue_job
GlueResponse.batch_stop_job_run = batch_stop_job_run
sys.exit(main())
