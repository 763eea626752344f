"""Titles that people give to meetings and videos, and what they must come out as: themselves."""

EVERYONE = "@everyone come quick, @here too"
MARKDOWN = "**bold** _slanted_ ~~gone~~ ||secret|| `code` [a link](https://evil.example) <@123> <#456> # heading"
EMOJI = "Retro 👩‍👩‍👧‍👦 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🇩🇪 :smile: ❤️"
RIGHT_TO_LEFT = "פגישת צוות ‮שבועית"
LONG = "All hands " * 30
PUNCTUATED = "Budget, part 2: numbers, notes; and: 1. first - second + third > fourth"
COMBINING = "Zalgo" + "\u0301\u0302\u0303" * 40
QUOTES = "\"double\" 'single' <b>html</b> & {{title}} \\ backslash \\"

ALL = {
    "mass mention": EVERYONE,
    "markdown": MARKDOWN,
    "emoji": EMOJI,
    "right to left": RIGHT_TO_LEFT,
    "300 characters": LONG[:300],
    "only signs": "*" * 300,
    "punctuation": PUNCTUATED,
    "combining": COMBINING,
    "quotes": QUOTES,
}
