# A queue, and where its messages go that fail again and again.

locals {
  suffix = var.fifo ? ".fifo" : ""
}

resource "aws_sqs_queue" "dead_letters" {
  name                              = "${var.name}-dead-letters${local.suffix}"
  fifo_queue                        = var.fifo
  message_retention_seconds         = 1209600 # 14 days, as long as there is: somebody has to look
  sqs_managed_sse_enabled           = var.key_arn == null ? true : null
  kms_master_key_id                 = var.key_arn
  kms_data_key_reuse_period_seconds = var.key_arn == null ? null : 3600
}

resource "aws_sqs_queue" "this" {
  name                       = "${var.name}${local.suffix}"
  fifo_queue                 = var.fifo
  visibility_timeout_seconds = var.visibility_timeout_seconds
  message_retention_seconds  = 345600 # 4 days: a long weekend

  # With these, groups of a FIFO queue do not slow each other down.
  deduplication_scope   = var.fifo ? "messageGroup" : null
  fifo_throughput_limit = var.fifo ? "perMessageGroupId" : null

  # The provider takes no `false` beside a key; AWS switches its own encryption off where a key is set.
  sqs_managed_sse_enabled           = var.key_arn == null ? true : null
  kms_master_key_id                 = var.key_arn
  kms_data_key_reuse_period_seconds = var.key_arn == null ? null : 3600

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = var.maximum_receives
  })

  lifecycle {
    precondition {
      # Lambda guide, "Using Lambda with Amazon SQS": six times, so that a throttled batch is not shown twice.
      condition     = var.visibility_timeout_seconds >= 6 * var.consumer_timeout_seconds
      error_message = "A message of ${var.name} has to stay hidden for at least six times as long as its function may take."
    }
  }
}

resource "aws_sqs_queue_redrive_allow_policy" "dead_letters" {
  queue_url = aws_sqs_queue.dead_letters.id

  redrive_allow_policy = jsonencode({
    redrivePermission = "byQueue"
    sourceQueueArns   = [aws_sqs_queue.this.arn]
  })
}
