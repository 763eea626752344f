# What people may rely on, and how fast the tolerance for failures is used up ("burn rate": Google, "The Site Reliability
# Workbook", chapter 5). At rate 1 a month's tolerance lasts a month; the faster it goes, the graver the alarm.
#
# Each alarm looks at two spans of time. The long one says that it matters; the short one, a twelfth of it, that it still
# goes on, so that the alarm ends soon after the trouble does. All metrics of one metric alarm have one period, so each span
# is a metric alarm that tells nobody, and a composite alarm of both tells.

locals {
  # Spans in seconds. A metric's period is a day at most, so three days are three periods, each of which has to be bad.
  severities = {
    critical = { rate = 14.4, long = { period = 3600, periods = 1 }, short = { period = 300, periods = 1 } }
    high     = { rate = 6, long = { period = 21600, periods = 1 }, short = { period = 1800, periods = 1 } }
    medium   = { rate = 3, long = { period = 86400, periods = 1 }, short = { period = 7200, periods = 1 } }
    low      = { rate = 1, long = { period = 86400, periods = 3 }, short = { period = 21600, periods = 1 } }
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
        # What little there is in the short span need not say much: the long one has said it.
        at_least = { long = objective.at_least, short = 1 }
        measured = merge({ total = objective.total }, { for index, each in objective.bad : "bad${index}" => each })
        bad      = join(" + ", [for index, _ in objective.bad : "FILL(bad${index}, 0)"])
      }
    }
  ]...) : {}

  burn_spans = merge([
    for key, burn in local.burns : {
      for span in ["long", "short"] : "${key}-${span}" => merge(burn, {
        at_least = burn.at_least[span]
        period   = burn.pace[span].period
        periods  = burn.pace[span].periods
      })
    }
  ]...)
}

resource "aws_cloudwatch_metric_alarm" "burn" {
  for_each = local.burn_spans

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "One half of ${trimsuffix(trimsuffix(each.key, "-long"), "-short")}, which tells."
  evaluation_periods  = each.value.periods
  threshold           = each.value.pace.rate
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"

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
        period      = each.value.period
      }
    }
  }
}

resource "aws_cloudwatch_composite_alarm" "burn" {
  for_each = local.burns

  alarm_name        = "${var.name}-${each.key}"
  alarm_description = "${each.value.severity}: ${each.value.promise}; that is at risk. What to do: ${local.runbook}, ${each.key}."
  alarm_rule = join(" AND ", [
    for span in ["long", "short"] : "ALARM(\"${aws_cloudwatch_metric_alarm.burn["${each.key}-${span}"].alarm_name}\")"
  ])
  alarm_actions = [aws_sns_topic.this.arn]
  ok_actions    = [aws_sns_topic.this.arn]
}
