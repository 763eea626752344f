"""Reading the parameters of an api_v3 request, wherever they stand and however they are written.

From weakest to strongest: the body (form, multipart or JSON), then the query string and the path pairs, which
silently win over the body. A body is JSON only where Content-Type is exactly `application/json` and the text stands
between braces; with `; charset=utf-8` the server sees no parameters at all. Source: infraRequestUtils.class.php.
"""

import json
import re
from typing import Any, Final
from urllib.parse import unquote

from aiohttp import web

from .errors import ApiError

Parameters = dict[str, Any]

_NOT_XML: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BRACKETS: Final = re.compile(r"\[([^\]]*)\]")


async def read_parameters(request: web.Request) -> Parameters:
    """All parameters of a request as one tree; form names such as `filter[nameLike]` are already unfolded."""
    parameters = await _read_body(request)
    for name, value in request.query.items():
        _put(parameters, _steps(name), value)
    for name, value in path_pairs(request.path_qs.partition("?")[0]).items():
        _put(parameters, _steps(name), value)
    return parameters


def path_pairs(path: str) -> Parameters:
    """`/api_v3/service/x/action/y/k/v` as `{"service": "x", "action": "y", "k": "v"}`."""
    _, _, tail = path.partition("/api_v3")
    words = [word for word in tail.split("/") if word and word != "index.php"]
    return {unquote(name): unquote(value) for name, value in zip(words[::2], words[1::2], strict=False)}


async def _read_body(request: web.Request) -> Parameters:
    content_type = request.headers.get("Content-Type", "")
    if content_type.lower() == "application/json":
        return _parse_json((await request.read()).decode("utf-8", "replace"))
    if content_type.startswith(("multipart/form-data", "application/x-www-form-urlencoded")):
        return await _read_form(request)
    return {}


async def _read_form(request: web.Request) -> Parameters:
    parameters: Parameters = {}
    for name, value in (await request.post()).items():
        if not isinstance(value, str):
            continue
        if name == "json":
            parameters.update(_parse_json(value))
        else:
            _put(parameters, _steps(name), value)
    return parameters


def _parse_json(text: str) -> Parameters:
    stripped = text.strip()
    if not (stripped.startswith("{") and stripped.endswith("}")):
        return {}
    try:
        document = json.loads(stripped)
    except ValueError:
        return {}
    return document if isinstance(document, dict) else {}


def _steps(name: str) -> list[str]:
    """`filter[a][0]` and `filter:a:0` are both the steps filter, a, 0."""
    head, bracket, _ = name.partition("[")
    steps = head.split(":")
    if bracket:
        steps.extend(_BRACKETS.findall(name))
    return steps


def _put(tree: Parameters, steps: list[str], value: str) -> None:
    branch = tree
    for step in steps[:-1]:
        deeper = branch.get(step)
        if not isinstance(deeper, dict):
            deeper = {}
            branch[step] = deeper
        branch = deeper
    branch[steps[-1]] = value


def refuse_control_characters(parameters: Parameters, name: str = "") -> None:
    """Refuse characters that XML 1.0 has no way to write.

    Raises:
        ApiError: INVALID_PARAMETER_CHAR with the name of the parameter.
    """
    for key, value in parameters.items():
        _refuse_in(value, f"{name}:{key}" if name else key)


def _refuse_in(value: object, name: str) -> None:
    if isinstance(value, dict):
        refuse_control_characters(value, name)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            _refuse_in(item, f"{name}:{index}")
    elif isinstance(value, str) and _NOT_XML.search(value):
        raise ApiError("INVALID_PARAMETER_CHAR", PARAM_NAME=name)
