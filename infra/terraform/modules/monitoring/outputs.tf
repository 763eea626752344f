output "alarm_names" {
  description = "All alarms, by what they are called in the runbook."
  value       = { for key, alarm in merge(aws_cloudwatch_metric_alarm.this, aws_cloudwatch_metric_alarm.burn) : key => alarm.alarm_name }
}

output "topic_arn" {
  description = "Where alarms tell."
  value       = aws_sns_topic.this.arn
}
