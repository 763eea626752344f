"""What a server is greeted with when the app comes to it, and what is left to set up.

    first_use      the quick half notices that a server uses the app, and tells the queue
    progress       which steps are done, by what is really so
    greeting       the message (pure)
    greeting_store whether a server has been greeted, and where
    greeter        greets, once, and keeps the greeting true
    refresh        tells the queue that something changed which a greeting tells
    steps          what the greeting's buttons do

How a greeting comes about is in `greeter`.
"""
