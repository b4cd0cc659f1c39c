"""What leaves for an inspector, a coroner or a court: PackRequest, its steps, and the signed Pack.

It reads every table about a person by its declared law, as the system on behalf of the asker, never beyond that prison's reach.
It never changes a record, and nothing leaves without a basis and a second person.
"""
