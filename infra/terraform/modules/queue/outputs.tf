output "url" {
  description = "Where messages are sent."
  value       = aws_sqs_queue.this.url
}

output "arn" {
  description = "The queue."
  value       = aws_sqs_queue.this.arn
}

output "name" {
  description = "Its full name."
  value       = aws_sqs_queue.this.name
}

output "dead_letters_name" {
  description = "The full name of its dead-letter queue."
  value       = aws_sqs_queue.dead_letters.name
}

output "dead_letters_url" {
  description = "Its dead-letter queue."
  value       = aws_sqs_queue.dead_letters.url
}

output "redrive_policy" {
  description = "When a message goes where."
  value       = aws_sqs_queue.this.redrive_policy
}
