"""What holds for all tests."""

from hypothesis import settings

# A law is kept or broken, however busy the machine is while it is tried.
settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
