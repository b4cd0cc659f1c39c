"""One record and one plan that hold through every hand-over in justice healthcare."""
