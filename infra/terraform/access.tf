# What each function's role may do: what its entry in the list says (`access`), on the resources of this deployment.

locals {
  parameter_arn = "arn:${data.aws_partition.current.partition}:ssm:${var.region}:${data.aws_caller_identity.current.account_id}:parameter"

  table_statements = {
    for name, function in local.functions : name => length(function.access.table) == 0 ? [] : [{
      sid       = "UseTable"
      actions   = [for action in function.access.table : "dynamodb:${action}"]
      resources = concat([module.table.arn], contains(function.access.table, "Query") ? [module.table.index_arn] : [])
    }]
  }

  send_statements = {
    for name, function in local.functions : name => length(function.access.queues) == 0 ? [] : [{
      sid       = "SendTasks"
      actions   = ["sqs:SendMessage"]
      resources = [for queue in function.access.queues : module.queue[queue].arn]
    }]
  }

  look_statements = {
    for name, function in local.functions : name => length(function.access.queues_seen) == 0 ? [] : [{
      sid       = "LookAtQueues"
      actions   = ["sqs:GetQueueAttributes"]
      resources = [for queue in function.access.queues_seen : module.queue[queue].arn]
    }]
  }

  receive_statements = {
    for name, function in local.functions : name => function.queue == "" ? [] : [{
      sid       = "WorkOffQueue"
      actions   = ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ChangeMessageVisibility"]
      resources = [module.queue[function.queue].arn]
    }]
  }

  # Asking for a folder is checked against the folder's own name; what is in it is named too, as AWS's examples do. A
  # secret's own ARN ends in letters that AWS made up, so nothing is left open there.
  secret_statements = {
    for name, function in local.functions : name => length(function.access.secrets) == 0 ? [] : [{
      sid     = "ReadOwnSecrets"
      actions = [var.secret_store == "ssm" ? "ssm:GetParametersByPath" : "secretsmanager:GetSecretValue"]
      resources = var.secret_store == "ssm" ? [
        "${local.parameter_arn}/${local.secrets_folder}/${name}",
        "${local.parameter_arn}/${local.secrets_folder}/${name}/*",
      ] : [module.secrets.places[name]]
    }]
  }

  socket_statements = {
    for name, function in local.functions : name => function.access.sockets ? [{
      sid       = "SpeakToSockets"
      actions   = ["execute-api:ManageConnections"]
      resources = module.websocket_api.connection_arns
    }] : []
  }

  statements = {
    for name in keys(local.functions) : name => concat(
      local.table_statements[name],
      local.send_statements[name],
      local.look_statements[name],
      local.receive_statements[name],
      local.secret_statements[name],
      local.socket_statements[name],
    )
  }
}
