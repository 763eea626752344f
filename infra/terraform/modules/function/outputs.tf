output "name" {
  description = "The function's full name."
  value       = aws_lambda_function.this.function_name
}

output "version" {
  description = "The newest published version."
  value       = aws_lambda_function.this.version
}

output "alias_name" {
  description = "The alias that is asked."
  value       = aws_lambda_alias.live.name
}

output "alias_arn" {
  description = "The alias, for whoever invokes it."
  value       = aws_lambda_alias.live.arn
}

output "invoke_arn" {
  description = "The alias as API Gateway names it."
  value       = aws_lambda_alias.live.invoke_arn
}

output "role_arn" {
  description = "The function's role."
  value       = aws_iam_role.this.arn
}

output "policy" {
  description = "What its role may do, as JSON."
  value       = aws_iam_role_policy.this.policy
}

output "log_group_name" {
  description = "Its log."
  value       = aws_cloudwatch_log_group.this.name
}

output "environment" {
  description = "Its environment variables."
  value       = aws_lambda_function.this.environment[0].variables
}

output "tracing" {
  description = "Active where X-Ray is told of its invocations."
  value       = aws_lambda_function.this.tracing_config[0].mode
}

output "reads" {
  description = "The queue that it reads, if any."
  value       = aws_lambda_event_source_mapping.this[*].event_source_arn
}

output "reads_at_once" {
  description = "How many of it read the queue at once at most; empty: as many as Lambda gives."
  value       = flatten([for mapping in aws_lambda_event_source_mapping.this : [for scaling in mapping.scaling_config : scaling.maximum_concurrency]])
}

output "reserved_concurrency" {
  description = "What it has for itself; -1: nothing."
  value       = aws_lambda_function.this.reserved_concurrent_executions
}
