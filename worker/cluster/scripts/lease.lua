-- Takes or renews an owner's lease, and keeps its record, which tells a sweep what to do with the owner's rows.
-- KEYS lease closed record     ARGV 1 lease in ms 2 channel on which the owner's raw clients are announced as closed
-- -> OK, or GONE where the owner was declared dead: it must take a new epoch
if redis.call('EXISTS', KEYS[2]) == 1 then return 'GONE' end
redis.call('SET', KEYS[1], 1, 'PX', ARGV[1])
redis.call('HSET', KEYS[3], 'raw_closed', ARGV[2])
return 'OK'
