"""Prints the part of BigQuery's discovery document that is used here, from google-api-python-client, without prose."""

import importlib.resources
import json

METHODS = {
    "datasets": ["insert", "delete"],
    "jobs": ["insert", "get", "list", "cancel"],
    "models": ["list"],
    "tabledata": ["list"],
    "tables": ["get", "list"],
}
PROSE = {"description", "enumDescriptions", "enumDeprecated", "scopes"}
# Large, and neither sent nor read.
CUT = {
    "ExternalDataConfiguration",
    "HparamSearchSpaces",
    "HparamTuningTrial",
    "RemoteModelInfo",
    "TrainingRun",
}


def without_prose(value, names_are_words=False):
    if isinstance(value, list):
        return [without_prose(item) for item in value]
    if not isinstance(value, dict):
        return value
    # The keys of `properties` and `parameters` are names, of which one can be `description`.
    return {
        key: without_prose(item, not names_are_words and key in ("properties", "parameters"))
        for key, item in value.items()
        if names_are_words or key not in PROSE
    }


def references(value):
    if isinstance(value, list):
        return {name for item in value for name in references(item)}
    if not isinstance(value, dict):
        return set()
    own = {value["$ref"]} if isinstance(value.get("$ref"), str) else set()
    return own | {name for item in value.values() for name in references(item)}


package = importlib.resources.files("googleapiclient.discovery_cache.documents")
document = json.loads((package / "bigquery.v2.json").read_text())
methods = {
    f"{resource}.{name}": without_prose(document["resources"][resource]["methods"][name])
    for resource, names in METHODS.items()
    for name in names
}
schemas = {}
wanted = references(methods)
while wanted:
    schemas |= {name: {"type": "any"} if name in CUT else without_prose(document["schemas"][name]) for name in wanted}
    wanted = references(schemas) - schemas.keys()
kept = {key: document[key] for key in ("rootUrl", "servicePath", "revision")}
everywhere = without_prose(document["parameters"], names_are_words=True)
print(json.dumps({**kept, "parameters": everywhere, "methods": methods, "schemas": schemas}, indent=1, sort_keys=True))
