# Calls a function again and again.

locals {
  minutes = floor(var.every_seconds / 60)

  # The next one comes soon; what is late is of no use. A minute is the least.
  retry = { attempts = 0, seconds = 60 }
}

resource "aws_iam_role" "this" {
  name        = "${var.name}-schedule"
  description = "EventBridge Scheduler calls ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "scheduler.amazonaws.com" }
      Condition = { StringEquals = { "aws:SourceAccount" = var.account_id } }
    }]
  })
}

resource "aws_iam_role_policy" "this" {
  name = "call"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "CallTheFunction"
      Effect   = "Allow"
      Action   = "lambda:InvokeFunction"
      Resource = var.alias_arn
    }]
  })
}

# Scheduler's call is done when Lambda has taken it down. What becomes of it then is Lambda's, which by itself tries three
# times and keeps what it has no environment for for six hours (Lambda guide, "Asynchronous invocation").
resource "aws_lambda_function_event_invoke_config" "this" {
  function_name                = var.function_name
  qualifier                    = var.alias_name
  maximum_retry_attempts       = local.retry.attempts
  maximum_event_age_in_seconds = local.retry.seconds
}

resource "aws_scheduler_schedule" "this" {
  name                = var.name
  description         = "Every ${local.minutes} min"
  schedule_expression = local.minutes == 1 ? "rate(1 minute)" : "rate(${local.minutes} minutes)"

  flexible_time_window {
    mode = "OFF"
  }

  target {
    arn      = var.alias_arn
    role_arn = aws_iam_role.this.arn

    retry_policy {
      maximum_retry_attempts       = local.retry.attempts
      maximum_event_age_in_seconds = local.retry.seconds
    }
  }

  depends_on = [aws_lambda_function_event_invoke_config.this]

  lifecycle {
    precondition {
      condition     = var.every_seconds >= 60 && var.every_seconds % 60 == 0
      error_message = "EventBridge Scheduler counts in whole minutes."
    }
  }
}
