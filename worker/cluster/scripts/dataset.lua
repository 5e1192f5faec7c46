-- The random id of this data set: another answer than before means that Redis has lost its data.
-- KEYS dataset     ARGV 1 id to take where there is none     -> the id
redis.call('SET', KEYS[1], ARGV[1], 'NX')
return redis.call('GET', KEYS[1])
