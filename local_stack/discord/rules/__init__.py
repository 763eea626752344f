"""The rules by which Discord refuses what an application sends it, one module per family."""
