output "paths" {
  description = "Each function's folder."
  value       = { for reader, names in var.readers : reader => "/${var.folder}/${reader}" if length(names) > 0 }
}

output "names" {
  description = "All parameters."
  value       = toset([for parameter in aws_ssm_parameter.this : parameter.name])
}
