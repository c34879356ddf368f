-- An extension decided after the limit then in force: the statutory one, or that of an earlier extension.
-- Lengths and who has a limit are data (seeds/fristregler_versioner.csv and _villkor.csv); months clamp to the
-- last day of the month, and no weekend is rolled over, as in the warehouse's main convention (LAG).
-- Source: domain 1.4 (an extension decided after the old due date is itself late).
with villkor as (
    select regel_id, kolumn, unnest(string_split(varden, '|')) as varde
    from seed_fristregler_villkor
    where operator = 'in' and verkan = 'ingen_klocka'
),

klocka as (
    select
        'FORHAND' as regel_id, 'aktualisering' as subjekt_typ, aktualisering_id as subjekt_id,
        min(inkommen) as start, min(enhet) as enhet
    from aktualiseringar
    where typ in (select varde from villkor where regel_id = 'FORHAND' and kolumn = 'typ')
        and malgrupp in (select varde from villkor where regel_id = 'FORHAND' and kolumn = 'malgrupp')
        and aktualisering_id in (select subjekt_id from forlangningar where subjekt_typ = 'aktualisering')
    group by aktualisering_id
    union all
    select 'UTR_BARN', 'utredning', utredning_id, min(inledd), min(enhet)
    from utredningar
    where typ in (select varde from villkor where regel_id = 'UTR_BARN' and kolumn = 'typ')
        and utredning_id in (select subjekt_id from forlangningar where subjekt_typ = 'utredning')
    group by utredning_id
),

frist as (
    select
        klocka.subjekt_typ, klocka.subjekt_id, klocka.enhet,
        case version.enhet
            when 'dag' then klocka.start + cast(version.langd as integer)
            when 'manad' then cast(klocka.start + to_months(cast(version.langd as integer)) as date)
        end as frist
    from klocka
    inner join seed_fristregler_versioner as version
        on version.regel_id = klocka.regel_id
        and klocka.start >= cast(version.giltig_fran as date)
        and klocka.start < cast(coalesce(version.giltig_till, '9999-12-31') as date)
),

beslut as (
    select
        forl.row_key, forl.subjekt_id, forl.beslutsdatum, frist.enhet,
        greatest(frist.frist, max(forl.ny_frist) over (
            partition by forl.subjekt_typ, forl.subjekt_id order by forl.beslutsdatum, forl.ny_frist
            rows between unbounded preceding and 1 preceding
        )) as gammal_frist
    from forlangningar as forl
    inner join frist on frist.subjekt_typ = forl.subjekt_typ and frist.subjekt_id = forl.subjekt_id
)

select
    'forlangningar' as tabell, row_key, subjekt_id as id, 'beslutsdatum' as kolumn, beslutsdatum as varde, enhet,
    gammal_frist
from beslut
where beslutsdatum > gammal_frist
