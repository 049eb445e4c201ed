"""What surrounds a journal that is keyed: what is typed so far, the papers kept with it."""

from trust_commissioning.entering.attaching import LARGEST, TYPES, attach, detach
from trust_commissioning.entering.typed import Typed, forget, keep, typed_by

__all__ = ["LARGEST", "TYPES", "Typed", "attach", "detach", "forget", "keep", "typed_by"]
