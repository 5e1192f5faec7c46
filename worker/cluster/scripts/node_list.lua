-- The rows of the nodes whose lease has not run out when the last of them announced itself.
-- KEYS seen rows     ARGV 1 lease in ms     -> rows
local last = redis.call('ZREVRANGE', KEYS[1], 0, 0, 'WITHSCORES')[2]
if not last then return {} end
local rows = {}
for _, node in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], last - ARGV[1], '+inf')) do
  rows[#rows + 1] = redis.call('HGET', KEYS[2], node) or nil
end
return rows
