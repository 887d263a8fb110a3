"""What tells an import from another: when it is the same, there is nothing to do, not even to read the files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any

from cil_analysis.empreintes import empreinte_du_code
from cil_analysis.extraits import store
from cil_analysis.extraits.journal import VERSION
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lots import extraits_voisins
from cil_analysis.extraits.pseudonyms import empreinte
from cil_analysis.projet import Projet
from cil_analysis.reference.columns import Dictionnaire
from cil_analysis.reference.ensemble import References


def deja_fait(
    projet: Projet, references: References, sources: Sequence[Source], annee: int, extrait: str | None, cle: bytes
) -> dict[str, Any] | None:
    """The journal of the import that these very files would be, by their digests: nothing of them has to be read."""
    for dictionnaire in references.dictionnaires_de(extrait).values():
        ancien = store.lire_journal(projet, dictionnaire.extrait, annee)
        if ancien is None or {f["sha256"] for f in ancien["fichiers"]} != {source.sha256 for source in sources}:
            continue
        identite = identite_de(sources, marques_de(projet, references, dictionnaire, annee, cle), None)
        if ancien.get("identite") == identite and store.est_intact(projet, dictionnaire.extrait, annee):
            return ancien
    return None


def marques_de(
    projet: Projet, references: References, dictionnaire: Dictionnaire, annee: int, cle: bytes
) -> dict[str, str]:
    """What an import depends on besides its files: reference data, key, the other extracts, the code that reads."""
    return {
        "references": references.empreinte(),
        "empreinte_cle": empreinte(cle),
        "voisins": _voisins(projet, dictionnaire, annee),
        "code": empreinte_du_code("extraits", "reference"),
    }


def _voisins(projet: Projet, dictionnaire: Dictionnaire, annee: int) -> str:
    """The imports that say something of the households of this one: when they change, it has to be made again."""
    journaux = [store.lire_journal(projet, e, a) for e, a in extraits_voisins(dictionnaire, annee)]
    return " ".join(str(journal["identite"]) for journal in journaux if journal is not None)


def identite_de(sources: Sequence[Source], marques: Mapping[str, str], ancien: Mapping[str, Any] | None) -> str:
    """The digest of an import: these files under these marks, united with the one before if there is one."""
    condense = hashlib.sha256()
    avant = [] if ancien is None else [str(ancien["identite"])]
    for morceau in (VERSION, *marques.values(), *avant, *sorted(s.sha256 for s in sources)):
        condense.update(morceau.encode() + b"\n")
    return condense.hexdigest()
