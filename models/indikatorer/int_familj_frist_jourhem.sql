-- Indicator family: how long children stay in emergency homes, against the section's two months.
{{ familj_frist(['JOURHEM']) }}
