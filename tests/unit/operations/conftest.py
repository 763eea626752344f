"""A real table, for what is more than a small cloud understands."""

from tests.unit.domain.conftest import embedded_aws, environment

__all__ = ["embedded_aws", "environment"]
