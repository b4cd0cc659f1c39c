"""The pages of the chart, a file a subject."""
