"""The five outcomes, with the official wordings of each document that names them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What money is for. The value is the key used in files, the database and JSON."""

    BE_HEALTHY = "be_healthy"
    STAY_SAFE = "stay_safe"
    ENJOY_AND_ACHIEVE = "enjoy_and_achieve"
    POSITIVE_CONTRIBUTION = "positive_contribution"
    ECONOMIC_WELL_BEING = "economic_well_being"

    @property
    def title(self) -> str:  # type: ignore[override]
        """Its short name in *Every Child Matters: Change for Children* (2004)."""
        return WORDINGS[self].title


NOT_ATTRIBUTED = "not_attributed"
"""The key of the line for spend with no outcome yet: always shown, never hidden."""


@dataclass(frozen=True, slots=True)
class Wording:
    """How the documents word one outcome; the wordings differ, so each is kept with its source.

    `green_paper` is *Every Child Matters* (2003), paragraph 1.3; `children_act` is the Children
    Act 2004, section 10(2); `title`, `aims` and `family_aim` are *Change for Children* (2004).
    """

    title: str
    green_paper: str
    children_act: str
    aims: tuple[str, ...]
    family_aim: str


WORDINGS: dict[Outcome, Wording] = {
    Outcome.BE_HEALTHY: Wording(
        title="Be healthy",
        green_paper=(
            "being healthy: enjoying good physical and mental health and living a healthy lifestyle"
        ),
        children_act="(a) physical and mental health and emotional well-being",
        aims=(
            "Physically healthy",
            "Mentally and emotionally healthy",
            "Sexually healthy",
            "Healthy lifestyles",
            "Choose not to take illegal drugs",
        ),
        family_aim="Parents, carers and families promote healthy choices",
    ),
    Outcome.STAY_SAFE: Wording(
        title="Stay safe",
        green_paper=(
            "staying safe: being protected from harm and neglect and growing up able to "
            "look after themselves"
        ),
        children_act="(b) protection from harm and neglect",
        aims=(
            "Safe from maltreatment, neglect, violence and sexual exploitation",
            "Safe from accidental injury and death",
            "Safe from bullying and discrimination",
            "Safe from crime and anti-social behaviour in and out of school",
            "Have security, stability and are cared for",
        ),
        family_aim="Parents, carers and families provide safe homes and stability",
    ),
    Outcome.ENJOY_AND_ACHIEVE: Wording(
        title="Enjoy and achieve",
        green_paper=(
            "enjoying and achieving: getting the most out of life and developing broad "
            "skills for adulthood"
        ),
        children_act="(c) education, training and recreation",
        aims=(
            "Ready for school",
            "Attend and enjoy school",
            "Achieve stretching national educational standards at primary school",
            "Achieve personal and social development and enjoy recreation",
            "Achieve stretching national educational standards at secondary school",
        ),
        family_aim="Parents, carers and families support learning",
    ),
    Outcome.POSITIVE_CONTRIBUTION: Wording(
        title="Make a positive contribution",
        green_paper=(
            "making a positive contribution: to the community and to society and not "
            "engaging in anti-social or offending behaviour"
        ),
        children_act="(d) the contribution made by them to society",
        aims=(
            "Engage in decision-making and support the community and environment",
            "Engage in law-abiding and positive behaviour in and out of school",
            "Develop positive relationships and choose not to bully and discriminate",
            "Develop self-confidence and successfully deal with significant life changes and challenges",
            "Develop enterprising behaviour",
        ),
        family_aim="Parents, carers and families promote positive behaviour",
    ),
    Outcome.ECONOMIC_WELL_BEING: Wording(
        title="Achieve economic well-being",
        green_paper=(
            "economic well-being: overcoming socio-economic disadvantages to achieve their "
            "full potential in life"
        ),
        children_act="(e) social and economic well-being",
        aims=(
            "Engage in further education, employment or training on leaving school",
            "Ready for employment",
            "Live in decent homes and sustainable communities",
            "Access to transport and material goods",
            "Live in households free from low income",
        ),
        family_aim="Parents, carers and families are supported to be economically active",
    ),
}
