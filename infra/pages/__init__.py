"""The pages that Discord's verification asks for, made of docs/privacy.md and docs/terms.md."""
