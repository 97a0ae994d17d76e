"""What promoters earn on what those they brought have bought."""
