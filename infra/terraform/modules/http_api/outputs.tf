output "id" {
  description = "The API's id."
  value       = aws_apigatewayv2_api.this.id
}

output "domain_name" {
  description = "The host that CloudFront asks."
  value       = trimprefix(aws_apigatewayv2_api.this.api_endpoint, "https://")
}

output "log_format" {
  description = "What a line of the access log says."
  value       = aws_apigatewayv2_stage.this.access_log_settings[0].format
}

output "route_keys" {
  description = "All routes."
  value       = toset([for route in aws_apigatewayv2_route.this : route.route_key])
}

output "throttle" {
  description = "What the stage takes."
  value = {
    rate  = aws_apigatewayv2_stage.this.default_route_settings[0].throttling_rate_limit
    burst = aws_apigatewayv2_stage.this.default_route_settings[0].throttling_burst_limit
  }
}
