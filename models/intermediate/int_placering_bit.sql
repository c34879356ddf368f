-- A placement's stay, cut into pieces within which nothing changes that its volume or its price depends on: its
-- form, its section of law, its price, an absence, the provider's permit. Half-open: [fran, till).
with regel as (
    select debiteringsregel, ankomst_andel, avresa_andel, franvaro_andel, franvaro_fran_dag
    from {{ ref('debiteringsregler') }}
),

period as (
    select
        period.kommun, period.placering_id, period.slag, period.fran, period.till, period.varde,
        regel.debiteringsregel,
        case when period.slag in ('dygnspris', 'manadsersattning') then
            try_cast(replace(period.varde, ',', '.') as decimal(18, 6))
        end as belopp_kr
    from {{ ref('stg_placering_period') }} as period
    left join regel on regel.debiteringsregel = period.debiteringsregel
    where period.till is null or period.till > period.fran
),

grans as (
    select kommun, placering_id, start as dag from {{ ref('int_placering') }}
    union
    select kommun, placering_id, fran from period
    union
    select kommun, placering_id, till from period where till is not null
    union
    -- An absence may be paid in full at first.
    select period.kommun, period.placering_id, period.fran + fran_dag.franvaro_fran_dag - 1
    from period
    cross join (select distinct franvaro_fran_dag from regel) as fran_dag
    where period.slag = 'franvaro'
    union
    -- What a form counts as changes on a day, also for those who are there.
    select plac.kommun, plac.placering_id, form.giltig_fran
    from {{ ref('int_placering') }} as plac
    inner join {{ ref('placeringsformer') }} as form on form.giltig_fran > plac.start
),

bit as (
    select
        plac.kommun, plac.placering_id, plac.start, plac.slut, plac.placeringsform, plac.dygnspris,
        plac.lagrum_id, plac.lagrumsgrupp, grans.dag as fran,
        coalesce(
            lead(grans.dag) over (partition by plac.kommun, plac.placering_id order by grans.dag), plac.raknas_till
        ) as till,
        plac.raknas_till
    from grans
    inner join {{ ref('int_placering') }} as plac
        on plac.kommun = grans.kommun and plac.placering_id = grans.placering_id
    where grans.dag >= plac.start and grans.dag < plac.raknas_till
),

-- Of two periods of one kind the one that began last holds.
gallande as (
    select
        bit.kommun, bit.placering_id, bit.fran,
        arg_max_null(period.varde, period.fran) filter (where period.slag = 'lagrum') as lagrum,
        max(period.fran) filter (where period.slag = 'lagrum') as lagrum_fran,
        arg_max_null(period.belopp_kr, period.fran) filter (where period.slag = 'dygnspris') as dygn_kr,
        arg_max_null(period.belopp_kr, period.fran) filter (where period.slag = 'manadsersattning') as manad_kr,
        arg_max_null(period.debiteringsregel, (period.slag = 'dygnspris', period.fran))
            filter (where period.slag in ('dygnspris', 'manadsersattning')) as debiteringsregel,
        arg_max_null(period.debiteringsregel, period.fran) filter (where period.slag = 'franvaro') as franvaro_regel,
        max(period.fran) filter (where period.slag = 'franvaro') as franvaro_fran,
        arg_max_null(period.varde, period.fran) filter (where period.slag = 'tillstand') as tillstand
    from bit
    inner join period
        on period.kommun = bit.kommun and period.placering_id = bit.placering_id
        and period.fran <= bit.fran and (period.till is null or period.till > bit.fran)
    group by bit.kommun, bit.placering_id, bit.fran
),

beskriven as (
    select
        bit.kommun, bit.placering_id, bit.fran, bit.till, bit.start, bit.slut,
        -- Care at a provider that has lost its permit is another form from that day on.
        case when gallande.tillstand = 'saknas' then coalesce(utan.utan_tillstand, bit.placeringsform)
            else bit.placeringsform
        end as placeringsform,
        coalesce(lagrum.lagrum_id, bit.lagrum_id) as lagrum_id,
        coalesce(lagrum.lagrumsgrupp, bit.lagrumsgrupp) as lagrumsgrupp,
        -- A fee by the month is twelve of them a year of 365 days; it comes beside a price by the day.
        case when coalesce(gallande.dygn_kr, gallande.manad_kr) is not null then
            coalesce(gallande.dygn_kr, 0) + coalesce(gallande.manad_kr * 12 / 365, 0)
            else bit.dygnspris
        end as dygnspris_kr,
        gallande.franvaro_fran,
        coalesce(gallande.debiteringsregel, 'halvoppen') as debiteringsregel,
        coalesce(gallande.franvaro_regel, gallande.debiteringsregel, 'halvoppen') as franvaro_regel
    from bit
    left join gallande
        on gallande.kommun = bit.kommun and gallande.placering_id = bit.placering_id and gallande.fran = bit.fran
    left join {{ ref('int_lagrum') }} as lagrum
        on lagrum.lagrum = gallande.lagrum and lagrum.datum = gallande.lagrum_fran
    left join {{ ref('placeringsformer') }} as utan
        on utan.placeringsform = bit.placeringsform
        and bit.fran >= utan.giltig_fran and (utan.giltig_till is null or bit.fran < utan.giltig_till)
)

select
    bit.kommun,
    bit.placering_id,
    bit.fran,
    bit.till,
    bit.placeringsform,
    coalesce(form.kostnadsgrupp, 'okand') as kostnadsgrupp,
    coalesce(form.ar_vard = 'ja', false) as ar_vard,
    form.ordning_dubbelt_dygn,
    coalesce(bit.lagrum_id, 'okand') as lagrum_id,
    coalesce(bit.lagrumsgrupp, 'okand') as lagrumsgrupp,
    cast(bit.dygnspris_kr as decimal(18, 6)) as dygnspris_kr,
    -- That somebody is away, never why: the reason is typed.
    bit.franvaro_fran is not null as ar_franvaro,
    bit.debiteringsregel,
    case
        when bit.franvaro_fran is null or bit.fran < bit.franvaro_fran + franvaro.franvaro_fran_dag - 1 then 1
        else franvaro.franvaro_andel
    end as betald_andel,
    -- Contracts count the first and the last day differently; the pieces themselves are nights.
    case when bit.fran = bit.start then regel.ankomst_andel - 1 else 0 end as ankomst_andel,
    case when bit.till = bit.slut then regel.avresa_andel else 0 end as avresa_andel
from beskriven as bit
inner join regel on regel.debiteringsregel = bit.debiteringsregel
inner join regel as franvaro on franvaro.debiteringsregel = bit.franvaro_regel
left join {{ ref('placeringsformer') }} as form
    on form.placeringsform = bit.placeringsform
    and bit.fran >= form.giltig_fran and (form.giltig_till is null or bit.fran < form.giltig_till)
