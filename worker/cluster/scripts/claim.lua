-- Claims a dead owner for one sweeper, and fences it: from here on nothing of it is accepted.
-- KEYS lease closed record claim     ARGV 1 sweeper 2 claim in ms 3 '1': known to be dead, whatever its lease says
-- -> {ALIVE} {BUSY} or {OK, the record's raw_closed or ''}
if ARGV[3] ~= '1' and redis.call('EXISTS', KEYS[1]) == 1 then return {'ALIVE'} end
local by = redis.call('GET', KEYS[4])
if by and by ~= ARGV[1] then return {'BUSY'} end
redis.call('SET', KEYS[4], ARGV[1], 'PX', ARGV[2])
redis.call('SET', KEYS[2], 1, 'EX', 86400)
redis.call('DEL', KEYS[1])
return {'OK', redis.call('HGET', KEYS[3], 'raw_closed') or ''}
