"""How hard the property tests try: a little at each run, hard in ./trust prove."""

from hypothesis import HealthCheck, settings

# A deadline for one example would measure the machine, which other work may be sharing.
_COMMON = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True)

settings.register_profile("quick", _COMMON, max_examples=100)
settings.register_profile("prove", _COMMON, max_examples=2_000)
settings.load_profile("quick")
