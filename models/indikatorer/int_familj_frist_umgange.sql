-- Indicator family: the clocks of decisions on contact and secret whereabouts. They are known by events alone.
{{ familj_frist(['OV_UMG', 'OV_LSB_UMG']) }}
