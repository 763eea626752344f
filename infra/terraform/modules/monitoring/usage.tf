# How the app is used, and how those it depends on answer. Nothing is measured for this: the log is asked when somebody
# opens the dashboard, which costs what is read then (CloudWatch Logs Insights) and nothing otherwise.

locals {
  asked = ["api", "housekeeping", "interactions", "notifier", "tasks"]
  logs  = { for name in local.asked : name => "SOURCE '/aws/lambda/${lookup(var.functions, name, name)}'" }
  all   = join(" | ", values(local.logs))
  used  = "filter message = \"interaction\" and type != \"autocomplete\""

  questions = [
    { title = "Commands: how often", view = "table", query = "${local.logs.interactions} | ${local.used} | stats count(*) as uses by command | sort uses desc" },
    { title = "Commands adopted: in how many servers", view = "table", query = "${local.logs.interactions} | ${local.used} | stats count_distinct(guild_id) as servers by command | sort servers desc" },
    { title = "People of a day", view = "timeSeries", query = "${local.logs.interactions} | ${local.used} | stats count_distinct(person) as people by bin(1d)" },
    { title = "Servers of a day", view = "timeSeries", query = "${local.logs.interactions} | ${local.used} | stats count_distinct(guild_id) as servers by bin(1d)" },
    { title = "Meetings started", view = "timeSeries", query = "${local.logs.tasks} | filter usage = \"meeting_started\" | stats count(*) as meetings by bin(1d)" },
    { title = "Meetings joined", view = "timeSeries", query = "${local.logs.api} | filter usage = \"meeting_joined\" | stats count(*) as people by bin(1d)" },
    { title = "Meetings adopted: kinds, and in how many servers", view = "table", query = "${local.logs.tasks} | filter usage = \"meeting_started\" | stats count(*) as meetings, count_distinct(guild_id) as servers by kind | sort servers desc" },
    { title = "Notifications adopted: told, and in how many servers", view = "table", query = "${local.logs.notifier} | filter message = \"told\" | stats count(*) as told, count_distinct(guild_id) as servers by type | sort servers desc" },
    { title = "Acknowledgement, ms", view = "timeSeries", query = "${local.logs.interactions} | ${local.used} | stats pct(duration_ms, 50) as p50, pct(duration_ms, 95) as p95, pct(duration_ms, 99) as p99 by bin(1h)" },
    { title = "From what happened to its message, ms", view = "timeSeries", query = "${local.logs.notifier} | filter message = \"told\" | stats pct(after_ms, 50) as p50, pct(after_ms, 95) as p95 by bin(1h)" },
    { title = "Kaltura: calls, how many went well, ms", view = "table", query = "${local.all} | filter ispresent(kaltura_action) | stats count(*) as calls, sum(strcontains(kaltura_code, \"OK\")) as well, pct(duration_ms, 50) as p50, pct(duration_ms, 95) as p95 by kaltura_service, kaltura_action | sort calls desc" },
    { title = "Discord: calls by answer, ms", view = "table", query = "${local.all} | filter message like /^discord call/ | stats count(*) as calls, pct(duration_ms, 50) as p50, pct(duration_ms, 95) as p95 by method, status | sort calls desc" },
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
