"""The pages of signing in, by who stands before them."""
