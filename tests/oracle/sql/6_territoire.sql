-- T: territory. M: mutations. A: landlords and reservation holders. L: dwellings.
INSERT INTO termes
FROM compte('T01', ['commune', 'qpv'], a, true, _d := false)
UNION ALL
SELECT 'T01', annee, perimetre_type, perimetre_code, '', '', '', ligne, 0, 1
FROM lignes JOIN perimetres USING (annee) WHERE a AND perimetre_type IN ('commune', 'qpv')
UNION ALL FROM compte('T01R', ['epci', 'commune'], a, true, _d := false)
UNION ALL SELECT 'T01R', annee, 'commune', code_insee, '', '', '', NULL, 0, logements FROM parc WHERE logements IS NOT NULL
UNION ALL
SELECT 'T01R', annee, 'epci', getvariable('epci'), '', '', '', NULL, 0, sum(logements)
FROM communes LEFT JOIN parc USING (annee) WHERE membre AND code_insee = code
GROUP BY annee
HAVING count(logements) = (SELECT count(*) FROM communes m WHERE m.membre AND m.annee = any_value(communes.annee))
UNION ALL FROM parts('T02', ['epci', 'commune'], a, zone)
UNION ALL FROM parts('T03', ['epci', 'commune'], a, origine)
UNION ALL
SELECT 'T03R', annee, 'commune', origine, '', '', '', ligne, (commune_insee = origine)::BIGINT, 1
FROM lignes WHERE a AND origine NOT IN ('HORS_EPCI', 'NR')
UNION ALL
SELECT 'T03R', l.annee, 'epci', getvariable('epci'), '', '', '', ligne, (commune_insee = origine)::BIGINT, 1
FROM lignes l JOIN communes c ON c.annee = l.annee AND c.code = origine AND c.membre WHERE a;

INSERT INTO termes
FROM compte('M01', ['epci', 'commune'], a, interne, _modalite := 'INTERNE')
UNION ALL FROM compte('M01', ['epci'], a, hlm, _modalite := 'HLM')
UNION ALL
FROM compte('M01', ['epci'], a, interne, _modalite := 'INTERNE', _acteur_type := 'bailleur', _acteur := bailleur);

INSERT INTO termes
FROM parts_des_acteurs('A01', ['epci', 'en_qpv', 'hors_qpv'], a, 'bailleur', bailleur)
UNION ALL FROM parts_des_acteurs('A02', ['epci', 'en_qpv', 'hors_qpv'], a, 'reservataire', reservataire);

INSERT INTO termes
FROM parts('L01', ['epci', 'en_qpv', 'hors_qpv'], a, typologie)
UNION ALL FROM parts('L01D', ['epci'], d, typologie)
UNION ALL FROM compte('L01T', ['epci'], d, true, _d := false, _modalite := typologie)
UNION ALL FROM compte('L01T', ['epci'], a, false, _modalite := typologie)
UNION ALL FROM parts('L02', ['epci', 'en_qpv', 'hors_qpv'], a, financement_nr)
UNION ALL FROM parts('L02P', ['epci', 'en_qpv', 'hors_qpv'], a, periode_construction)
UNION ALL FROM parts('L02C', ['epci', 'en_qpv', 'hors_qpv'], a, type_construction);
