"""Rolling delay rates per airport with pandas: the flights' file, then the file to write."""

import json
import resource
import sys

import numpy as np
import pandas as pd
import pyarrow.parquet as pq

HOURS = {"late_3h": 3, "late_24h": 24, "late_7d": 168}


def main(source: str, target: str) -> None:
    columns = ["date", "delay", "distance", "origin"]
    flights = pq.read_table(source, columns=columns, read_dictionary=["origin"]).to_pandas()
    minutes = np.ceil(60 + flights["distance"] / 6)
    flights["at"] = (flights["date"] + pd.to_timedelta(minutes, unit="m")).dt.ceil("h")
    flights["late"] = flights["delay"] > 15
    last = flights["at"].max()
    grouped = flights.groupby(["origin", "at"], observed=True, sort=False)["late"]
    buckets = grouped.agg(late="sum", flights="count").reset_index()
    del flights, grouped
    ends = [buckets[["origin", "at"]].assign(at=buckets["at"] + pd.Timedelta(hours=hours)) for hours in HOURS.values()]
    points = pd.concat([buckets, *(end.assign(late=0, flights=0) for end in ends)])
    points = points[points["at"] <= last].groupby(["origin", "at"], observed=True, sort=True).sum().reset_index()
    rolled = points[["origin", "at"]].rename(columns={"at": "feature_time"})
    by_airport = points.set_index("at").groupby("origin", observed=True)[["late", "flights"]]
    for name, hours in HOURS.items():
        sums = by_airport.rolling(f"{hours}h").sum()
        rolled[name] = (sums["late"] / sums["flights"]).to_numpy()
    rolled["origin"] = rolled["origin"].astype("str")
    rolled.to_parquet(target, compression="zstd", index=False)


main(*sys.argv[1:])
print(json.dumps({"peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}))
