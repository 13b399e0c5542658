import json

import ray
from ray_step import load_ray_step

step = load_ray_step()
up_to = step.params["upTo"]


@ray.remote
def primes(low, high):
    return [n for n in range(max(2, low), high) if all(n % d for d in range(2, int(n**0.5) + 1))]


parts = ray.get([primes.remote(low, min(low + 500, up_to)) for low in range(0, up_to, 500)])
found = [n for part in parts for n in part]
with open(step.outputs["found"], "w", encoding="utf-8") as file:
    json.dump({"primes": found, "cpus": ray.cluster_resources()["CPU"]}, file)
step.write_metrics("metrics", {"count": len(found)})
step.log(f"{len(found)} primes")
