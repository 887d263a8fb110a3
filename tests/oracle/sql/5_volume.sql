-- V: volume, demand and delays.
INSERT INTO termes
FROM compte('V01', ['epci', 'epci_constant', 'commune', 'qpv', 'en_qpv', 'hors_qpv'], a, true)
UNION ALL FROM compte('V02', ['epci', 'epci_constant', 'commune'], d, true)
UNION ALL FROM compte('V03', ['epci', 'commune'], d, true, _d := false)
UNION ALL FROM compte('V03', ['epci', 'commune'], a, false)
UNION ALL FROM compte('V04', ['epci', 'commune'], d AND NOT interne, true, _d := false)
UNION ALL FROM compte('V04', ['epci', 'commune'], a AND NOT interne, false)
UNION ALL FROM compte('V05', ['epci', 'commune'], a OR d, a)
UNION ALL FROM parts('V07', ['epci'], d, anciennete);

-- The head counts of the delays, then the delays themselves.
INSERT INTO termes
FROM compte('V06', ['epci', 'commune', 'en_qpv', 'hors_qpv'], a AND delai_mois IS NOT NULL, false)
UNION ALL FROM compte('V06', ['epci'], a AND delai_mois IS NOT NULL, false, _modalite := typologie)
UNION ALL
FROM compte('V06', ['epci'], a AND delai_mois IS NOT NULL, false, _acteur_type := 'bailleur', _acteur := bailleur)
UNION ALL FROM compte('V06M', ['epci'], a AND delai_mois IS NOT NULL, false)
UNION ALL FROM compte('V06P25', ['epci'], a AND delai_mois IS NOT NULL, false)
UNION ALL FROM compte('V06P25', ['epci'], a AND delai_mois IS NOT NULL, false, _modalite := typologie)
UNION ALL FROM compte('V06P75', ['epci'], a AND delai_mois IS NOT NULL, false)
UNION ALL FROM compte('V06P75', ['epci'], a AND delai_mois IS NOT NULL, false, _modalite := typologie);

CREATE MACRO delai(_code, _lieux, _mesure, _acteur_type := '', _acteur := '', _modalite := '') AS TABLE
SELECT
    _code AS indicateur, annee, perimetre_type, perimetre_code, _acteur_type AS acteur_type, _acteur AS acteur_code,
    _modalite AS modalite, round(_mesure, 1) AS delai
FROM par_lieu WHERE a AND delai_mois IS NOT NULL AND list_contains(_lieux, perimetre_type) GROUP BY ALL;

CREATE TABLE delais AS
FROM delai('V06', ['epci', 'commune', 'en_qpv', 'hors_qpv'], median(delai_mois))
UNION ALL FROM delai('V06', ['epci'], median(delai_mois), _modalite := typologie)
UNION ALL FROM delai('V06', ['epci'], median(delai_mois), _acteur_type := 'bailleur', _acteur := bailleur)
UNION ALL FROM delai('V06M', ['epci'], avg(delai_mois))
UNION ALL FROM delai('V06P25', ['epci'], quantile_cont(delai_mois, 0.25))
UNION ALL FROM delai('V06P25', ['epci'], quantile_cont(delai_mois, 0.25), _modalite := typologie)
UNION ALL FROM delai('V06P75', ['epci'], quantile_cont(delai_mois, 0.75))
UNION ALL FROM delai('V06P75', ['epci'], quantile_cont(delai_mois, 0.75), _modalite := typologie);
