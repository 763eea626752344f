output "network" {
  description = "What a function needs to know to run in it."
  value       = { subnet_ids = aws_subnet.private[*].id, security_group_ids = [aws_security_group.functions.id] }
}

output "address" {
  description = "The address that Kaltura sees."
  value       = aws_eip.this.public_ip
}
