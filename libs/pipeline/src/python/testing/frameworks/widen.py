from pyspark.sql.types import StringType
from pyspark.sql.functions import udf
from spark_step import load_spark_step

step = load_spark_step()
# A function in Python: processes beside the JVM.
shorter = udf(lambda name: name[:3], StringType())
delays = step.read("delays")
wide = delays.withColumn("origin", shorter("origin")).groupBy("day").pivot("origin", ["ABQ", "DAL", "JFK", "LAX", "Zür"])
step.write("wide", wide.sum("delay").orderBy("day").coalesce(1))
