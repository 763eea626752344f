output "id" {
  description = "The API's id."
  value       = aws_apigatewayv2_api.this.id
}

output "stage" {
  description = "The stage's name, which is the path."
  value       = var.stage
}

output "domain_name" {
  description = "The host that CloudFront asks."
  value       = local.host
}

output "callback_url" {
  description = "Where connections are posted to. CloudFront has no part in it."
  value       = "https://${local.host}/${var.stage}"
}

output "connection_arns" {
  description = "All connections of the stage, as IAM names posting to them and hanging up. Their ids are made up by API Gateway."
  value = [
    for method in ["POST", "DELETE"] :
    "${aws_apigatewayv2_api.this.execution_arn}/${var.stage}/${method}/@connections/*"
  ]
}

output "log_format" {
  description = "What a line of the access log says."
  value       = aws_apigatewayv2_stage.this.access_log_settings[0].format
}

output "routes" {
  description = "How each route is authorized."
  value       = { for key, route in aws_apigatewayv2_route.this : key => route.authorization_type }
}

output "answering" {
  description = "The routes whose function's answer goes to the sender."
  value       = toset(keys(aws_apigatewayv2_route_response.this))
}

output "throttle" {
  description = "What the stage takes."
  value = {
    rate  = aws_apigatewayv2_stage.this.default_route_settings[0].throttling_rate_limit
    burst = aws_apigatewayv2_stage.this.default_route_settings[0].throttling_burst_limit
  }
}
