"""What AWS is to us: the table, the queues, secrets, logging. It knows no Discord and no Kaltura."""
