"""The console kit: lists, details, forms, files of rows and dashboards, each declared as data."""
