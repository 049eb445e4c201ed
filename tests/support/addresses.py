"""Two accounts of one person."""

from sqlalchemy import Engine, update
from sqlmodel import col

from trust_commissioning.store import transaction
from trust_commissioning.store.tables import PersonRow


def one_address(engine: Engine, *usernames: str, address: str = "h.clerk@council.example") -> None:
    """Give accounts one e-mail address, however it is written in each."""
    with transaction(engine) as session:
        for place, username in enumerate(usernames):
            email = f" {address.title()}" if place else address
            session.execute(
                update(PersonRow).where(col(PersonRow.username) == username).values(email=email)
            )
