-- Disclosure control. Reads warehouse.mart.indikatorvarde and the threshold ($troskel); a protected cell
-- loses its value, its numerator and its denominator and gets the status rojandeskyddad, never a zero.
create table indikatorvarde as
with cell as (
    select
        v.*,
        not indikator.ar_rojandekanslig
            or list_contains(string_split(coalesce(familj.lagstadgade_uppdelningar, ''), '|'), v.uppdelning) as ar_oppen,
        indikator.namnare_fast is null as ar_namnare_raknad
    from warehouse.mart.indikatorvarde as v
    inner join warehouse.mart.dim_indikator as indikator
        on indikator.indikator_id = v.indikator_id and indikator.definitionsversion = v.definitionsversion
    inner join warehouse.seed.indikatorfamiljer as familj on familj.familj = indikator.familj
    -- The units of today are sums of those of then: both together would give what is protected in one.
    where v.uppdelning <> 'enhet_nu'
),

-- Primary: a figure that rests on few, or counts few, tells of somebody. What a statute names, or what is about no
-- person, is given. A denominator of months or days counts nobody; one that nobody has told may be small.
primar as (
    select
        *,
        status = 'ok' and not ar_oppen and (
            coalesce(antal_bakom between 1 and $troskel - 1, false)
            or coalesce(statistik in ('antal', 'andel') and taljare > 0 and taljare < $troskel, false)
            or (
                statistik in ('andel', 'medel', 'median', 'p90', 'index') and ar_namnare_raknad
                and (namnare is null or (namnare > 0 and namnare < $troskel))
            )
        ) as ar_primar
    from cell
),

-- Complementary: what is hidden is the printed total minus what is shown. The smallest other groups go with
-- it until the hidden ones are at least two and together no longer small, nor as many as they count.
syskon as (
    select
        *,
        count(*) filter (where ar_primar) over tabell + count(*) filter (where not ar_primar) over fore as antal_dolda,
        coalesce(sum(storlek) filter (where ar_primar) over tabell, 0)
            + coalesce(sum(storlek) filter (where not ar_primar) over fore, 0) as summa_dolda,
        bool_or(ar_primar) over tabell as har_primar,
        -- Hiding all of a breakdown does not help when its groups are as many as they count: each is then one.
        uppdelning <> 'total' and not ar_oppen and statistik in ('antal', 'andel') and bool_or(ar_primar) over tabell
            and sum(storlek) over tabell <= count(*) over tabell as ar_genomskinlig
    from (
        select
            *,
            case statistik when 'antal' then taljare when 'andel' then least(taljare, namnare) else antal_bakom end
                as storlek
        from primar
    )
    window
        tabell as (partition by indikator_id, definitionsversion, kommun, periodtyp, period, uppdelning),
        fore as (
            partition by indikator_id, definitionsversion, kommun, periodtyp, period, uppdelning
            order by ar_primar, status <> 'ok', storlek = 0, storlek, grupp
            rows between unbounded preceding and 1 preceding
        )
),

skydd as (
    select
        *,
        ar_primar
            or (
                uppdelning <> 'total' and har_primar and status = 'ok'
                and (antal_dolda < 2 or summa_dolda < $troskel or summa_dolda <= antal_dolda)
            )
            or (
                status = 'ok' and not ar_oppen
                and bool_or(ar_genomskinlig) over (partition by indikator_id, definitionsversion, kommun, periodtyp, period)
            ) as ar_skyddad,
        -- A figure that could not be made may still have parts, and they may rest on few.
        status <> 'ok' and not ar_oppen and coalesce(antal_bakom between 1 and $troskel - 1, false) as ar_utan_delar
    from syskon
),

