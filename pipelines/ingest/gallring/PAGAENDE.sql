-- What a case system has deleted is not under way.
with oppet as (
    select 'utredningar' as tabell, row_key from utredningar where slutford is null and avslutad is null
    union all
    select 'placeringar', row_key from placeringar where slut is null
    union all
    select 'insatser', row_key from insatser where slut is null
    union all
    -- A decision applies until its last day, or until what it led to has ended or another has replaced it.
    select 'ej_verkstallda_beslut', beslut.row_key
    from ej_verkstallda_beslut as beslut
    anti join (select beslut_id from insatser where slut is not null) as insats using (beslut_id)
    anti join (select beslut_id from placeringar where slut is not null) as placering using (beslut_id)
    anti join (select ersatter_beslut_id from ej_verkstallda_beslut) as ersatt
        on ersatt.ersatter_beslut_id = beslut.beslut_id
    cross join gallring_fraga as fraga
    cross join regel
    where
        beslut.avslutad is null
        and not coalesce(beslut.avslutad_datum_okant, false)
        and not coalesce(list_contains(regel.varden, beslut.utfall), false)
        and (beslut.giltig_till is null or beslut.giltig_till >= fraga.per)
),

pagar as (
    select distinct rad.akt
    from oppet
    anti join gallring_borttagen as borttagen using (tabell, row_key)
    inner join gallring_rad as rad using (tabell, row_key)
)

select rad.tabell, rad.row_key
from gallring_rad as rad
semi join pagar using (akt)
