# The one table: paid by use, restorable to any second, and not deleted by mistake.

resource "aws_dynamodb_table" "this" {
  name                        = var.name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = var.protect

  dynamic "attribute" {
    for_each = ["pk", "sk", "${var.index}pk", "${var.index}sk"]

    content {
      name = attribute.value
      type = "S"
    }
  }

  global_secondary_index {
    name            = var.index
    hash_key        = "${var.index}pk"
    range_key       = "${var.index}sk"
    projection_type = "ALL"
  }

  ttl {
    attribute_name = var.ttl_attribute
    enabled        = true
  }

  point_in_time_recovery {
    enabled                 = true
    recovery_period_in_days = var.backup_days
  }

  server_side_encryption {
    # Off is not unencrypted: it is AWS's own key, for which nothing is paid.
    enabled     = var.key_arn != null
    kms_key_arn = var.key_arn
  }
}
