-- Indicator family: the clocks of family law.
{{ familj_frist(['FAMRATT_VBU', 'FADERSKAP', 'SAMTAL']) }}
