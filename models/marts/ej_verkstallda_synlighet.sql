-- What the check of completeness can see and what it cannot. A decision that nothing else points at leaves no trace when
-- it is missing: the share of such among those delivered says how many of the missing are likely to be unseen.
with beslut as (
    select kommun, beslut_id, insats, verkstalld from {{ ref('int_beslut') }} where ar_gynnande
),

-- An investigation with two decisions of one person is not empty when one is missing.
lank as (
    select kommun, beslut_id
    from {{ ref('int_beslut_lank') }}
    where beslut_id is not null
    qualify subjekt_typ <> 'utredning'
        or count(*) over (partition by kommun, subjekt_typ, subjekt_id, person_nyckel) = 1
),

per_beslut as (
    select
        beslut.kommun, beslut.beslut_id, beslut.verkstalld is not null as ar_verkstalld,
        bool_or(lank.beslut_id is not null) as har_lank
    from beslut
    left join lank on lank.kommun = beslut.kommun and lank.beslut_id = beslut.beslut_id
    group by all
),

antal as (
    select kommun, count(*) as antal_beslut, count(*) filter (where har_lank) as antal_med_lank
    from per_beslut
    group by kommun
),

-- One missing decision may show in several places. An investigation without a decision is the same one as the help of
-- that person which names one that is not there.
saknad as (
    select kommun, count(distinct coalesce(beslut_id, subjekt_typ || '|' || subjekt_id)) as antal
    from {{ ref('ej_verkstallda_lucka') }} as lucka
    where ar_saknad
        and not (
            beslut_id is null
            and exists (
                select 1 from {{ ref('ej_verkstallda_lucka') }} as annan
                where annan.kommun = lucka.kommun and annan.person_nyckel = lucka.person_nyckel
                    and annan.ar_saknad and annan.beslut_id is not null
            )
        )
    group by kommun
),

motsagd as (
    select kommun, count(distinct beslut_id) as antal
    from {{ ref('ej_verkstallda_lucka') }}
    where not ar_saknad
    group by kommun
)

select
    antal.kommun,
    cast(antal.antal_beslut as integer) as antal_beslut,
    cast(antal.antal_med_lank as integer) as antal_med_lank,
    cast(antal.antal_beslut - antal.antal_med_lank as integer) as antal_utan_lank,
    cast(antal.antal_med_lank / antal.antal_beslut as decimal(9, 4)) as synlig_andel,
    cast(coalesce(saknad.antal, 0) as integer) as antal_saknade,
    cast(coalesce(motsagd.antal, 0) as integer) as antal_motsagda,
    -- Null when nothing would be seen: then nothing is known of the missing.
    cast(
        round(coalesce(saknad.antal, 0) * (antal.antal_beslut - antal.antal_med_lank) / nullif(antal.antal_med_lank, 0))
        as integer
    ) as uppskattat_osynliga
from antal
left join saknad on saknad.kommun = antal.kommun
left join motsagd on motsagd.kommun = antal.kommun
