-- O: the objectives, over the leases of their field, in all places, and there by reservation holder and by landlord.
CREATE MACRO objectif(_code, _quand, _n, _chez_le_bailleur) AS TABLE
FROM compte(_code, ['epci', 'commune', 'qpv', 'en_qpv', 'hors_qpv'], _quand, _n)
UNION ALL
FROM compte(_code, ['epci', 'commune', 'qpv', 'en_qpv', 'hors_qpv'], _quand, _n,
    _acteur_type := 'reservataire', _acteur := reservataire)
UNION ALL
FROM compte(_code, ['epci', 'commune', 'qpv', 'en_qpv', 'hors_qpv'], (_quand) AND (_chez_le_bailleur), _n,
    _acteur_type := 'bailleur', _acteur := bailleur);

INSERT INTO termes
FROM objectif('O01', dans_o01, public_o01, true)
UNION ALL FROM objectif('O02', dans_o02, public_o02, true)
-- Of a landlord, its own dwellings only.
UNION ALL FROM objectif('O04', champ, prioritaire, reservataire = 'AUCUN')
UNION ALL FROM objectif('O06', champ, relogement_ru, true)
UNION ALL FROM objectif('O08', champ, prioritaire, true)
UNION ALL FROM parts('O03', ['epci', 'en_qpv', 'hors_qpv'], champ, quartile);

-- A household may be in several publics: by its categories (a lapsed DALO counts for none), its DALO, its housing.
INSERT INTO termes
SELECT
    'O05', annee, perimetre_type, perimetre_code, acteur.genre, acteur.code, public.code, ligne,
    (list_has_any(list_filter(l.categories, lambda x: NOT (x = 'DALO' AND l.est_caduc)), liste(public.categories, '|'))
        OR coalesce(list_contains(liste(statuts_dalo, '|'), statut_dalo), false)
        OR coalesce(list_contains(liste(logements_actuels, '|'), logement_actuel), false))::BIGINT, 1
FROM par_lieu l CROSS JOIN nomenclatures public,
    LATERAL unnest([
        {'genre': '', 'code': ''}, {'genre': 'bailleur', 'code': l.bailleur},
        {'genre': 'reservataire', 'code': l.reservataire}
    ]) AS u(acteur)
WHERE public.liste = 'publics' AND champ;
