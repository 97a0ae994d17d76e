"""From YAML to a typed scenario; everything that is wrong with a file is found in one reading."""
