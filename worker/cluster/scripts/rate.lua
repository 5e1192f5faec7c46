-- Takes some of what may be done in this second, of Redis' clock.
-- KEYS counter     ARGV 1 limit 2 how many     -> 1 taken, 0 not so many are left
local second = redis.call('TIME')[1]
local counted = redis.call('HMGET', KEYS[1], 'second', 'used')
local used = counted[1] == second and tonumber(counted[2]) or 0
if used + ARGV[2] > tonumber(ARGV[1]) then return 0 end
redis.call('HSET', KEYS[1], 'second', second, 'used', used + ARGV[2])
redis.call('PEXPIRE', KEYS[1], 2000)
return 1
