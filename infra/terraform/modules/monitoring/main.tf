# Who is told of what: alarms in four severities, one dashboard, a budget. Each alarm names its entry in the runbook.

locals {
  runbook = "docs/deployment.md, When an alarm rings"

  # What a deployment has in any case. Lambda's own sums over all functions stand in for an alarm for each of them, as
  # AWS charges alarms by the metric.
  base_alarms = {
    function-errors = {
      severity   = "high"
      meaning    = "Functions fail."
      namespace  = "AWS/Lambda"
      metric     = "Errors"
      dimensions = {}
      statistic  = "Sum"
      above      = 5
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
      severity   = "high"
      meaning    = "Messages of Watch Together fail."
      namespace  = "AWS/ApiGateway"
      metric     = "IntegrationError"
      dimensions = { ApiId = var.websocket_api_id, Stage = var.websocket_stage }
      statistic  = "Sum"
      above      = 5
      periods    = 2
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

  basic_alarms = merge(local.base_alarms, local.queue_alarms)
  alarms       = var.level == "full" ? merge(local.basic_alarms, local.function_alarms) : local.basic_alarms
}

resource "aws_sns_topic" "this" {
  name              = var.name
  kms_master_key_id = var.key_arn
}

resource "aws_sns_topic_policy" "this" {
  arn = aws_sns_topic.this.arn

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid       = "AlarmsAndBudgetsTell"
      Effect    = "Allow"
      Principal = { Service = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] }
      Action    = "sns:Publish"
      Resource  = aws_sns_topic.this.arn
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_sns_topic_subscription" "email" {
  count = var.email == "" ? 0 : 1

  topic_arn = aws_sns_topic.this.arn
  protocol  = "email"
  endpoint  = var.email
}

resource "aws_cloudwatch_metric_alarm" "this" {
  for_each = local.alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = "${each.value.severity}: ${each.value.meaning} What to do: ${local.runbook}, ${each.key}."
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  period              = 300
  evaluation_periods  = each.value.periods
  threshold           = each.value.above
  comparison_operator = "GreaterThanThreshold"
  treat_missing_data  = "notBreaching"
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]

  lifecycle {
    precondition {
      condition     = var.level == "full" || length(local.basic_alarms) <= 10
      error_message = "Basic monitoring has at most 10 alarms, which cost nothing; it would have ${length(local.basic_alarms)}."
    }
  }
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.name
  dashboard_body = jsonencode({ widgets = local.widgets })
}

resource "aws_budgets_budget" "this" {
  count = var.budget_dollars > 0 ? 1 : 0

  name         = var.name
  budget_type  = "COST"
  limit_amount = tostring(var.budget_dollars)
  limit_unit   = "USD"
  time_unit    = "MONTHLY"

  notification {
    comparison_operator       = "GREATER_THAN"
    threshold                 = 80
    threshold_type            = "PERCENTAGE"
    notification_type         = "ACTUAL"
    subscriber_sns_topic_arns = [aws_sns_topic.this.arn]
  }

  notification {
    comparison_operator       = "GREATER_THAN"
    threshold                 = 100
    threshold_type            = "PERCENTAGE"
    notification_type         = "FORECASTED"
    subscriber_sns_topic_arns = [aws_sns_topic.this.arn]
  }

  depends_on = [aws_sns_topic_policy.this]
}
