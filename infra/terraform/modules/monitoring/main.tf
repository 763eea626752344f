# Who is told of what: alarms in four severities, dashboards, a budget. Each alarm names its entry in the runbook.

locals {
  runbook = "docs/operations.md, An alarm rings"

  # Seconds that are looked at together.
  period = 300

  # The one dimension of what the functions measure themselves.
  deployment = { Deployment = var.deployment }
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
  namespace           = can(each.value.share) ? null : each.value.namespace
  metric_name         = can(each.value.share) ? null : each.value.metric
  dimensions          = can(each.value.share) ? null : each.value.dimensions
  statistic           = can(each.value.share) || startswith(each.value.statistic, "p") ? null : each.value.statistic
  extended_statistic  = startswith(each.value.statistic, "p") ? each.value.statistic : null
  period              = can(each.value.share) ? null : local.period
  evaluation_periods  = each.value.periods
  threshold           = try(each.value.above, each.value.below)
  comparison_operator = can(each.value.above) ? "GreaterThanThreshold" : "LessThanThreshold"
  treat_missing_data  = lookup(each.value, "silence", "notBreaching")
  alarm_actions       = [aws_sns_topic.this.arn]
  ok_actions          = [aws_sns_topic.this.arn]

  # A share of another metric. Of a few, a single one would be a large share.
  dynamic "metric_query" {
    for_each = can(each.value.share) ? [each.value.share] : []

    content {
      id          = "share"
      label       = "${each.value.metric} of ${metric_query.value.of}"
      return_data = true
      expression  = "IF(FILL(total, 0) >= ${metric_query.value.at_least}, FILL(part, 0) / total, 0)"
    }
  }

  dynamic "metric_query" {
    for_each = can(each.value.share) ? { part = each.value.metric, total = each.value.share.of } : {}

    content {
      id = metric_query.key

      metric {
        namespace   = each.value.namespace
        metric_name = metric_query.value
        stat        = each.value.statistic
        dimensions  = each.value.dimensions
        period      = local.period
      }
    }
  }

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
