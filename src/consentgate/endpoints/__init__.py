"""What consentgate answers itself: all under its prefix, and three addresses under /.well-known/."""

from consentgate.endpoints.endpoints import Endpoints

__all__ = ["Endpoints"]
