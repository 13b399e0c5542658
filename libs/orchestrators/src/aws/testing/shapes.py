"""Looks whether a value is what botocore's model of a service says of it."""

import re

from botocore.validate import ParamValidator


def problems_of(shape, value, where):
    report = ParamValidator().validate(value, shape)
    problems = [f"{where}: {report.generate_report()}"] if report.has_errors() else []
    if not problems:
        walk(shape, value, where, problems)
    return problems


def walk(shape, value, where, problems):
    """What ParamValidator leaves out: values, patterns and greatest lengths."""
    if shape.type_name == "structure":
        for key, each in value.items():
            walk(shape.members[key], each, f"{where}.{key}", problems)
    elif shape.type_name == "list":
        within(shape, len(value), where, problems)
        for each in value:
            walk(shape.member, each, f"{where}[]", problems)
    elif shape.type_name == "map":
        within(shape, len(value), where, problems)
        for key, each in value.items():
            walk(shape.key, key, where, problems)
            walk(shape.value, each, f"{where}.{key}", problems)
    elif shape.type_name == "string":
        within(shape, len(value), where, problems)
        if shape.enum and value not in shape.enum:
            problems.append(f"{where} is {value}")
        pattern = shape.metadata.get("pattern")
        if pattern and not re.fullmatch(without_classes(pattern), value):
            problems.append(f"{where} is {value}, not {pattern}")
    elif shape.type_name in ("integer", "long"):
        within(shape, value, where, problems)


def without_classes(pattern):
    return pattern.replace(r"\p{L}", r"\w").replace(r"\p{Z}", r"\s").replace(r"\p{N}", r"\d")


def within(shape, size, where, problems):
    if not shape.metadata.get("min", 0) <= size <= shape.metadata.get("max", float("inf")):
        problems.append(f"{where} has {size}")
