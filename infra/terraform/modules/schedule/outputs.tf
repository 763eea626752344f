output "expression" {
  description = "How often, in Scheduler's words."
  value       = aws_scheduler_schedule.this.schedule_expression
}
