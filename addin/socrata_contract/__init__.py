"""The contract of a Socrata portal as data: endpoints, and guesses with their evidence.

The practice portal has a switch for each guess, the doctor and the rehearsal a check, the client a
safe behavior for the alternatives; all of them, and the documentation, read this one table.
Nothing here imports anything of either side.
"""

from socrata_contract.contract_tables import ENDPOINTS, GUESSES, Endpoint, Guess

__all__ = ["ENDPOINTS", "GUESSES", "Endpoint", "Guess"]
