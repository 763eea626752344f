"""How Kaltura for Discord is deployed and operated."""
