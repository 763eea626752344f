output "alarm_names" {
  description = "All alarms, by what they are called in the runbook."
  value = merge(
    { for key, alarm in aws_cloudwatch_metric_alarm.this : key => alarm.alarm_name },
    { for key, alarm in aws_cloudwatch_composite_alarm.burn : key => alarm.alarm_name },
  )
}

output "guarding_names" {
  description = "The alarms that tell whether new versions are worse than those before."
  value       = [for key in local.guarding : aws_cloudwatch_metric_alarm.this[key].alarm_name]
}

output "burn_rules" {
  description = "When each promise is said to be at risk."
  value       = { for key, alarm in aws_cloudwatch_composite_alarm.burn : key => alarm.alarm_rule }
}

output "shares" {
  description = "How the alarms are reckoned that look at a share."
  value = {
    for key, alarm in aws_cloudwatch_metric_alarm.this :
    key => one([for query in alarm.metric_query : query.expression if query.id == "share"]) if length(alarm.metric_query) > 0
  }
}

output "paid" {
  description = "What AWS counts by the month: metrics in alarms, composite alarms, dashboards."
  value = {
    alarm_metrics = sum([
      for alarm in concat(values(aws_cloudwatch_metric_alarm.this), values(aws_cloudwatch_metric_alarm.burn)) :
      max(1, length([for query in alarm.metric_query : query.id if length(query.metric) > 0]))
    ])
    composite_alarms = length(aws_cloudwatch_composite_alarm.burn)
    dashboards       = 1 + length(aws_cloudwatch_dashboard.usage)
  }
}

output "topic_arn" {
  description = "Where alarms tell."
  value       = aws_sns_topic.this.arn
}
