"""What a Spark step is given: all that a Python step has, and a session whose files these are.

On this machine the session is a local one, with all that its result depends on pinned. On a service it is the service's,
and inputs and outputs are locations in its object store. Runs on Spark 3.5 and 4, Python 3.9 and newer.
"""

from __future__ import annotations

import atexit
import json
import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ml_step import NO_STEP, Step, exit_with_parent
from parquet_footer import sort_encodings

try:
    from pyspark.sql import DataFrame, SparkSession
except ModuleNotFoundError:
    sys.exit("a Spark step needs pyspark: add it to requirements.in, then `npx platform lock PROJECT`")

# What a query means, everywhere. Spark 3 and 4 differ in the second, and tools that read Parquet in the third.
MEANING = {
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.parquet.outputTimestampType": "TIMESTAMP_MICROS",
}

# Equal bytes from equal input, however many cores there are: rows meet in the same partitions, in the same order.
PINNED = {
    "spark.default.parallelism": "8",
    "spark.sql.shuffle.partitions": "8",
    "spark.sql.adaptive.enabled": "false",
}

LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    # Without files of checksums and marks beside the data.
    "spark.hadoop.fs.file.impl": "org.apache.hadoop.fs.RawLocalFileSystem",
    "spark.hadoop.fs.defaultFS": "file:///",
    "spark.hadoop.mapreduce.fileoutputcommitter.marksuccessfuljobs": "false",
}

LOG_ERRORS_ALONE = """rootLogger.level = error
rootLogger.appenderRef.stderr.ref = stderr
appender.stderr.type = Console
appender.stderr.name = stderr
appender.stderr.target = SYSTEM_ERR
appender.stderr.layout.type = PatternLayout
appender.stderr.layout.pattern = %p %c{1}: %m%n%ex
logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = error
"""


@dataclass(frozen=True)
class SparkStep(Step):
    """A running step. inputs and outputs are local paths, or locations in the service's object store."""

    spark: SparkSession

    def read(self, name: str) -> DataFrame:
        """An input of Parquet, in one file or a folder; all of them together where it takes many."""
        found = self.inputs[name]
        return self.spark.read.parquet(*([found] if isinstance(found, str) else found))

    def write(self, output: str, dataframe: DataFrame) -> None:
        """Writes a dataset: a folder of Parquet, in as many files as the dataframe has partitions with rows."""
        path = self.outputs[output]
        dataframe.write.parquet(path)
        if not _is_remote(path):
            _number_parts(Path(path))

    def write_metrics(self, output: str, values: dict[str, float]) -> None:
        path = self.outputs[output]
        if not _is_remote(path):
            super().write_metrics(output, values)
            return
        text = json.dumps(values, indent=2, allow_nan=False) + "\n"
        jvm: Any = self.spark._jvm
        target = jvm.org.apache.hadoop.fs.Path(path)
        stream = target.getFileSystem(self.spark._jsc.hadoopConfiguration()).create(target, True)
        stream.write(bytearray(text, "utf-8"))
        stream.close()


def load_spark_step(settings: dict[str, str] | None = None) -> SparkStep:
    """Reads the context and starts the session, or takes the service's; settings of Spark stand over those made here."""
    path = os.environ.get("STEP_CONTEXT")
    if path is not None:
        context = json.loads(Path(path).read_text(encoding="utf-8"))
        exit_with_parent()
        session = _local_session(context, settings or {})
        atexit.register(session.stop)
    else:
        session = SparkSession.builder.getOrCreate()
        for key, value in {**MEANING, **(settings or {})}.items():
            session.conf.set(key, value)
        rows = session.read.text(_context_location(), wholetext=True).collect()
        context = json.loads(rows[0][0])
    return SparkStep(context["step"], context["params"], context["inputs"], context["outputs"], session)


def _local_session(context: dict[str, Any], settings: dict[str, str]) -> SparkSession:
    # Beside the context, which the step runner removes however this process ends.
    folder = Path(os.environ["STEP_CONTEXT"]).parent
    log = folder / "log4j2.properties"
    log.write_text(LOG_ERRORS_ALONE, encoding="utf-8")
    memory = context.get("memory")
    own = {
        "spark.local.dir": str(folder),
        "spark.sql.warehouse.dir": str(folder / "warehouse"),
        "spark.driver.extraJavaOptions": f"-Duser.timezone=UTC -Dlog4j2.configurationFile={log.as_uri()}",
        # The rest is for what isn't on the heap, and for Python's own processes.
        **({"spark.driver.memory": f"{max(512, int(memory * 0.6))}m"} if memory else {}),
    }
    builder = SparkSession.builder.master("local[*]").appName(context["step"])
    for key, value in {**MEANING, **PINNED, **LOCAL, **own, **settings}.items():
        builder = builder.config(key, value)
    return builder.getOrCreate()


def _context_location() -> str:
    """Of the word after `--step-context`: a service adds words of its own."""
    words = sys.argv
    if "--step-context" not in words:
        sys.exit(NO_STEP)
    return words[words.index("--step-context") + 1]


def _is_remote(path: str) -> bool:
    return "://" in path


def _number_parts(folder: Path) -> None:
    """Spark names a file by its partition and a random id; here by its place alone, and with equal bytes."""
    parts = sorted(folder.glob("part-*"), key=lambda part: (int(part.name.split("-")[1]), part.name))
    for index, part in enumerate(parts):
        sort_encodings(part.rename(folder / f"part-{index:05}.parquet"))