namn as (
    select 'total' as uppdelning, '' as kommun, 'total' as grupp, 'Totalt' as namn, 0 as ordning
    union all
    select u.uppdelning, '', k.kod, min(k.namn), min(k.ordning)
    from warehouse.seed.uppdelningar as u
    inner join warehouse.seed.koder as k on list_contains(string_split(u.kodlista, '|'), k.kodlista)
    group by u.uppdelning, k.kod
    union all
    select 'aldersgrupp', '', grupp, namn, ordning from warehouse.seed.aldersgrupper where indelning = 'standard'
    union all
    select 'sammanbrott_alder', '', grupp, namn, ordning from warehouse.seed.aldersgrupper where indelning = 'sammanbrott'
    union all
    select 'verksamhet', '', 'placeringar', 'Verksamheter med placeringar', 1
    union all
    select 'lagrum_id', '', lagrum_id,
        concat_ws(' ', kapitel || ' kap.', paragraf || ' §', 'p. ' || punkt, lag_namn || ' (' || sfs || ')'), null
    from warehouse.mart.dim_lagrum
    union all
    select 'vantetidsband', '', band, namn, ordning from warehouse.seed.vantetidsband
    union all
    select 'volymgrupp', '', volymgrupp, namn, ordning from warehouse.seed.volymgrupper
    union all
    select unnest(['anmalare', 'kanal']), '', 'annat', 'Annat', 998
    union all
    select
        'dagband', '', band, case when any_value(ar_over_frist) = 'ja' then 'Över fristen' else any_value(namn) end,
        min(ordning) + case when any_value(ar_over_frist) = 'ja' then 100 else any_value(fran_dagar) end
    from warehouse.seed.fristband
    group by band
    union all
    select 'regel_id', '', regel_id, any_value(namn), null from warehouse.mart.dim_fristregel group by regel_id
    union all
    select 'enhet', kommun, enhet, arg_max(namn, giltig_fran), null from warehouse.mart.dim_enhet group by kommun, enhet
)

select
    skydd.indikator_id,
    skydd.definitionsversion,
    skydd.kommun,
    skydd.periodtyp,
    skydd.period,
    skydd.period_start,
    skydd.period_slut,
    skydd.uppdelning,
    skydd.grupp,
    coalesce(namn.namn, case when skydd.grupp = 'okand' then 'Okänd' else skydd.grupp end) as grupp_namn,
    coalesce(namn.ordning, 999) as grupp_ordning,
    -- Cost that no care days stand behind is often one late invoice, of one person.
    case
        when not ar_skyddad and not ar_utan_delar and not (skydd.statistik = 'kvot' and coalesce(skydd.namnare, 1) = 0)
            then skydd.taljare
    end as taljare,
    case when not ar_skyddad and not ar_utan_delar then skydd.namnare end as namnare,
    case when not ar_skyddad then skydd.varde end as varde,
    skydd.mattenhet,
    skydd.rakneenhet,
    skydd.statistik,
    skydd.konvention,
    skydd.regelversion,
    case when ar_skyddad then 'rojandeskyddad' else skydd.status end as status,
    skydd.lage_per,
    vintage.vintage
from skydd
cross join (select distinct vintage from warehouse.mart.dim_vintage) as vintage
left join namn
    on namn.uppdelning = skydd.uppdelning and namn.grupp = skydd.grupp and namn.kommun in ('', skydd.kommun)
order by all;

-- How sure the rule behind an indicator is goes with it to the printed page.
create table indikator as
select
    i.indikator_id, i.definitionsversion, i.namn, i.fraga, i.motiv, i.familj, i.insamling, i.tidsbas, period.periodtyper,
    i.mognad_manader, i.taljare_text, i.namnare_text, i.rakneenhet, i.mattenhet, i.decimaler, i.statistik, i.konvention,
    i.riktning, i.lagrum, i.kalla, i.mattillfalle, i.redovisning, i.agare, i.jamforbar_med, i.forbehall, i.ersatter,
    regel.evidens, i.giltig_fran, i.giltig_till, i.ordning
from warehouse.mart.dim_indikator as i
inner join (
    select indikator_id, string_agg(periodtyp, '|' order by periodtyp) as periodtyper
    from warehouse.seed.indikator_perioder
    group by indikator_id
) as period on period.indikator_id = i.indikator_id
left join (
    select
        regel.regel_id,
        arg_max(concat_ws('. ', regel.regel_id || ': ' || lower(kod.namn), rtrim(regel.forbehall, '.')), regel.regelversion)
            as evidens
    from warehouse.mart.dim_fristregel as regel
    inner join warehouse.seed.koder as kod on kod.kodlista = 'evidens' and kod.kod = regel.evidens
    group by regel.regel_id
) as regel on regel.regel_id = i.regel_id;

create table familj as
select familj, namn, beskrivning, ordning from warehouse.seed.indikatorfamiljer;

create table uppdelning as
select uppdelning, namn, ordning from warehouse.seed.uppdelningar;

create table kommun as
select kommun, namn, lage_per from warehouse.mart.dim_kommun where lage_per is not null;

create table vintage as
select distinct vintage, byggd, kod_version, seeds_hash, $troskel::integer as troskel from warehouse.mart.dim_vintage;
