"""Test landlords beside the others, before and since the cotation began: C08 and C09."""

from __future__ import annotations

from cil_analysis.indicators.cadre import EPCI, PCT, POINTS, PRESENTES, Compte, Indicateur
from cil_analysis.indicators.cadre import Ventilation as V
from cil_analysis.indicators.vocabulaire import BAUX, REGLES
from cil_analysis.indicators.vocabulaire_cotation import NOTES, RANG_BAS, RANG_HAUT, SCORE_BAS, SCORE_HAUT, SOURCE

_SOURCE = f"{SOURCE} ; bailleurs testeurs et dates : cotation/grilles.csv, governance/documents.csv"


def _groupe(code: str, nom: str, classe: str) -> list[Indicateur]:
    """The median score, the low and the high scores of the households that a group of landlords housed."""
    commun = {
        "source": _SOURCE,
        "modalites": "moments_cotation",
        "regles": REGLES,
        "ventilations": (V(EPCI), V(EPCI, modalites=PRESENTES)),
    }
    champ = (("groupe_cotation", classe),)
    parts = (
        ("B", "Attributions loin sous la médiane", SCORE_BAS, RANG_BAS, "dont le score est bas"),
        (
            "H",
            "Attributions aux scores les plus élevés",
            SCORE_HAUT,
            RANG_HAUT,
            "dont le score est parmi les plus élevés",
        ),
    )
    return [
        Indicateur(
            code,
            f"Score médian des ménages logés par les {nom}",
            "Médiane du score le jour de la signature du bail, en points",
            POINTS,
            population=f"{BAUX} par les {nom}, dont le score est connu",
            definition=f"Le score que la moitié des ménages logés par les {nom} n’ont pas dépassé, avant et depuis le "
            "début de la cotation",
            compte=Compte(champ=(*champ, *NOTES), axe="moment_cotation", mesure=("score_cotation", "mediane")),
            **commun,  # type: ignore[arg-type]  # the same words for three indicators
        ),
        *(
            Indicateur(
                code + suffixe,
                f"{titre}, {nom}",
                f"Attributions des {nom} dont le score est {score} ÷ attributions des {nom}",
                PCT,
                population=f"{BAUX} par les {nom}",
                definition=f"La part des attributions des {nom} à des ménages {qui}, avant et depuis le début de la "
                "cotation",
                compte=Compte(champ=champ, public=public, axe="moment_cotation"),
                **commun,  # type: ignore[arg-type]
            )
            for suffixe, titre, score, public, qui in parts
        ),
    ]


ESSAI: tuple[Indicateur, ...] = (
    *_groupe("C08", "bailleurs testeurs", "TESTEUR"),
    *_groupe("C09", "autres bailleurs", "AUTRE"),
)
