from pyspark.sql import functions as f
from rounding import worst_of
from spark_step import load_spark_step

step = load_spark_step()
flights = step.read("flights").where(f.col("id") >= step.params["from"])
delays = (
    flights.groupBy("origin", f.date_trunc("day", "departure").alias("day"))
    .agg(f.count("*").alias("flights"), f.sum("delay").alias("delay"), f.max("departure").alias("latest"))
    .orderBy("day", "origin")
)
if delays.isEmpty():
    raise SystemExit("there are no flights")
step.write("delays", delays)
written = step.spark.read.parquet(step.outputs["delays"])
step.write_metrics("metrics", {"rows": written.count(), "worst": worst_of(written)})
step.log(f"{written.count()} days and origins")
