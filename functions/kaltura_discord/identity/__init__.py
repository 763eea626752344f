"""Who somebody is: a Discord member's level, and the Kaltura user that stands for them."""
