-- Whose connections were to be closed lately.
-- KEYS terminations     ARGV 1 how far back, in ms     -> {user, ms since then, ...}
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local found = redis.call('ZRANGEBYSCORE', KEYS[1], now - ARGV[1], '+inf', 'WITHSCORES')
for i = 2, #found, 2 do found[i] = now - found[i] end
return found
