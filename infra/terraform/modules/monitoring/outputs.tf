output "alarm_names" {
  description = "All alarms, by what they are called in the runbook."
  value       = { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.alarm_name }
}

output "topic_arn" {
  description = "Where alarms tell."
  value       = aws_sns_topic.this.arn
}
