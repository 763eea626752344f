# The page's files in a bucket that only CloudFront reads.

locals {
  assets = fileset(var.folder, "assets/**")
  pages  = setsubtract(fileset(var.folder, "**"), local.assets)

  # A browser does not run a script of a wrong type.
  types = {
    html        = "text/html; charset=utf-8"
    js          = "text/javascript; charset=utf-8"
    mjs         = "text/javascript; charset=utf-8"
    css         = "text/css; charset=utf-8"
    txt         = "text/plain; charset=utf-8"
    json        = "application/json"
    map         = "application/json"
    svg         = "image/svg+xml"
    png         = "image/png"
    ico         = "image/x-icon"
    wasm        = "application/wasm"
    webmanifest = "application/manifest+json"
    woff2       = "font/woff2"
  }
}

resource "aws_s3_bucket" "this" {
  bucket        = var.bucket_name
  force_destroy = !var.protect
}

resource "aws_s3_bucket_public_access_block" "this" {
  bucket                  = aws_s3_bucket.this.id
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_ownership_controls" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    # What is in it is public anyway; a key of our own would have to be opened to CloudFront for nothing.
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

# A mistake can be taken back.
resource "aws_s3_bucket_versioning" "this" {
  bucket = aws_s3_bucket.this.id

  versioning_configuration {
    status = "Enabled"
  }
}

resource "aws_s3_bucket_lifecycle_configuration" "this" {
  bucket = aws_s3_bucket.this.id

  rule {
    id     = "forget-old-versions"
    status = "Enabled"

    filter {}

    noncurrent_version_expiration {
      noncurrent_days = 90
    }

    abort_incomplete_multipart_upload {
      days_after_initiation = 7
    }
  }

  depends_on = [aws_s3_bucket_versioning.this]
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.id

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "CloudFrontReads"
        Effect    = "Allow"
        Principal = { Service = "cloudfront.amazonaws.com" }
        # To be able to list is to be told 404 instead of 403 where there is nothing.
        Action    = ["s3:GetObject", "s3:ListBucket"]
        Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
        Condition = { StringEquals = { "AWS:SourceArn" = aws_cloudfront_distribution.this.arn } }
      },
      {
        Sid       = "NobodyWithoutTls"
        Effect    = "Deny"
        Principal = "*"
        Action    = "s3:*"
        Resource  = [aws_s3_bucket.this.arn, "${aws_s3_bucket.this.arn}/*"]
        Condition = { Bool = { "aws:SecureTransport" = "false" } }
      },
    ]
  })

  depends_on = [aws_s3_bucket_public_access_block.this]
}

# New assets come first, then the pages that name them, and the assets of before go last. What a page that is open already
# may still ask for is its clock's worker, without which it goes on (activity_client/src/sync/ticker.ts).
resource "aws_s3_object" "assets" {
  for_each = local.assets

  bucket       = aws_s3_bucket.this.id
  key          = each.value
  source       = "${var.folder}/${each.value}"
  source_hash  = filemd5("${var.folder}/${each.value}")
  content_type = lookup(local.types, reverse(split(".", each.value))[0], "application/octet-stream")

  # A hash is in their names, so these never change.
  cache_control = "public, max-age=31536000, immutable"

  lifecycle {
    create_before_destroy = true
  }
}

resource "aws_s3_object" "pages" {
  for_each = local.pages

  bucket = aws_s3_bucket.this.id
  # `/privacy` is privacy.html; `/` is index.html, which CloudFront names in full.
  key           = each.value == "index.html" ? each.value : trimsuffix(each.value, ".html")
  source        = "${var.folder}/${each.value}"
  source_hash   = filemd5("${var.folder}/${each.value}")
  content_type  = lookup(local.types, reverse(split(".", each.value))[0], "application/octet-stream")
  cache_control = "no-cache"

  depends_on = [aws_s3_object.assets]
}
