"""What comes in files from outside, read exactly or named as a problem."""
