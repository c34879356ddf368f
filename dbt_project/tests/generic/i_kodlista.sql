{# Every value is a code of one list in seeds/koder.csv: catches a code that some CASE spells another way. #}
{% test i_kodlista(model, column_name, kodlista) %}
select distinct {{ column_name }} as kod
from {{ model }}
where {{ column_name }} not in (select kod.kod from {{ ref('koder') }} as kod where kod.kodlista = '{{ kodlista }}')
{% endtest %}
