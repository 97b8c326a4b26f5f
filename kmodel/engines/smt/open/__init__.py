"""Proofs for every scope by z3."""
