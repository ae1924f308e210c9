"""The commands of `waakvlam`, one module each; `deploy.__main__` puts them together."""
