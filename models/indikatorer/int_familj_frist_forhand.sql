-- Indicator family: the clocks of what comes in about children.
{{ familj_frist(['FORHAND', 'SKYDD']) }}
