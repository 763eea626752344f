"""Kaltura for Discord: the domain that all functions share.

Floors, from the ground up (a lower one never imports a higher one; see docs/architecture.md):
settings, resilience, templates · discord, kaltura, aws · server_config · identity · meetings · commands.
"""

__version__ = "0.1.0"
