-- Indicator family: one row per household and month, for the twelve months that end with it, when at least one of them had
-- aid. The household is what it was in its last month with aid. Where the municipality's aid is not known for all twelve,
-- nothing is known of the window: an empty count, never a low one.
with hushall as (
    select
        kommun, hushall_id, hushallstyp, nyanland,
        cast(left(manad, 4) as integer) * 12 + cast(right(manad, 2) as integer) - 1 as nr
    from {{ ref('int_familj_bistand') }}
    where hushallsmanader = 1
),

nasta as (
    select
        kommun, hushall_id, hushallstyp, nyanland, nr,
        lead(nr) over (partition by kommun, hushall_id order by nr) as nasta_nr
    from hushall
),

-- Each month with aid, and the months after it that have none but see it among their twelve.
manad as (
    select
        kommun, hushall_id, hushallstyp, nyanland, nr,
        unnest(range(nr, least(coalesce(nasta_nr, nr + 12), nr + 12))) as slut_nr
    from nasta
),

fonster as (
    select
        kommun, hushall_id, hushallstyp, nyanland,
        make_date(cast(slut_nr // 12 as integer), cast(slut_nr % 12 + 1 as integer), 1) as fran_datum,
        count(*) filter (where nr = slut_nr) over (
            partition by kommun, hushall_id order by slut_nr range between 11 preceding and current row
        ) as antal_manader
    from manad
),

kand as (
    select
        fonster.kommun, fonster.hushall_id, fonster.hushallstyp, fonster.nyanland, fonster.fran_datum, fonster.antal_manader,
        coalesce(tabell.omfattar_fran, tabell.forsta_handelse) <= fonster.fran_datum - interval 11 month as ar_kand
    from fonster
    inner join {{ ref('int_tabell') }} as tabell
        on tabell.kommun = fonster.kommun and tabell.tabell = 'ekonomiskt_bistand'
)

select
    kommun,
    hushall_id as bas_id,
    hushallstyp,
    nyanland,
    fran_datum,
    cast(fran_datum + interval 1 month as date) as till_datum,
    case when ar_kand then 1 end as antal,
    case when ar_kand then antal_manader end as bistandstid_manader,
    case when ar_kand then cast(antal_manader >= 10 as integer) end as ar_langvarig
from kand
