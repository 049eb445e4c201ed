"""Files from outside, read into typed values with every problem named by row and column."""
