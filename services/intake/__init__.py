"""The service intake: cases, holds, requests, import."""
