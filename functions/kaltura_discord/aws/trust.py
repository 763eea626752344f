"""Whom our connections to AWS trust: the certificate authorities that the system knows."""

import ssl
from functools import cache


@cache
def trusted_authorities() -> ssl.SSLContext:
    """One context for all connections of the process, made with the first.

    Reading the authorities is 32 ms of processor time (measured on two cores), and a cold start's first command speaks
    with two services.
    """
    return ssl.create_default_context()
