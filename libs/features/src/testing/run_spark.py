"""Runs a query of Spark SQL over a Parquet file, given as JSON on standard input; writes Parquet."""

import json
import sys

from pyspark.sql import SparkSession

SETTINGS = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.ansi.enabled": "true",
    "spark.sql.shuffle.partitions": "2",
    "spark.driver.extraJavaOptions": "-Duser.timezone=UTC",
}

builder = SparkSession.builder.master("local[2]").appName("features")
for key, value in SETTINGS.items():
    builder = builder.config(key, value)
spark = builder.getOrCreate()
for asked in json.load(sys.stdin):
    spark.read.parquet(asked["events"]).createOrReplaceTempView(asked["table"])
    spark.sql(asked["sql"]).write.mode("overwrite").parquet(asked["into"])
spark.stop()
