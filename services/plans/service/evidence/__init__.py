"""Evidence: asked for once, received, reviewed, shown to who may see it, reused, and revoked."""
