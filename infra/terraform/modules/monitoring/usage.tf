# How the app is used. Nothing is measured for this: the log is asked when somebody opens the dashboard, which costs what
# is read then (CloudWatch Logs Insights) and nothing otherwise.

locals {
  logs = { for name in ["interactions", "tasks", "api"] : name => "SOURCE '/aws/lambda/${lookup(var.functions, name, name)}'" }
  used = "filter message = \"interaction\" and type != \"autocomplete\""

  questions = [
    { title = "Commands: how often", view = "table", query = "${local.logs.interactions} | ${local.used} | stats count(*) as uses by command | sort uses desc" },
    { title = "Commands: in how many servers", view = "table", query = "${local.logs.interactions} | ${local.used} | stats count_distinct(guild_id) as servers by command | sort servers desc" },
    { title = "People of a day", view = "timeSeries", query = "${local.logs.interactions} | ${local.used} | stats count_distinct(person) as people by bin(1d)" },
    { title = "Servers of a day", view = "timeSeries", query = "${local.logs.interactions} | ${local.used} | stats count_distinct(guild_id) as servers by bin(1d)" },
    { title = "Meetings started", view = "timeSeries", query = "${local.logs.tasks} | filter usage = \"meeting_started\" | stats count(*) as meetings by bin(1d)" },
    { title = "Meetings joined", view = "timeSeries", query = "${local.logs.api} | filter usage = \"meeting_joined\" | stats count(*) as people by bin(1d)" },
    { title = "Acknowledgement, ms", view = "timeSeries", query = "${local.logs.interactions} | ${local.used} | stats pct(duration_ms, 50) as p50, pct(duration_ms, 95) as p95, pct(duration_ms, 99) as p99 by bin(1h)" },
    { title = "Servers known without asking the table, of 1", view = "timeSeries", query = "${local.logs.interactions} | ${local.used} | stats avg(is_cached) as known by bin(1h)" },
  ]
}

resource "aws_cloudwatch_dashboard" "usage" {
  count = var.level == "full" ? 1 : 0

  dashboard_name = "${var.name}-usage"
  dashboard_body = jsonencode({
    widgets = [
      for index, question in local.questions : {
        type       = "log"
        x          = 12 * (index % 2)
        y          = 6 * floor(index / 2)
        width      = 12
        height     = 6
        properties = { title = question.title, region = var.region, view = question.view, query = question.query }
      }
    ]
  })
}
