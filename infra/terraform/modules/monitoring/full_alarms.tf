# What `monitoring = "full"` watches besides: those we depend on, strangers, the table, and each function by itself.

locals {
  dependency_alarms = {
    kaltura-errors = {
      severity   = "high"
      meaning    = "Kaltura does not answer, or asks us to slow down."
      namespace  = "KalturaDiscord"
      metric     = "KalturaErrors"
      dimensions = local.deployment
      statistic  = "Sum"
      above      = 10
      periods    = 2
    }
    kaltura-circuit-open = {
      severity   = "high"
      meaning    = "Kaltura is not asked any more, as it has not answered for a while."
      namespace  = "KalturaDiscord"
      metric     = "KalturaCircuitOpen"
      dimensions = local.deployment
      statistic  = "Sum"
      above      = 0
      periods    = 2
    }
    discord-errors = {
      severity   = "high"
      meaning    = "Discord does not answer."
      namespace  = "KalturaDiscord"
      metric     = "DiscordErrors"
      dimensions = local.deployment
      statistic  = "Sum"
      above      = 10
      periods    = 2
    }
    discord-invalid-requests = {
      severity   = "critical"
      meaning    = "Discord refuses so much that it may bar our address: 10,000 in ten minutes are too many."
      namespace  = "KalturaDiscord"
      metric     = "DiscordInvalidRequests"
      dimensions = local.deployment
      statistic  = "Sum"
      above      = 1000
      periods    = 1
    }
    bad-signatures = {
      severity   = "low"
      meaning    = "Strangers knock, or a key is wrong; the canary knocks twice in ten minutes."
      namespace  = "KalturaDiscord"
      metric     = "BadSignatures"
      dimensions = local.deployment
      statistic  = "Sum"
      above      = 100
      periods    = 2
    }
    posts-gone = {
      severity   = "low"
      meaning    = "A tenth of what rooms post is to connections that are gone."
      namespace  = "KalturaDiscord"
      metric     = "PostsGone"
      dimensions = local.deployment
      statistic  = "Sum"
      above      = 0.1
      periods    = 2
      share      = { of = "Posts", at_least = 1000 }
    }
    housekeeping-silent = {
      severity   = "high"
      meaning    = "Housekeeping was not called for a quarter of an hour."
      namespace  = "AWS/Lambda"
      metric     = "Invocations"
      dimensions = { FunctionName = lookup(var.functions, "housekeeping", "housekeeping") }
      statistic  = "Sum"
      below      = 1
      periods    = 3
      silence    = "breaching"
    }
    table-read-throttles = {
      severity   = "medium"
      meaning    = "DynamoDB refuses reads."
      namespace  = "AWS/DynamoDB"
      metric     = "ReadThrottleEvents"
      dimensions = { TableName = var.table_name }
      statistic  = "Sum"
      above      = 0
      periods    = 2
    }
    table-write-throttles = {
      severity   = "medium"
      meaning    = "DynamoDB refuses writes."
      namespace  = "AWS/DynamoDB"
      metric     = "WriteThrottleEvents"
      dimensions = { TableName = var.table_name }
      statistic  = "Sum"
      above      = 0
      periods    = 2
    }
  }

  function_alarms = merge([
    for key, name in var.functions : {
      "${key}-errors" = {
        severity   = "low"
        meaning    = "This function fails."
        namespace  = "AWS/Lambda"
        metric     = "Errors"
        dimensions = { FunctionName = name }
        statistic  = "Sum"
        above      = 2
        periods    = 2
      }
    }
  ]...)

  full_alarms = merge(local.basic_alarms, local.dependency_alarms, local.function_alarms)
  alarms      = { for key, alarm in local.full_alarms : key => alarm if var.level == "full" || contains(keys(local.basic_alarms), key) }
}
