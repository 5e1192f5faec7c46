-- Enters a node in the registry, or refreshes it. When nobody could announce for a while, because Redis was away, all
-- who were there before get a new lease: else the first one back would see no other. The same when the clock of another
-- Redis is behind: what was announced in its future would outlive all others.
-- KEYS seen rows     ARGV 1 node 2 its row 3 lease in ms     -> OK
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local lease = tonumber(ARGV[3])
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
last = tonumber(last or now)
local renewed = nil
if last > now then renewed = now elseif now - last > lease / 2 then renewed = last - lease / 2 end
if renewed then
  for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], renewed, '+inf')) do redis.call('ZADD', KEYS[1], now, node) end
end
redis.call('ZADD', KEYS[1], now, ARGV[1])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[2])
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now - 10 * lease)) do
  redis.call('ZREM', KEYS[1], node)
  redis.call('HDEL', KEYS[2], node)
end
return redis.status_reply('OK')
