"""Rolling delay rates per airport with polars: the flights' file, then the file to write."""

import json
import resource
import sys

import polars as pl

HOURS = {"late_3h": 3, "late_24h": 24, "late_7d": 168}


def main(source: str, target: str) -> None:
    minutes = (60 + pl.col("distance") / 6).ceil().cast(pl.Int64)
    known = pl.col("date") + pl.duration(minutes=minutes)
    hour = known.dt.truncate("1h")
    at = pl.when(hour == known).then(hour).otherwise(hour + pl.duration(hours=1))
    buckets = (
        pl.scan_parquet(source)
        .select("origin", at.alias("at"), (pl.col("delay") > 15).alias("late"))
        .group_by("origin", "at")
        .agg(pl.col("late").sum().cast(pl.Int64), pl.len().cast(pl.Int64).alias("flights"))
        .collect(engine="streaming")
        .lazy()
    )
    none = pl.lit(0, pl.Int64)
    ends = [
        buckets.select("origin", pl.col("at") + pl.duration(hours=hours), none.alias("late"), none.alias("flights"))
        for hours in HOURS.values()
    ]
    last = buckets.select(pl.col("at").max()).collect().item()
    points = (
        pl.concat([buckets, *ends])
        .filter(pl.col("at") <= last)
        .group_by("origin", "at")
        .agg(pl.col("late").sum(), pl.col("flights").sum())
        .sort("origin", "at")
    )

    def rolled(column: str, hours: int) -> pl.Expr:
        return pl.col(column).rolling_sum_by("at", window_size=f"{hours}h", closed="right").over("origin")

    rates = [(rolled("late", hours) / rolled("flights", hours)).alias(name) for name, hours in HOURS.items()]
    points.select("origin", pl.col("at").alias("feature_time"), *rates).collect().write_parquet(target, compression="zstd")


main(*sys.argv[1:])
print(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
