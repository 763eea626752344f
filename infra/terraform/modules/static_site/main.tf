# One address for everything: the Activity's files from a bucket, the APIs behind their paths.

locals {
  # AWS's own policies, the same in every account (CloudFront guide, "Use managed cache policies").
  caching_optimized              = "658327ea-f89d-4fab-a63d-7e88639e58f6"
  caching_disabled               = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
  all_viewer_except_host         = "b689b0a8-53d0-40ab-baf2-68738e2966ac"
  behaviours_to_the_http_api     = ["/api/*", "/j/*", "/discord/*", "/kaltura/*"]
  behaviours_to_the_http_api_map = { for pattern in local.behaviours_to_the_http_api : pattern => "http-api" }

  # Longer patterns never hide behind shorter ones here, so their order does not matter.
  api_behaviours = merge(local.behaviours_to_the_http_api_map, { ("/${var.websocket_path}") = "websocket-api" })
}

resource "aws_cloudfront_origin_access_control" "this" {
  name                              = var.name
  description                       = "CloudFront reads the bucket"
  origin_access_control_origin_type = "s3"
  signing_behavior                  = "always"
  signing_protocol                  = "sigv4"
}

resource "aws_cloudfront_response_headers_policy" "this" {
  name    = var.name
  comment = "What holds for every file of the page"

  security_headers_config {
    content_type_options {
      override = true
    }

    referrer_policy {
      referrer_policy = "no-referrer"
      override        = true
    }

    strict_transport_security {
      access_control_max_age_sec = 31536000
      include_subdomains         = true
      override                   = true
    }
  }
}

# In Discord's frame Discord sets the page's policy; in a tab of its own we do.
resource "aws_cloudfront_function" "page_policy" {
  name    = "${var.name}-page-policy"
  comment = "The content security policy of the page in a browser tab"
  runtime = "cloudfront-js-2.0"
  publish = true
  code = templatefile("${path.module}/page_policy.js.tftpl", {
    origins = jsonencode(var.page_origins)
  })
}

# A host of Kaltura's knows nothing of the prefix that it is reached by.
resource "aws_cloudfront_function" "without_prefix" {
  count = length(var.proxied_hosts) > 0 ? 1 : 0

  name    = "${var.name}-without-prefix"
  comment = "Takes /k/{host key} off the path"
  runtime = "cloudfront-js-2.0"
  publish = true
  code    = file("${path.module}/without_prefix.js")
}

resource "aws_cloudfront_distribution" "this" {
  comment             = var.name
  enabled             = true
  is_ipv6_enabled     = true
  http_version        = "http2and3"
  price_class         = var.price_class
  default_root_object = "index.html"
  aliases             = var.domain_name == "" ? [] : [var.domain_name]
  web_acl_id          = var.firewall_arn

  origin {
    origin_id                = "files"
    domain_name              = aws_s3_bucket.this.bucket_regional_domain_name
    origin_access_control_id = aws_cloudfront_origin_access_control.this.id
  }

  dynamic "origin" {
    for_each = merge(
      { http-api = var.http_api_domain, websocket-api = var.websocket_api_domain },
      { for key, host in var.proxied_hosts : "k-${key}" => host },
    )

    content {
      origin_id   = origin.key
      domain_name = origin.value

      custom_origin_config {
        http_port              = 80
        https_port             = 443
        origin_protocol_policy = "https-only"
        origin_ssl_protocols   = ["TLSv1.2"]
        origin_read_timeout    = 30
      }
    }
  }

  default_cache_behavior {
    target_origin_id           = "files"
    viewer_protocol_policy     = "redirect-to-https"
    allowed_methods            = ["GET", "HEAD"]
    cached_methods             = ["GET", "HEAD"]
    compress                   = true
    cache_policy_id            = local.caching_optimized
    response_headers_policy_id = aws_cloudfront_response_headers_policy.this.id

    function_association {
      event_type   = "viewer-response"
      function_arn = aws_cloudfront_function.page_policy.arn
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = local.api_behaviours

    content {
      path_pattern             = ordered_cache_behavior.key
      target_origin_id         = ordered_cache_behavior.value
      viewer_protocol_policy   = "https-only"
      allowed_methods          = ["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"]
      cached_methods           = ["GET", "HEAD"]
      compress                 = true
      cache_policy_id          = local.caching_disabled
      origin_request_policy_id = local.all_viewer_except_host
    }
  }

  dynamic "ordered_cache_behavior" {
    for_each = var.proxied_hosts

    content {
      path_pattern           = "/k/${ordered_cache_behavior.key}/*"
      target_origin_id       = "k-${ordered_cache_behavior.key}"
      viewer_protocol_policy = "https-only"
      allowed_methods        = ["GET", "HEAD"]
      cached_methods         = ["GET", "HEAD"]
      cache_policy_id        = local.caching_optimized

      function_association {
        event_type   = "viewer-request"
        function_arn = aws_cloudfront_function.without_prefix[0].arn
      }
    }
  }

  restrictions {
    geo_restriction {
      restriction_type = "none"
    }
  }

  viewer_certificate {
    cloudfront_default_certificate = var.certificate_arn == ""
    acm_certificate_arn            = var.certificate_arn == "" ? null : var.certificate_arn
    ssl_support_method             = var.certificate_arn == "" ? null : "sni-only"
    minimum_protocol_version       = var.certificate_arn == "" ? "TLSv1" : "TLSv1.2_2021"
  }
}
