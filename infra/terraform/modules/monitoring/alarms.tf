# The alarms of every deployment: ten at most, which cost nothing.

locals {
  # What a deployment has in any case. Lambda's own sums over all functions stand in for an alarm for each of them, as
  # AWS charges alarms by the metric.
  base_alarms = {
    function-errors = {
      severity = "high"
      # A function that is called each minute, and fails each time, fails five times, as no schedule's call is repeated.
      meaning    = "Functions fail."
      namespace  = "AWS/Lambda"
      metric     = "Errors"
      dimensions = {}
      statistic  = "Sum"
      above      = 4
      periods    = 2
    }
    function-throttles = {
      severity   = "high"
      meaning    = "Functions are refused an environment: the account's concurrency is used up."
      namespace  = "AWS/Lambda"
      metric     = "Throttles"
      dimensions = {}
      statistic  = "Sum"
      above      = 0
      periods    = 2
    }
    answers-slow = {
      severity   = "critical"
      meaning    = "Discord waits 3 seconds for an answer, and answers take longer than 2."
      namespace  = "AWS/Lambda"
      metric     = "Duration"
      dimensions = { FunctionName = lookup(var.functions, "interactions", "interactions") }
      statistic  = "p99"
      above      = 2000
      periods    = 3
    }
    http-errors = {
      severity   = "critical"
      meaning    = "The HTTP API answers with errors of ours."
      namespace  = "AWS/ApiGateway"
      metric     = "5xx"
      dimensions = { ApiId = var.http_api_id }
      statistic  = "Sum"
      above      = 5
      periods    = 2
    }
    socket-errors = {
      severity = "high"
      meaning  = "Messages of Watch Together fail."
      # The function failed, or could not be called. What it refuses by itself is an IntegrationError.
      namespace  = "AWS/ApiGateway"
      metric     = "ExecutionError"
      dimensions = { ApiId = var.websocket_api_id, Stage = var.websocket_stage }
      statistic  = "Sum"
      above      = 5
      periods    = 2
    }
    canary-fails = {
      severity   = "critical"
      meaning    = "What people do fails when the canary does it, or the canary does not fly."
      namespace  = "KalturaDiscord"
      metric     = "CanaryFailures"
      dimensions = local.deployment
      statistic  = "Maximum"
      above      = 0
      periods    = 3
      silence    = "breaching"
    }
  }

  queue_alarms = merge([
    for key, queue in var.queues : {
      "${key}-dead-letters" = {
        severity   = "medium"
        meaning    = "Something was given up after all tries."
        namespace  = "AWS/SQS"
        metric     = "ApproximateNumberOfMessagesVisible"
        dimensions = { QueueName = queue.dead_letters_name }
        statistic  = "Maximum"
        above      = 0
        periods    = 1
      }
      "${key}-waits" = {
        severity   = "high"
        meaning    = "Work waits longer than two minutes to be begun or repeated."
        namespace  = "AWS/SQS"
        metric     = "ApproximateAgeOfOldestMessage"
        dimensions = { QueueName = queue.name }
        statistic  = "Maximum"
        above      = 120
        periods    = 2
      }
    }
  ]...)

  basic_alarms = merge(local.base_alarms, local.queue_alarms)

  # What a deployment watches. Doors answer 500 to what they did not expect, so no function fails then; those that read
  # queues, or are scheduled, catch what they can, and the canary sees it from outside. Its alarm guards nothing: with a
  # tenth of all calls three of its rounds hardly ever fail within the watch, and where it rings, Kaltura may be down.
  guarding = ["function-errors", "http-errors", "socket-errors"]
}
