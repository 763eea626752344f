"""Message templates: the `{{variable}}` grammar, and text made safe for what it is shown in. Pure."""
