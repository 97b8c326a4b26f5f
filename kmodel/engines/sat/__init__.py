"""Finite systems as circuits of bits, decided by SAT solvers. The only package that imports python-sat."""
