"""What Kaltura is: sessions, transport, rooms, videos.

Nothing is re-exported here, so that a door pays only for the modules that it names.
"""
