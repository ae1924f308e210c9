"""Finding people by name, phone or number without keeping either in the clear: blind tokens (design §5).

A view keeps, beside the sealed name, keyed hashes of what a person could type to find it. Who asks types a
text; the same hashes are made of it and compared. What that gives away to somebody who holds the database
and not the key stands in ``chassis.search.tokens``.
"""

from chassis.search.query import NothingToLookFor, Query
from chassis.search.tokens import Tokens

__all__ = ["NothingToLookFor", "Query", "Tokens"]
