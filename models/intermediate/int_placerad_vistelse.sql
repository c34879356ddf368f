-- How long a person stayed in each cell of mart.placering_oversikt: an unbroken run of days in one target
-- group and one group of one breakdown. In the total it is the whole care. A stay begins with the care or by
-- a change from another group, and ends in the same two ways, so stock and flow agree in every cell.
with bit as (
    select
        placerad.kommun, placerad.person, placerad.vard_nr, placerad.vard_start, placerad.vard_slut, placerad.fran,
        placerad.i_vard_till,
        {{ placering_celler('placerad') }} as cell
    from {{ ref('int_placerad') }} as placerad
),

jamford as (
    select
        kommun, person, vard_nr, vard_start, vard_slut, fran, i_vard_till, cell,
        fran is distinct from lag(i_vard_till) over (
            partition by kommun, person, vard_nr, cell order by fran
        ) as borjar
    from bit
),

numrerad as (
    select
        kommun, person, vard_nr, vard_start, vard_slut, fran, i_vard_till, cell,
        sum(cast(borjar as integer)) over (partition by kommun, person, vard_nr, cell order by fran) as nr
    from jamford
),

vistelse as (
    select
        kommun, person, cell, vard_start, vard_slut, min(fran) as fran, max(i_vard_till) as till
    from numrerad
    group by kommun, person, cell, vard_nr, vard_start, vard_slut, nr
)

select
    kommun,
    person,
    cell.malgrupp,
    cell.uppdelning,
    cell.grupp,
    vard_start,
    vard_slut,
    fran,
    till,
    fran = vard_start as ar_ny,
    coalesce(till = vard_slut, false) as ar_avslutad,
    lag(till) over (partition by kommun, person, cell order by fran) as forra_till
from vistelse
