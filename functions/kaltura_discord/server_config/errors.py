"""What can be wrong with settings. Each error is one sentence that whoever made it can act upon.

ConfigError
├── InvalidConfig       the operator's defaults (in `written_defaults`)
├── InvalidSetting      a value, a key or a document that does not fit; nothing was changed
├── NewerSettings       stored or exported by a newer version of this app
├── ChangedMeanwhile    somebody else was faster (in `override_store`, which knows who)
└── CannotUndo          what a change set has been set again since
"""


class ConfigError(Exception):
    """Something is wrong with settings; `sentence` says what, and what would be right."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class InvalidSetting(ConfigError):
    """A value, a key or a document does not fit; nothing was changed."""


class NewerSettings(ConfigError):
    """The settings were written by a newer version of this app, and a part of them might mean something else here."""

    def __init__(self, schema: int, known: int) -> None:
        super().__init__(
            f"These settings were written by a newer version of this app (layout {schema}, and this one knows "
            f"{known}), so they are not used. Whoever runs this app has to update it."
        )


class CannotUndo(ConfigError):
    """What the change set has been set again since, so undoing it would undo somebody else's change."""
