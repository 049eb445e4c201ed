"""What packages are installed is looked up once, not for each page a test opens.

Streamlit reads the metadata of every installed package when a script's runtime begins, which is
once in a server's life and once in each `AppTest`: more than half of what the tests of pages cost.
"""

from __future__ import annotations

from functools import cache

from streamlit.components.v2 import manifest_scanner

manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)
