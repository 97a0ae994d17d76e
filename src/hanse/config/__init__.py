"""How the process is set up: settings from the environment, urls, server entry points, the embedded database."""
