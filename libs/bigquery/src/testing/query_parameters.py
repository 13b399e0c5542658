"""Prints the parameters on standard input, [name, type, value] each, as Google's own client sends them."""

import json
import sys

from google.cloud.bigquery import ArrayQueryParameter, QueryJobConfig, ScalarQueryParameter

parameters = [
    (ArrayQueryParameter if isinstance(value, list) else ScalarQueryParameter)(name, kind, value)
    for name, kind, value in json.load(sys.stdin)
]
print(json.dumps(QueryJobConfig(query_parameters=parameters).to_api_repr()["query"]))
