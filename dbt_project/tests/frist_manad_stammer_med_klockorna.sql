-- Catches a clock that the months lose or count twice: every clock that may be counted has started once, has ended as
-- often as it has an end, and is open on each month end in between.
with klocka as (
    select
        frist.kommun, frist.regel_id, konv.konvention,
        count(*) as startade,
        count(coalesce(frist.stopp_datum, frist.upphord_datum)) as avslutade,
        cast(sum(greatest(0, date_diff(
            'month',
            frist.start_datum,
            least(coalesce(frist.stopp_datum, frist.upphord_datum), kommun.lage_per + 1)
        ))) as bigint) as oppna
    from {{ ref('fct_frist') }} as frist
    inner join {{ ref('fct_frist_konvention') }} as konv on konv.frist_id = frist.frist_id
    inner join {{ ref('dim_kommun') }} as kommun on kommun.kommun = frist.kommun
    where frist.slag <> 'rapportering' and konv.utfall not in ('undantagen', 'ej_bedombar')
    group by frist.kommun, frist.regel_id, konv.konvention
),

manad as (
    select
        kommun, regel_id, konvention,
        coalesce(sum(antal) filter (where perspektiv = 'startad'), 0) as startade,
        coalesce(sum(antal) filter (where perspektiv = 'avslutad'), 0) as avslutade,
        coalesce(sum(antal) filter (where perspektiv = 'oppen'), 0) as oppna
    from {{ ref('frist_manad') }}
    group by kommun, regel_id, konvention
)

select coalesce(klocka.kommun, manad.kommun) as kommun, coalesce(klocka.regel_id, manad.regel_id) as regel_id,
       klocka.startade, manad.startade as startade_i_manader, klocka.avslutade,
       manad.avslutade as avslutade_i_manader, klocka.oppna, manad.oppna as oppna_i_manader
from klocka
full join manad
    on manad.kommun = klocka.kommun and manad.regel_id = klocka.regel_id and manad.konvention = klocka.konvention
where klocka.startade is distinct from manad.startade
    or klocka.avslutade is distinct from manad.avslutade
    or klocka.oppna is distinct from manad.oppna
