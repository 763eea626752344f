output "places" {
  description = "Where each function finds its own: a folder's path, or a secret's ARN. Known when they are written, so that whoever starts with it finds the new ones."
  value = {
    for reader in keys(local.readers) :
    reader => var.store == "ssm" ? "/${var.folder}/${reader}" : aws_secretsmanager_secret.this[reader].arn
  }

  depends_on = [aws_ssm_parameter.this, aws_secretsmanager_secret_version.this]
}

output "names" {
  description = "All parameters, or all secrets."
  value = toset(concat(
    [for parameter in aws_ssm_parameter.this : parameter.name],
    [for secret in aws_secretsmanager_secret.this : secret.name],
  ))
}

output "written" {
  description = "The KMS keys that they are encrypted with, and the versions they were written as."
  value = {
    keys = distinct(concat(
      [for parameter in aws_ssm_parameter.this : parameter.key_id],
      [for secret in aws_secretsmanager_secret.this : secret.kms_key_id],
    ))
    versions = distinct(concat(
      [for parameter in aws_ssm_parameter.this : parameter.value_wo_version],
      [for version in aws_secretsmanager_secret_version.this : version.secret_string_wo_version],
    ))
  }
}
