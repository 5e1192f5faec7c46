-- Enters or refreshes an owner in the list of all owners, which is where a sweep looks for dead ones.
-- KEYS owners     ARGV 1 owner 2 lease in ms     -> owners not refreshed for a lease, oldest first, at most 16
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
redis.call('ZADD', KEYS[1], now, ARGV[1])
return redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - ARGV[2], 'LIMIT', 0, 16)
