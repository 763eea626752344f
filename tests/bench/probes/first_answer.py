"""From the first line of a fresh process to the first answer: importing a peer and calling it once.

    first_answer.py <peer module> <file: {"event", "expected_type"}>      prints milliseconds

Starting the interpreter is the same for everybody and not counted; everything after it is.
"""

import os
import sys
import time


def main() -> None:
    """Measure and print."""
    begun = time.perf_counter()
    import json
    from importlib import import_module

    result = sys.stdout
    with open(os.devnull, "w") as sys.stdout, open(sys.argv[2]) as file:
        order = json.load(file)
        response = import_module(sys.argv[1]).answer(order["event"])
        milliseconds = (time.perf_counter() - begun) * 1000
        if response["statusCode"] != 200 or json.loads(response["body"])["type"] != order["expected_type"]:
            sys.exit(f"{sys.argv[1]} answered {response}")
    print(milliseconds, file=result)


main()
