"""DynamoDB, SQS and their neighbours on this machine: MiniStack, and a proxy before it that can fail on order."""
