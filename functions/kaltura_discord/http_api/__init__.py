"""The REST API: what is asked over HTTP, turned into calls of the domain, and its answers and refusals into JSON."""
