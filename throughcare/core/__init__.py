"""The ground floor: clock, prison day, quantities, identifiers, keys, laws, rulebook loader, components, base page.

It knows nothing of people, prisons or care, and imports nothing of ours.
It never holds a table about a person.
"""
