-- Is the target met? By the rule of seeds/indikator_mal.csv, and by the official who has graded it, side by side.
with mal as (
    -- A municipality's own target goes before the one for all.
    select
        mal.indikator_id, lage.kommun, mal.ar, mal.operator, mal.mal, mal.delvis_grans, mal.statistik,
        string_split(mal.periodtyper, '|') as periodtyper
    from {{ ref('indikator_mal') }} as mal
    inner join {{ source('indata', 'lage') }} as lage on mal.kommun in (lage.kommun, '*')
    qualify row_number() over (partition by mal.indikator_id, lage.kommun, mal.ar order by mal.kommun = '*') = 1
),

varde as (
    -- Where two definitions give the same period, the newer one is the figure.
    select
        indikator_id, definitionsversion, kommun, periodtyp, period, uppdelning, grupp, varde, mattenhet, statistik, status,
        lage_per,
        left(period, 4)::integer as ar
    from {{ ref('indikatorvarde') }}
    where uppdelning in ('total', 'enhet')
    qualify definitionsversion = max(definitionsversion) over (partition by indikator_id, kommun, period, uppdelning, grupp)
),

med_mal as (
    select
        varde.indikator_id, varde.definitionsversion, varde.kommun, varde.periodtyp, varde.period, varde.uppdelning,
        varde.grupp, varde.varde, varde.status, varde.mattenhet, varde.statistik, varde.lage_per,
        mal.operator, mal.mal, mal.delvis_grans, mal.statistik as mal_statistik,
        fore.varde as varde_fore,
        mal.operator in ('okar', 'minskar') as ar_jamforelse,
        indikator.decimaler + case when varde.mattenhet = 'andel' then 2 else 0 end as decimaler
    from varde
    inner join mal
        on mal.indikator_id = varde.indikator_id and mal.kommun = varde.kommun and mal.ar = varde.ar
        and (mal.periodtyper is null or list_contains(mal.periodtyper, varde.periodtyp))
    inner join {{ ref('indikatorer') }} as indikator
        on indikator.indikator_id = varde.indikator_id and indikator.definitionsversion = varde.definitionsversion
    left join varde as fore
        on mal.operator in ('okar', 'minskar')
        and fore.indikator_id = varde.indikator_id and fore.kommun = varde.kommun
        and fore.uppdelning = varde.uppdelning and fore.grupp = varde.grupp
        and fore.period = (varde.ar - 1)::varchar || substr(varde.period, 5)
        and fore.definitionsversion = varde.definitionsversion
    -- A number that the whole municipality is to reach is no unit's target.
    where varde.uppdelning = 'total'
        or mal.operator in ('okar', 'minskar')
        or varde.statistik not in ('antal', 'summa', 'kvot')
        or (varde.statistik = 'kvot' and indikator.namnare_kolumn is not null)
),

matt as (
    -- Every rule the same way up: met when avstand is krav or more, partly when it is delvis_krav or more.
    select
        *,
        case
            when mal_statistik <> statistik then 'annan_statistik'
            when status <> 'ok' then 'varde_saknas'
            when ar_jamforelse and varde_fore is null then 'jamforelse_saknas'
        end as orsak,
        case operator
            when 'minst' then varde
            when 'hogst' then -varde
            when 'lika' then -abs({{ avrundat('varde', 'decimaler') }} - mal)
            when 'okar' then varde - varde_fore
            when 'minskar' then varde_fore - varde
        end as avstand,
        case operator when 'hogst' then -mal when 'lika' then 0 else mal end as krav,
        case when operator in ('hogst', 'lika') then -delvis_grans else delvis_grans end as delvis_krav
    from med_mal
),

provad as (
    select
        *,
        case
            when orsak is not null then null
            when avstand >= krav or (krav is null and avstand > 0) then 'uppfyllt'
            when avstand >= delvis_krav then 'delvis'
            else 'ej'
        end as utfall_regel
    from matt
)

select
    provad.indikator_id,
    provad.definitionsversion,
    provad.kommun,
    provad.periodtyp,
    provad.period,
    provad.uppdelning,
    provad.grupp,
    provad.varde::decimal(18, 6) as varde,
    provad.varde_fore::decimal(18, 6) as varde_fore,
    provad.operator,
    provad.mal::decimal(18, 4) as mal,
    provad.delvis_grans::decimal(18, 4) as delvis_grans,
    {{ mal_regel_text('provad.operator', 'provad.mal', 'provad.delvis_grans', 'provad.mattenhet') }}
    || case
        when provad.mal_statistik <> provad.statistik
            then ' (målet gäller ' || coalesce(mal_ord.namn, provad.mal_statistik)
                || ', måttet är ' || coalesce(matt_ord.namn, provad.statistik) || ')'
        else ''
    end as regel_text,
    provad.utfall_regel,
    provad.orsak,
    bedomning.bedomning,
    bedomning.av as bedomd_av,
    bedomning.roll as bedomd_roll,
    bedomning.tid as bedomd_tid,
    bedomning.innehall as bedomning_skal,
    coalesce(bedomning.bedomning, provad.utfall_regel) as utfall,
    provad.status,
    provad.lage_per
from provad
left join {{ ref('koder') }} as mal_ord on mal_ord.kodlista = 'mal_statistik' and mal_ord.kod = provad.mal_statistik
left join {{ ref('koder') }} as matt_ord on matt_ord.kodlista = 'mal_statistik' and matt_ord.kod = provad.statistik
left join {{ ref('anteckning') }} as bedomning
    on bedomning.galler and bedomning.slag = 'bedomning'
    and bedomning.kommun = provad.kommun and bedomning.indikator_id = provad.indikator_id
    and bedomning.period = provad.period
    and coalesce(bedomning.enhet, 'total') = provad.grupp
    and provad.uppdelning = case when bedomning.enhet is null then 'total' else 'enhet' end
