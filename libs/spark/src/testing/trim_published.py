"""Prints the part of two published APIs that is used here, as paths and JSON Schemas: Dataproc's discovery document, of
google-api-python-client, or Synapse's models, of azure-synapse-spark. Its argument is the name of the API."""

import importlib.resources
import json
import re
import sys

KEPT = ("type", "enum", "format")


def dataproc():
    package = importlib.resources.files("googleapiclient.discovery_cache.documents")
    document = json.loads((package / "dataproc.v1.json").read_text())
    projects = document["resources"]["projects"]["resources"]
    batches = projects["locations"]["resources"]["batches"]["methods"]
    cancel = projects["regions"]["resources"]["operations"]["methods"]["cancel"]
    paths = {}
    for method in (batches["create"], batches["get"], cancel):
        query = [name for name, one in method["parameters"].items() if one["location"] == "query"]
        entry = {"query": query, "response": {"$ref": method["response"]["$ref"]}}
        if "request" in method:
            entry["request"] = {"$ref": method["request"]["$ref"]}
        suffix = ":cancel" if method is cancel else ""
        paths[f"{method['httpMethod']} /{method['flatPath'].removesuffix(suffix)}{suffix}"] = entry
    return {"revision": document["revision"], "paths": paths, "schemas": closure(paths, document["schemas"], of_google)}


def of_google(schema):
    if "$ref" in schema:
        return {"$ref": schema["$ref"]}
    own = {key: schema[key] for key in KEPT if key in schema}
    # A type of any JSON, as in an operation's metadata.
    if own.get("type") == "any":
        return {}
    if "items" in schema:
        own["items"] = of_google(schema["items"])
    if "properties" in schema:
        own["properties"] = {name: of_google(one) for name, one in schema["properties"].items()}
    if own.get("type") == "object":
        more = schema.get("additionalProperties")
        own["additionalProperties"] = of_google(more) if more else False
    return own


def synapse():
    import azure.synapse.spark.models as models
    from azure.synapse.spark._version import VERSION

    def of_type(text):
        if text.startswith("["):
            return {"type": "array", "items": of_type(text[1:-1])}
        if text.startswith("{"):
            return {"type": "object", "additionalProperties": of_type(text[1:-1])}
        simple = {"str": "string", "int": "integer", "bool": "boolean", "iso-8601": "string"}
        return {"type": simple[text]} if text in simple else {"$ref": text}

    def of_model(name):
        model = getattr(models, name)
        needed = [
            model._attribute_map[field]["key"] for field, rule in model._validation.items() if rule.get("required")
        ]
        properties = {one["key"]: of_type(one["type"]) for one in model._attribute_map.values()}
        return {"type": "object", "properties": properties, "required": needed, "additionalProperties": False}

    base = "/livyApi/versions/{version}/sparkPools/{pool}/batches"
    batch = {"$ref": "SparkBatchJob"}
    options = {"$ref": "SparkBatchJobOptions"}
    paths = {
        f"POST {base}": {"query": ["detailed"], "request": options, "response": batch},
        f"GET {base}/{{id}}": {"query": ["detailed"], "response": batch},
        f"DELETE {base}/{{id}}": {"query": []},
    }
    classes = {name: name for name in dir(models) if hasattr(getattr(models, name), "_attribute_map")}
    return {"revision": VERSION, "paths": paths, "schemas": closure(paths, classes, of_model)}


def closure(start, known, translate):
    schemas = {}
    wanted = references(start)
    while wanted:
        schemas |= {name: translate(known[name]) for name in wanted}
        wanted = references(schemas) - schemas.keys()
    return schemas


def references(value):
    return set(re.findall(r'"\$ref": "(\w+)"', json.dumps(value)))


print(json.dumps({"dataproc": dataproc, "synapse": synapse}[sys.argv[1]](), indent=1, sort_keys=True))
