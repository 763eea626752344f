# One Lambda function, its log, and a role that may do what the function does and nothing besides.

resource "aws_cloudwatch_log_group" "this" {
  name              = "/aws/lambda/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.key_arn
}

resource "aws_iam_role" "this" {
  name        = var.name
  description = "Of the function ${var.name}"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "lambda.amazonaws.com" }
    }]
  })
}

locals {
  own_log = {
    sid     = "WriteOwnLog"
    actions = ["logs:CreateLogStream", "logs:PutLogEvents"]
    # Streams have names that Lambda makes up.
    resources = ["${aws_cloudwatch_log_group.this.arn}:*"]
  }

  # AWS documents no resource for these ("Lambda execution role permissions for VPC").
  network_interfaces = {
    sid = "AttachToNetwork"
    actions = [
      "ec2:CreateNetworkInterface",
      "ec2:DeleteNetworkInterface",
      "ec2:DescribeNetworkInterfaces",
      "ec2:DescribeSubnets",
      "ec2:AssignPrivateIpAddresses",
      "ec2:UnassignPrivateIpAddresses",
    ]
    resources = ["*"]
  }

  # AWS documents no resource for these ("Actions, resources, and condition keys for AWS X-Ray").
  traces = {
    sid       = "WriteTraces"
    actions   = ["xray:PutTraceSegments", "xray:PutTelemetryRecords"]
    resources = ["*"]
  }

  own_key = {
    sid       = "UseOwnKey"
    actions   = ["kms:Decrypt", "kms:GenerateDataKey"]
    resources = [coalesce(var.readable_key_arn, "none")]
  }

  statements = concat(
    [local.own_log],
    var.statements,
    var.network == null ? [] : [local.network_interfaces],
    var.tracing ? [local.traces] : [],
    var.readable_key_arn == null ? [] : [local.own_key],
  )
}

resource "aws_iam_role_policy" "this" {
  name = "access"
  role = aws_iam_role.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      for statement in local.statements :
      { Sid = statement.sid, Effect = "Allow", Action = statement.actions, Resource = statement.resources }
    ]
  })
}

resource "aws_lambda_function" "this" {
  function_name = var.name
  description   = var.description
  role          = aws_iam_role.this.arn

  filename         = var.package.path
  source_code_hash = var.package.sha256
  handler          = var.handler
  runtime          = var.runtime
  architectures    = [var.architecture]

  timeout                        = var.timeout
  memory_size                    = var.memory
  reserved_concurrent_executions = var.reserved_concurrency
  kms_key_arn                    = var.key_arn

  # A version for each change; the alias says which one is asked.
  publish = true

  environment {
    variables = var.environment
  }

  logging_config {
    log_format = "Text"
    log_group  = aws_cloudwatch_log_group.this.name
  }

  tracing_config {
    mode = var.tracing ? "Active" : "PassThrough"
  }

  dynamic "vpc_config" {
    for_each = var.network == null ? [] : [var.network]

    content {
      subnet_ids         = vpc_config.value.subnet_ids
      security_group_ids = vpc_config.value.security_group_ids
    }
  }

  depends_on = [aws_iam_role_policy.this]
}

resource "aws_lambda_alias" "live" {
  name             = "live"
  description      = "The version that is asked"
  function_name    = aws_lambda_function.this.function_name
  function_version = aws_lambda_function.this.version

  lifecycle {
    # A deployment moves it from version to version step by step, and back when alarms say so. A plan must not jump.
    ignore_changes = [function_version, routing_config]
  }
}

resource "aws_lambda_event_source_mapping" "this" {
  count = var.queue == null ? 0 : 1

  event_source_arn        = var.queue.arn
  function_name           = aws_lambda_alias.live.arn
  batch_size              = var.queue.batch_size
  function_response_types = ["ReportBatchItemFailures"]

  dynamic "scaling_config" {
    for_each = var.queue.at_once == 0 ? [] : [var.queue.at_once]

    content {
      maximum_concurrency = scaling_config.value
    }
  }
}
