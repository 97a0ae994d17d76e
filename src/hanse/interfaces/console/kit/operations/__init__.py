"""What the console itself keeps."""
