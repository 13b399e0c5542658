from pyspark.sql import functions as f


def worst_of(delays):
    return delays.select(f.round(f.max(f.col("delay") / f.col("flights")), 6)).first()[0]
