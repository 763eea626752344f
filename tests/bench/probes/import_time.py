"""How long it takes to import a module in a fresh process.

import_time.py <module>      prints milliseconds
"""

import sys
import time


def main() -> None:
    """Measure and print."""
    begun = time.perf_counter()
    __import__(sys.argv[1])
    print((time.perf_counter() - begun) * 1000)


main()
