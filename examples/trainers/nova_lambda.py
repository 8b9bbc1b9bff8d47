"""Amazon Nova's reward function; the handler's name is nova_lambda.lambda_handler."""

from plaudit.nova import lambda_handler

__all__ = ["lambda_handler"]
