"""The simulated Kaltura: api_v3, the CDN front, the media host and KAF; see server.py."""
