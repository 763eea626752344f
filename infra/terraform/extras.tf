# What costs extra and is off by default: a key of one's own, and a firewall. (The fixed address is a module.)

resource "aws_kms_key" "own" {
  count = local.has_own_key ? 1 : 0

  description             = "Kaltura for Discord, ${var.environment}: table, queues, logs, secrets"
  enable_key_rotation     = true
  deletion_window_in_days = 30

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        # Without it nobody could ever change this policy again (KMS guide, "Default key policy"); in a key's own policy
        # "*" means this key.
        Sid       = "TheAccountManages"
        Effect    = "Allow"
        Principal = { AWS = "arn:${data.aws_partition.current.partition}:iam::${data.aws_caller_identity.current.account_id}:root" }
        Action    = "kms:*"
        Resource  = "*"
      },
      {
        Sid       = "AlarmsEncrypt"
        Effect    = "Allow"
        Principal = { Service = ["cloudwatch.amazonaws.com", "budgets.amazonaws.com"] }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Resource  = "*"
        Condition = { StringEquals = { "aws:SourceAccount" = data.aws_caller_identity.current.account_id } }
      },
      {
        # Logs say for which group they ask, and not from which account ("Encrypt log data in CloudWatch Logs using AWS KMS").
        Sid       = "LogsEncrypt"
        Effect    = "Allow"
        Principal = { Service = "logs.${var.region}.amazonaws.com" }
        Action    = ["kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey"]
        Resource  = "*"
        Condition = { ArnLike = { "kms:EncryptionContext:aws:logs:arn" = "${local.log_groups_arn}:*" } }
      },
    ]
  })
}

resource "aws_kms_alias" "own" {
  count = local.has_own_key ? 1 : 0

  name          = "alias/${local.name}"
  target_key_id = aws_kms_key.own[0].key_id
}

# Another name for each version of the secrets (modules/secrets says why). What was written under one before is read all
# the same, as it is the key that counts.
resource "aws_kms_alias" "secrets" {
  count = var.use_customer_key ? 1 : 0

  name          = "alias/${local.name}-secrets-${var.secrets_version}"
  target_key_id = aws_kms_key.own[0].key_id

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_wafv2_web_acl" "this" {
  count    = var.use_firewall ? 1 : 0
  provider = aws.us_east_1

  name        = local.name
  description = "In front of CloudFront"
  scope       = "CLOUDFRONT"

  default_action {
    allow {}
  }

  rule {
    name     = "each-address"
    priority = 1

    action {
      block {}
    }

    statement {
      rate_based_statement {
        # In five minutes. All of Discord's requests come from few addresses, so this is far above what a person does.
        limit              = 20000
        aggregate_key_type = "IP"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${local.name}-each-address"
      sampled_requests_enabled   = false
    }
  }

  rule {
    name     = "known-bad-inputs"
    priority = 2

    override_action {
      none {}
    }

    statement {
      managed_rule_group_statement {
        vendor_name = "AWS"
        name        = "AWSManagedRulesKnownBadInputsRuleSet"
      }
    }

    visibility_config {
      cloudwatch_metrics_enabled = true
      metric_name                = "${local.name}-known-bad-inputs"
      sampled_requests_enabled   = false
    }
  }

  visibility_config {
    cloudwatch_metrics_enabled = true
    metric_name                = local.name
    # A sample holds addresses with their query strings.
    sampled_requests_enabled = false
  }
}
