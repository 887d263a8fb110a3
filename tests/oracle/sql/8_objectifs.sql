-- O: the objectives, over the leases of their field.
INSERT INTO termes
FROM compte('O01', ['epci', 'commune'], dans_o01, public_o01)
UNION ALL FROM compte('O01', ['epci'], dans_o01, public_o01, _acteur_type := 'bailleur', _acteur := bailleur)
UNION ALL FROM compte('O01', ['epci'], dans_o01, public_o01, _acteur_type := 'reservataire', _acteur := reservataire)
UNION ALL FROM compte('O02', ['epci', 'commune', 'qpv'], dans_o02, public_o02)
UNION ALL FROM compte('O02', ['epci'], dans_o02, public_o02, _acteur_type := 'bailleur', _acteur := bailleur)
UNION ALL FROM compte('O02', ['epci'], dans_o02, public_o02, _acteur_type := 'reservataire', _acteur := reservataire)
UNION ALL FROM parts('O03', ['epci', 'en_qpv', 'hors_qpv'], champ, quartile)
UNION ALL FROM compte('O04', ['epci', 'commune', 'en_qpv', 'hors_qpv'], champ, prioritaire)
UNION ALL FROM compte('O04', ['epci'], champ, prioritaire, _acteur_type := 'reservataire', _acteur := reservataire)
UNION ALL
FROM compte('O04', ['epci'], champ AND reservataire = 'AUCUN', prioritaire,
    _acteur_type := 'bailleur', _acteur := bailleur)
UNION ALL FROM compte('O06', ['epci', 'commune', 'en_qpv', 'hors_qpv'], champ, relogement_ru)
UNION ALL FROM compte('O08', ['epci'], champ, prioritaire, _acteur_type := 'bailleur', _acteur := bailleur);

-- A household may be in several publics: by its categories (a lapsed DALO counts for none), its DALO, its housing.
INSERT INTO termes
SELECT
    'O05', annee, perimetre_type, perimetre_code, '', '', code, ligne,
    (list_has_any(list_filter(l.categories, lambda x: NOT (x = 'DALO' AND l.est_caduc)), liste(public.categories, '|'))
        OR coalesce(list_contains(liste(statuts_dalo, '|'), statut_dalo), false)
        OR coalesce(list_contains(liste(logements_actuels, '|'), logement_actuel), false))::BIGINT, 1
FROM par_lieu l CROSS JOIN nomenclatures public
WHERE public.liste = 'publics' AND champ AND list_contains(['epci', 'en_qpv', 'hors_qpv'], perimetre_type);
