"""Quality of a published dataset: completeness, freshness, and what pushes have found over time."""
