# The WebSocket API of Watch Together. Its stage's name is the path that pages open it by, as CloudFront passes paths on.

locals {
  # It is given with the scheme that pages use; functions speak HTTPS to the same host.
  host = replace(aws_apigatewayv2_api.this.api_endpoint, "/^[a-z]+:\\/\\//", "")
}

resource "aws_apigatewayv2_api" "this" {
  name                       = var.name
  description                = "Kaltura for Discord, over WebSocket"
  protocol_type              = "WEBSOCKET"
  route_selection_expression = var.route_selection
}

resource "aws_apigatewayv2_authorizer" "this" {
  api_id           = aws_apigatewayv2_api.this.id
  name             = "ticket"
  authorizer_type  = "REQUEST"
  authorizer_uri   = var.authorizer.invoke_arn
  identity_sources = var.identity_sources
}

resource "aws_apigatewayv2_integration" "this" {
  for_each = var.functions

  api_id                    = aws_apigatewayv2_api.this.id
  integration_type          = "AWS_PROXY"
  integration_uri           = each.value.invoke_arn
  integration_method        = "POST"
  content_handling_strategy = "CONVERT_TO_TEXT"
  timeout_milliseconds      = 29000
}

resource "aws_apigatewayv2_route" "this" {
  for_each = var.routes

  api_id    = aws_apigatewayv2_api.this.id
  route_key = each.key
  target    = "integrations/${aws_apigatewayv2_integration.this[each.value].id}"

  # Connecting is the one moment at which API Gateway asks an authorizer.
  authorization_type = each.key == "$connect" ? "CUSTOM" : "NONE"
  authorizer_id      = each.key == "$connect" ? aws_apigatewayv2_authorizer.this.id : null

  # With it, and the response below, what a function returns goes back to the sender.
  route_response_selection_expression = startswith(each.key, "$connect") || startswith(each.key, "$disconnect") ? null : "$default"
}

resource "aws_apigatewayv2_route_response" "this" {
  for_each = { for key, function in var.routes : key => function if !contains(["$connect", "$disconnect"], key) }

  api_id             = aws_apigatewayv2_api.this.id
  route_id           = aws_apigatewayv2_route.this[each.key].id
  route_response_key = "$default"
}

resource "aws_lambda_permission" "authorizer" {
  statement_id  = "websocket-api-authorizer"
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  function_name = var.authorizer.name
  qualifier     = var.authorizer.alias_name
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/authorizers/${aws_apigatewayv2_authorizer.this.id}"
}

resource "aws_lambda_permission" "route" {
  for_each = var.functions

  statement_id  = "websocket-api"
  action        = "lambda:InvokeFunction"
  principal     = "apigateway.amazonaws.com"
  function_name = each.value.name
  qualifier     = each.value.alias_name
  # Any route of this stage.
  source_arn = "${aws_apigatewayv2_api.this.execution_arn}/${var.stage}/*"
}

resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/apigateway/${var.name}"
  retention_in_days = var.log_retention_days
  kms_key_id        = var.key_arn
}

resource "aws_apigatewayv2_stage" "this" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = var.stage
  auto_deploy = true

  # Without both values a WebSocket stage gets zero and zero, and refuses every connection.
  default_route_settings {
    throttling_rate_limit    = var.throttle.rate
    throttling_burst_limit   = var.throttle.burst
    data_trace_enabled       = false
    detailed_metrics_enabled = false
  }

  access_log_settings {
    destination_arn = aws_cloudwatch_log_group.access.arn

    # No query string: the ticket is in it. No message: people's words are in them.
    format = jsonencode({
      time               = "$context.requestTimeEpoch"
      requestId          = "$context.requestId"
      routeKey           = "$context.routeKey"
      eventType          = "$context.eventType"
      connectionId       = "$context.connectionId"
      status             = "$context.status"
      integrationLatency = "$context.integrationLatency"
      integrationError   = "$context.integrationErrorMessage"
      authorizerError    = "$context.authorizer.error"
    })
  }

  depends_on = [aws_api_gateway_account.this, aws_apigatewayv2_route.this]
}

# API Gateway writes the logs of WebSocket stages with one role for each account and region ("Configuring logging for
# WebSocket APIs").

resource "aws_iam_role" "log" {
  count = var.set_log_role ? 1 : 0

  name        = "${var.name}-log"
  description = "API Gateway writes access logs"

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "apigateway.amazonaws.com" }
    }]
  })
}

resource "aws_iam_role_policy_attachment" "log" {
  count = var.set_log_role ? 1 : 0

  role       = aws_iam_role.log[0].name
  policy_arn = "arn:${var.partition}:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"
}

resource "aws_api_gateway_account" "this" {
  count = var.set_log_role ? 1 : 0

  cloudwatch_role_arn = aws_iam_role.log[0].arn

  depends_on = [aws_iam_role_policy_attachment.log]
}
