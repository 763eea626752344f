"""What commands, buttons and forms there are: how Discord is told of them, who may use them, how they are answered.

    meetings    /kaltura-start, -join, -list, -end, and the buttons of cards, plans and invitations
    videos      /kaltura-video-search, -watch, -watch-control, and the ways to watch together
    settings    /kaltura-config, and the buttons of the greeting that lead there
    people      /kaltura-whoami, -forget-me, -help

These are on the path of every interaction's cold start, so they import nothing but what a declaration is made of. What
is done stands in other modules, named here and imported when it is first done (`later`).
"""
