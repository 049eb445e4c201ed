"""The roof: pages that ask the application and show its answers."""
