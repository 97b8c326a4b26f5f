"""See the design in docs/architecture.md."""
