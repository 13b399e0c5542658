"""Reads policy documents by name as one JSON object, and prints what parliament finds in each, a text per finding.

An action with a wildcard stands for whatever of a service has such a name: that some of these work on other things is
no mistake. Whether `*` is too much of a resource is for the policies of the platform to say. Who sets up a bucket sets
its policy too: that this could give away what is in it is known.
"""

import json
import sys
from importlib.resources import files

from parliament import analyze_policy_string, iam_definition


# What parliament doesn't know yet: AWS's own list, as cfn-lint has it.
NEWER = json.loads(files("cfnlint.data.AdditionalSpecs").joinpath("Policies.json").read_text())


def is_known(action):
    prefix, name = action.lower().split(":")
    return name in NEWER.get(prefix, {}).get("Actions", {})


def as_list(value):
    return value if isinstance(value, list) else [value]


def kinds(action):
    """The kinds of resource that an action works on."""
    prefix, name = action.split(":")
    privileges = [one for service in iam_definition if service["prefix"] == prefix for one in service["privileges"]]
    return {kind["resource_type"] for one in privileges if one["privilege"] == name for kind in one["resource_types"]}


def findings(document):
    actions = {action for one in document["Statement"] for action in as_list(one["Action"])}
    for found in analyze_policy_string(json.dumps(document)).findings:
        if found.issue in ("RESOURCE_STAR", "RESOURCE_POLICY_PRIVILEGE_ESCALATION"):
            continue
        if found.issue == "UNKNOWN_ACTION" and is_known(found.location["string"]):
            continue
        if found.issue == "RESOURCE_MISMATCH":
            wrong = {}
            for one in found.detail:
                wrong.setdefault(one["action"], set()).add(one["required_format"])
            for action, formats in wrong.items():
                if action in actions and len(formats) >= len(kinds(action) - {""}):
                    yield f"{action} works on {' or '.join(sorted(formats))}"
        else:
            yield f"{found.issue} {found.detail}"


documents = json.load(sys.stdin)
print(json.dumps([f"{name}: {one}" for name, document in documents.items() for one in findings(document)]))
