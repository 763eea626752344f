# The secrets of .env in SSM Parameter Store: a folder for each function, with those it needs and no others.
#
# They are written by a write-only attribute, so neither the plan nor the state holds them.

locals {
  parameters = merge([
    for reader, names in var.readers : {
      for name in names : "${reader}/${name}" => { reader = reader, name = name }
    }
  ]...)
}

resource "aws_ssm_parameter" "this" {
  for_each = local.parameters

  name             = "/${var.folder}/${each.key}"
  description      = "${each.value.name} for ${each.value.reader}"
  type             = "SecureString"
  key_id           = var.key_arn
  value_wo         = lookup(var.values, each.value.name, "")
  value_wo_version = var.values_version
}
