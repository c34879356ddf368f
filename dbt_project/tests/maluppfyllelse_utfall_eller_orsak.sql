-- Catches a target that is neither tried nor said why not, and a grading that does not go before the rule.
select indikator_id, kommun, period, uppdelning, grupp, utfall_regel, orsak, bedomning, utfall
from {{ ref('maluppfyllelse') }}
where (utfall_regel is null) <> (orsak is not null)
    or utfall is distinct from coalesce(bedomning, utfall_regel)
    or regel_text is null
    or (bedomning is not null and (bedomd_av is null or bedomning_skal is null))
