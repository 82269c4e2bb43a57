"""The service plans: assessment, evidence, options, approval, agreement."""
