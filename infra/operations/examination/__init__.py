"""What `make doctor` looks at: the settings, Discord, Kaltura and AWS. Nothing here changes anything anywhere."""
