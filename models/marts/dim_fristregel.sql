-- One row per rule version: what the rule asks, how long it gives and where it says so.
select
    regel.regel_id,
    version.version as regelversion,
    regel.namn,
    regel.fraga,
    regel.slag,
    regel.subjekt_typ,
    regel.start_handelse,
    regel.stopp_handelse,
    regel.upphor_handelse,
    regel.forlangning_tillaten = 'ja' as ar_forlangning_tillaten,
    regel.alder_fran,
    regel.alder_under,
    version.langd,
    version.enhet as langd_enhet,
    version.overgang,
    version.lagrum_id,
    version.giltig_fran,
    version.giltig_till,
    version.kalla,
    version.evidens
from {{ ref('fristregler') }} as regel
inner join {{ ref('fristregler_versioner') }} as version on version.regel_id = regel.regel_id
