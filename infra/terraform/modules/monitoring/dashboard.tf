# The dashboard, as data: a title, a statistic, and the metrics that are drawn.

locals {
  charts = [
    {
      title     = "Functions: calls"
      statistic = "Sum"
      metrics   = [for name in values(var.functions) : ["AWS/Lambda", "Invocations", "FunctionName", name]]
    },
    {
      title     = "Functions: errors and throttles"
      statistic = "Sum"
      metrics = concat(
        [for name in values(var.functions) : ["AWS/Lambda", "Errors", "FunctionName", name]],
        [for name in values(var.functions) : ["AWS/Lambda", "Throttles", "FunctionName", name]],
      )
    },
    {
      title     = "Functions: duration, p99"
      statistic = "p99"
      metrics   = [for name in values(var.functions) : ["AWS/Lambda", "Duration", "FunctionName", name]]
    },
    {
      title     = "HTTP API"
      statistic = "Sum"
      metrics   = [for metric in ["Count", "4xx", "5xx"] : ["AWS/ApiGateway", metric, "ApiId", var.http_api_id]]
    },
    {
      title     = "WebSocket API"
      statistic = "Sum"
      metrics = [
        for metric in ["ConnectCount", "MessageCount", "ClientError", "IntegrationError", "ExecutionError"] :
        ["AWS/ApiGateway", metric, "ApiId", var.websocket_api_id, "Stage", var.websocket_stage]
      ]
    },
    {
      title     = "Queues: waiting, and given up"
      statistic = "Maximum"
      metrics = [
        for name in flatten([for queue in values(var.queues) : [queue.name, queue.dead_letters_name]]) :
        ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name]
      ]
    },
    {
      title     = "Table: used capacity"
      statistic = "Sum"
      metrics = [
        for metric in ["ConsumedReadCapacityUnits", "ConsumedWriteCapacityUnits"] :
        ["AWS/DynamoDB", metric, "TableName", var.table_name]
      ]
    },
    {
      title     = "Commands, and what went wrong"
      statistic = "Sum"
      metrics = [
        for metric in ["Commands", "CommandFailures", "KalturaErrors", "KalturaCircuitOpen", "DiscordErrors", "DiscordInvalidRequests", "BadSignatures", "UnknownEvents"] :
        ["KalturaDiscord", metric, "Deployment", var.deployment]
      ]
    },
    {
      title     = "What fails, of 100: commands, requests to the API, messages to rooms"
      statistic = "Sum"
      metrics = concat(
        [
          [{ id = "commands", label = "commands", expression = "100 * FILL(bad_commands, 0) / all_commands" }],
          [{ id = "requests", label = "requests", expression = "100 * FILL(bad_requests, 0) / all_requests" }],
          [{ id = "gone", label = "messages to who is gone", expression = "100 * FILL(gone_posts, 0) / all_posts" }],
          [{ id = "posts", label = "messages", expression = "100 * (FILL(throttled_posts, 0) + FILL(failed_posts, 0)) / all_posts" }],
          ["AWS/ApiGateway", "5xx", "ApiId", var.http_api_id, { id = "bad_requests", visible = false }],
          ["AWS/ApiGateway", "Count", "ApiId", var.http_api_id, { id = "all_requests", visible = false, stat = "SampleCount" }],
        ],
        [
          for id, metric in {
            all_commands    = "Commands"
            all_posts       = "Posts"
            bad_commands    = "CommandFailures"
            failed_posts    = "PostsFailed"
            gone_posts      = "PostsGone"
            throttled_posts = "PostsThrottled"
          } :
          ["KalturaDiscord", metric, "Deployment", var.deployment, { id = id, visible = false }]
        ],
      )
    },
    {
      title     = "Canary: failures, and how long it took"
      statistic = "Maximum"
      metrics   = [for metric in ["CanaryFailures", "CanaryDuration"] : ["KalturaDiscord", metric, "Deployment", var.deployment]]
    },
    {
      title     = "Watch Together: relay"
      statistic = "Sum"
      metrics = [
        for metric in ["RoomChanges", "Posts", "PostsGone", "PostsThrottled", "PostsFailed"] :
        ["KalturaDiscord", metric, "Deployment", var.deployment]
      ]
    },
  ]

  widgets = [
    for index, chart in local.charts : {
      type   = "metric"
      x      = 12 * (index % 2)
      y      = 6 * floor(index / 2)
      width  = 12
      height = 6
      properties = {
        title   = chart.title
        region  = var.region
        stat    = chart.statistic
        period  = 300
        view    = "timeSeries"
        metrics = chart.metrics
      }
    }
  ]
}
