# What people may rely on, and how fast the tolerance for failures is used up ("burn rate": Google, "The Site Reliability
# Workbook", chapter 5). At rate 1 a month's tolerance lasts a month; the faster it goes, the graver the alarm.

locals {
  severities = {
    critical = { rate = 14.4, period = 3600, periods = 1 }
    high     = { rate = 6, period = 21600, periods = 1 }
    medium   = { rate = 3, period = 86400, periods = 1 }
    low      = { rate = 1, period = 86400, periods = 3 }
  }

  interactions = lookup(var.functions, "interactions", "interactions")

  # `tolerated` is the share that may be bad. Where there were fewer than `at_least`, a single failure says nothing.
  objectives = {
    availability = {
      promise   = "999 of 1,000 commands are answered with what was asked for"
      tolerated = 0.001
      at_least  = 50
      total     = { namespace = "KalturaDiscord", metric = "Commands", statistic = "Sum", dimensions = local.deployment }
      bad       = [{ namespace = "KalturaDiscord", metric = "CommandFailures", statistic = "Sum", dimensions = local.deployment }]
    }
    errors = {
      promise   = "999 of 1,000 requests to the API are answered without an error of ours"
      tolerated = 0.001
      at_least  = 50
      total     = { namespace = "AWS/ApiGateway", metric = "Count", statistic = "SampleCount", dimensions = { ApiId = var.http_api_id } }
      bad       = [{ namespace = "AWS/ApiGateway", metric = "5xx", statistic = "Sum", dimensions = { ApiId = var.http_api_id } }]
    }
    latency = {
      promise   = "99 of 100 commands are acknowledged within a second"
      tolerated = 0.01
      at_least  = 50
      total     = { namespace = "AWS/Lambda", metric = "Duration", statistic = "SampleCount", dimensions = { FunctionName = local.interactions } }
      bad       = [{ namespace = "AWS/Lambda", metric = "Duration", statistic = "TC(1000:)", dimensions = { FunctionName = local.interactions } }]
    }
    posts = {
      promise   = "999 of 1,000 messages to rooms are taken by API Gateway"
      tolerated = 0.001
      at_least  = 1000
      total     = { namespace = "KalturaDiscord", metric = "Posts", statistic = "Sum", dimensions = local.deployment }
      bad = [
        { namespace = "KalturaDiscord", metric = "PostsThrottled", statistic = "Sum", dimensions = local.deployment },
        { namespace = "KalturaDiscord", metric = "PostsFailed", statistic = "Sum", dimensions = local.deployment },
      ]
    }
  }

  burns = var.level == "full" ? merge([
    for name, objective in local.objectives : {
      for severity, pace in local.severities : "${name}-burn-${severity}" => {
        severity  = severity
        pace      = pace
        promise   = objective.promise
        tolerated = objective.tolerated
        at_least  = objective.at_least
        measured  = merge({ total = objective.total }, { for index, each in objective.bad : "bad${index}" => each })
        bad       = join(" + ", [for index, _ in objective.bad : "FILL(bad${index}, 0)"])
      }
    }
  ]...) : {}
}

resource "aws_cloudwatch_metric_alarm" "burn" {
  for_each = local.burns

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.severity}: ${each.value.promise}; that is at risk. What to do: ${local.runbook}, ${each.key}."
  evaluation_periods  = each.value.pace.periods
  threshold           = each.value.pace.rate
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]

  metric_query {
    id          = "burn"
    label       = "Burn rate"
    return_data = true
    expression  = "IF(FILL(total, 0) >= ${each.value.at_least}, (${each.value.bad}) / total / ${each.value.tolerated}, 0)"
  }

  dynamic "metric_query" {
    for_each = each.value.measured

    content {
      id = metric_query.key

      metric {
        namespace   = metric_query.value.namespace
        metric_name = metric_query.value.metric
        stat        = metric_query.value.statistic
        dimensions  = metric_query.value.dimensions
        period      = each.value.pace.period
      }
    }
  }
}
