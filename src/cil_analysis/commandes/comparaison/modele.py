"""The empty table in which an analyst types the figures of a published bilan, with the codes that it may use."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence

from cil_analysis.extraits.saisies.chiffres_publies import COMMENTAIRE, ENTETES
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, Indicateur
from cil_analysis.rapport.mots.definitions import UNITES
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import typographie

_MODE_D_EMPLOI = (
    "Un chiffre publié par ligne, au-dessus de ces lignes ou à leur place : ce qui commence par # n’est pas lu.",
    "Obligatoires : indicateur (code ou titre), annee, valeur. Recopiez la valeur avec ses décimales : 25,3 et non 25.",
    "perimetre_type et perimetre_code vides : toute l’intercommunalité. Un nom de commune ou de quartier suffit.",
    "acteur_code : un bailleur ou un réservataire, par son code ou son nom. numerateur, denominateur : facultatifs.",
    "perimetre_type : epci, commune, qpv, en_qpv, hors_qpv. acteur_type : bailleur, reservataire.",
)


def modele(references: References, indicateurs: Sequence[Indicateur]) -> str:
    """The file as a French spreadsheet opens it: semicolons, headings, then lines of comments."""
    flux = io.StringIO()
    ecrivain = csv.writer(flux, delimiter=";", lineterminator="\r\n")
    ecrivain.writerow(ENTETES)
    for phrase in (*_MODE_D_EMPLOI, *_codes(references, indicateurs)):
        ecrivain.writerow([typographie(f"{COMMENTAIRE} {phrase}")])
    return flux.getvalue()


def _codes(references: References, indicateurs: Sequence[Indicateur]) -> Iterator[str]:
    for nom in ("bailleurs", "reservataires"):
        paires = references.nomenclatures[nom].libelles().items()
        yield f"{nom.replace('reser', 'réser')} : {', '.join(f'{code} ({libelle})' for code, libelle in paires)}"
    for indicateur in indicateurs:
        nomenclature = references.nomenclatures.get(indicateur.modalites)
        codes = [*nomenclature.codes(), NON_RENSEIGNE] if nomenclature else []
        if not codes and indicateur.modalites:
            codes = list(libelles.modalites(references, indicateur))
        suite = f" ; modalite : {', '.join(dict.fromkeys(codes))}" if codes else ""
        yield f"{indicateur.code} : {indicateur.titre} ({UNITES[indicateur.unite]}){suite}"
