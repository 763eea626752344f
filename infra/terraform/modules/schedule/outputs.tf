output "expression" {
  description = "How often, in Scheduler's words."
  value       = aws_scheduler_schedule.this.schedule_expression
}

output "again" {
  description = "How often Lambda repeats a call that failed, and how long it keeps one, in seconds."
  value = {
    qualifier = aws_lambda_function_event_invoke_config.this.qualifier
    attempts  = aws_lambda_function_event_invoke_config.this.maximum_retry_attempts
    seconds   = aws_lambda_function_event_invoke_config.this.maximum_event_age_in_seconds
  }
}
