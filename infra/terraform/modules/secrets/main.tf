# The secrets of .env: for each function a place of its own, with those it needs and no others. Either a folder in SSM
# Parameter Store with a parameter for each, or one secret in Secrets Manager that holds them as a JSON object.
#
# They are written by write-only attributes, so neither the plan nor the state holds them.

locals {
  parameters = merge([
    for reader, names in var.readers : {
      for name in names : "${reader}/${name}" => { reader = reader, name = name }
    }
  ]...)

  # With a key of one's own or without is another version, so that they are written again under what they are to be.
  version = 2 * var.values_version + (var.key_alias == null ? 0 : 1)

  readers = { for reader, names in var.readers : reader => names if length(names) > 0 }
}

resource "aws_ssm_parameter" "this" {
  for_each = { for path, parameter in local.parameters : path => parameter if var.store == "ssm" }

  name             = "/${var.folder}/${each.key}"
  description      = "${each.value.name} for ${each.value.reader}"
  type             = "SecureString"
  value_wo         = lookup(var.values, each.value.name, "")
  value_wo_version = local.version

  # Where none is named the provider leaves the one that was there. Where its name has not changed the provider does not
  # send it, and AWS takes its own; hence another alias for each version.
  key_id = coalesce(var.key_alias, "alias/aws/ssm")
}

resource "aws_secretsmanager_secret" "this" {
  for_each = { for reader, names in local.readers : reader => names if var.store == "secrets_manager" }

  name        = "${var.folder}/${each.key}"
  description = "${join(", ", each.value)} for ${each.key}"
  kms_key_id  = coalesce(var.key_arn, "alias/aws/secretsmanager")

  # What is deleted is gone at once, or its name could not be used again for days. Nothing is lost: .env has it.
  recovery_window_in_days = 0
}

resource "aws_secretsmanager_secret_version" "this" {
  for_each = aws_secretsmanager_secret.this

  secret_id                = each.value.id
  secret_string_wo         = jsonencode({ for name in local.readers[each.key] : name => lookup(var.values, name, "") })
  secret_string_wo_version = local.version
}
