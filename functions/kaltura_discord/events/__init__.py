"""What has happened and has to be told, kept until it is: in Kaltura, and in our own meetings."""
