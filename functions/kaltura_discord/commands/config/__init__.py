"""`/kaltura-config`: a server's own settings, seen and changed without leaving Discord.

`command` says what there is. It is on the path of every interaction's cold start, so what needs pydantic or Discord's
REST API is in the other modules, imported when it is first done: almost always by the queue's worker.
"""
