"""One module per slash command, and the registry that describes them to Discord."""
