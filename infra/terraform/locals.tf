data "aws_caller_identity" "current" {}
data "aws_partition" "current" {}

locals {
  name = "kaltura-discord-${var.environment}"

  tags = merge({ Project = "kaltura-discord", Environment = var.environment, ManagedBy = "terraform" }, var.tags)

  # One list for the local stack and for AWS. Whatever an entry may leave out gets its default here, once.
  described = jsondecode(file(var.functions_file))
  packages  = jsondecode(file("${var.packages_folder}/packages.json"))

  functions = {
    for function in local.described.functions : function.name => {
      handler          = function.handler
      description      = function.description
      timeout          = function.timeout_seconds
      memory           = function.memory_megabytes
      routes           = try(function.routes, [])
      queue            = try(function.queue, "")
      batch_size       = try(function.batch_size, 10)
      schedule_seconds = try(function.schedule_seconds, 0)
      websocket        = try(flatten([function.websocket]), [])
      identity_sources = try(function.identity_sources, [])
      access = {
        table       = try(function.access.table, [])
        queues      = try(function.access.queues, [])
        queues_seen = try(function.access.queues_seen, [])
        secrets     = [for name in try(function.access.secrets, []) : name if contains(var.secret_names, name)]
        sockets     = try(function.access.sockets, false)
      }
    }
  }

  queues = { for queue in try(local.described.queues, []) : queue.name => queue }

  # Whoever reads a queue; one function at most.
  consumers = { for name, function in local.functions : function.queue => name if function.queue != "" }

  scheduled = { for name, function in local.functions : name => function.schedule_seconds if function.schedule_seconds > 0 }

  http_routes = merge([for name, function in local.functions : { for route in function.routes : route => name }]...)

  # The routes of the WebSocket API by API Gateway's names; the authorizer is none of them.
  predefined_socket_routes = { connect = "$connect", disconnect = "$disconnect", default = "$default" }
  socket_routes = merge([
    for name, function in local.functions : {
      for role in function.websocket : lookup(local.predefined_socket_routes, role, role) => name if role != "authorizer"
    }
  ]...)
  authorizer = one([for name, function in local.functions : name if contains(function.websocket, "authorizer")])

  # The functions whose routes stand behind the API, without duplicates.
  http_functions   = toset(values(local.http_routes))
  socket_functions = toset(values(local.socket_routes))

  public_base_url = var.domain_name == "" ? "https://${module.static_site.domain_name}" : "https://${var.domain_name}"

  # What is new is encrypted with `key_arn`; what was encrypted before may be read with `readable_key_arn`.
  has_own_key      = var.use_customer_key || var.keep_customer_key
  key_arn          = var.use_customer_key ? aws_kms_key.own[0].arn : null
  readable_key_arn = local.has_own_key ? aws_kms_key.own[0].arn : null
  log_groups_arn   = "arn:${data.aws_partition.current.partition}:logs:${var.region}:${data.aws_caller_identity.current.account_id}:log-group"
}
