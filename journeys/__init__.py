"""Stories about named people, told through a real browser, a real web server and a real database."""
