-- Indicator family: the clocks of reviews of care.
{{ familj_frist(['OV_SOL', 'OV_LVU2', 'OMPR_LVU3', 'OV_VARDNAD', 'LOK_OV_JOURHEM']) }}
