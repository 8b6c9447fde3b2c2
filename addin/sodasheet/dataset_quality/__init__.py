"""Quality of a published dataset: completeness, freshness, and the findings of pushes over time."""
